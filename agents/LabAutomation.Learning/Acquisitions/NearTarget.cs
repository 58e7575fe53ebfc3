namespace LabAutomation.Learning;

/// <summary>
/// The expected gain in nearness to a target over the nearest output known: E[max(0, d − |y − t|)], which is the second difference
/// E(t + d) − 2·E(t) + E(t − d) of E(s) = E[max(0, s − y)].
/// </summary>
/// <param name="Nearest">Distance of the nearest output known, above 0.</param>
internal sealed record NearTarget(double Target, double Nearest) : IMarginalUtility
{
    public double Value(double mean, double variance) => WithSlopes(mean, variance).Value;

    public (double Value, double ByMean, double ByVariance) WithSlopes(double mean, double variance)
    {
        // From the side on which the terms fall off, so that differences keep their digits.
        var side = mean >= Target ? 1 : -1;
        var (value, byMean, byVariance) = SecondDifference.Log(Target + side * (mean - Target), variance, Target, Nearest);
        return (value, side * byMean, byVariance);
    }
}

/// <summary>
/// The expected nearness to a threshold, in units of the model's own doubt: B. Bichon et al., "Efficient global reliability analysis for
/// nonlinear implicit performance functions", AIAA Journal 46 (2008), equation 17, with a band of two standard deviations.
/// </summary>
internal sealed record NearLevel(double Threshold) : IMarginalUtility
{
    private const double Band = 2;

    public double Value(double mean, double variance) => WithSlopes(mean, variance).Value;

    public (double Value, double ByMean, double ByVariance) WithSlopes(double mean, double variance)
    {
        var sd = Math.Sqrt(variance);
        var side = mean >= Threshold ? 1 : -1;
        var (value, byMean, byVariance, byBand) = SecondDifference.LogWithBand(Threshold + side * (mean - Threshold), variance, Threshold, Band * sd);
        return (value, side * byMean, byVariance + byBand * Band / (2 * sd));
    }
}
