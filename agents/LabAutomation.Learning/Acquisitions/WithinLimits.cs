namespace LabAutomation.Learning;

/// <summary>
/// The probability that an output lies between two limits, of which one may be infinite: as a factor of expected improvement this is
/// J. Gardner et al., "Bayesian optimization with inequality constraints", ICML 2014, equation 4.
/// </summary>
internal sealed record WithinLimits(double Low, double High) : IMarginalUtility
{
    public double Value(double mean, double variance)
    {
        var sd = Math.Sqrt(variance);
        return Log((Low - mean) / sd, (High - mean) / sd);
    }

    public (double Value, double ByMean, double ByVariance) WithSlopes(double mean, double variance)
    {
        var sd = Math.Sqrt(variance);
        var (a, b) = ((Low - mean) / sd, (High - mean) / sd);
        var value = Log(a, b);
        // Densities over the probability, by the difference of their logarithms, so that nothing underflows far out.
        var (low, high) = (Ratio(a, value), Ratio(b, value));
        var byScale = (double.IsInfinity(a) ? 0 : a * low) - (double.IsInfinity(b) ? 0 : b * high);
        return (value, (low - high) / sd, 0.5 * byScale / variance);
    }

    private static double Ratio(double u, double logProbability) => double.IsInfinity(u) ? 0 : Math.Exp(-0.5 * u * u - SpecialFunctions.LogSqrtTwoPi - logProbability);

    /// <summary>ln(Φ(b) − Φ(a)), in the tail that both are in.</summary>
    private static double Log(double a, double b) => a > 0
        ? LogSpace.Difference(SpecialFunctions.LogNormalProbability(-a), SpecialFunctions.LogNormalProbability(-b))
        : LogSpace.Difference(SpecialFunctions.LogNormalProbability(b), SpecialFunctions.LogNormalProbability(a));
}
