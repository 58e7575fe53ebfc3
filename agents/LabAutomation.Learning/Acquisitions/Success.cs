namespace LabAutomation.Learning;

/// <summary>
/// Logarithm of the probability that a trial does not fail, as a factor of what it is worth. Below what is wanted it falls much faster:
/// what a known surface still promises is least where all is known and greatest at the edge of what fails, so a mere factor would spend
/// one trial after another beyond the edge.
/// </summary>
/// <param name="wanted">The probability below which it falls faster, see <see cref="Wanted"/>.</param>
/// <param name="isSifting">Whether the most probable odds alone count, which takes a fraction of the time.</param>
internal sealed class Success(FailureRisk risk, double wanted, bool isSifting = false) : IAcquisition
{
    private const double UsualOdds = 3, Steepness = 50;
    private const int Lately = 10;

    public int Width => risk.Width;

    public IAcquisition Leading => new Success(risk, wanted, isSifting: true);

    /// <summary>The logarithm of the probability and nothing else, for people.</summary>
    public static Success Plain(FailureRisk risk) => new(risk, wanted: 0);

    /// <summary>
    /// Three in four; more where more than one in four failed lately, since the odds are then better in the model than they are.
    /// </summary>
    public static double Wanted(IReadOnlyList<Observation> history)
    {
        var failed = history.TakeLast(Lately).Count(observation => observation.Value is null) / (double)Lately;
        var odds = UsualOdds * Math.Pow(Math.Max(1, failed * (1 + UsualOdds)), 4);
        return odds / (1 + odds);
    }

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        risk.Success(rows, scores, !isSifting);
        for (var i = 0; i < scores.Length; i++) scores[i] = Worth(scores[i]);
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        var chance = risk.SuccessWithSlopes(row, slope);
        if (chance < wanted) for (var c = 0; c < slope.Length; c++) slope[c] *= 1 + Steepness * risk.Support;
        return Worth(chance);
    }

    private double Worth(double chance) => Math.Log(chance) + Steepness * risk.Support * Math.Min(0, Math.Log(chance / wanted));
}
