namespace LabAutomation.Learning;

/// <summary>The worth of a row averaged over several models of the same: the logarithm of the weighted mean of what each says.</summary>
/// <param name="parts">The weightiest first; logarithms of weights that sum to 1.</param>
internal sealed class Mixture(IReadOnlyList<(IAcquisition Acquisition, double LogWeight)> parts) : IAcquisition
{
    public IAcquisition Leading => parts[0].Acquisition;

    public int Width => parts[0].Acquisition.Width;

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        var one = new double[scores.Length];
        scores.Fill(double.NegativeInfinity);
        foreach (var (acquisition, logWeight) in parts)
        {
            acquisition.Score(rows, one);
            for (var i = 0; i < scores.Length; i++) scores[i] = LogSpace.Sum(scores[i], logWeight + one[i]);
        }
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        Span<double> one = stackalloc double[row.Length];
        slope.Clear();
        var sum = double.NegativeInfinity;
        foreach (var (acquisition, logWeight) in parts)
        {
            var value = logWeight + acquisition.ScoreWithSlopes(row, one);
            // Beside it anything counts, and its slopes are without meaning.
            if (double.IsNegativeInfinity(value)) continue;
            var next = LogSpace.Sum(sum, value);
            var (old, share) = (Math.Exp(sum - next), Math.Exp(value - next));
            for (var c = 0; c < row.Length; c++) slope[c] = old * slope[c] + share * one[c];
            sum = next;
        }

        return sum;
    }
}
