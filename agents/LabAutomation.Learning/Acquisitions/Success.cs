namespace LabAutomation.Learning;

/// <summary>Logarithm of the probability that a trial does not fail, as a factor of what it is worth.</summary>
internal sealed class Success(FailureRisk risk) : IAcquisition
{
    public int Width => risk.Width;

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        risk.Success(rows, scores);
        for (var i = 0; i < scores.Length; i++) scores[i] = Math.Log(scores[i]);
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope) => Math.Log(risk.SuccessWithSlopes(row, slope));
}
