namespace LabAutomation.Learning;

/// <summary>ln(E(t + d) − 2·E(t) + E(t − d)) with E(s) = E[max(0, s − y)], for a normal y whose mean is not below t.</summary>
internal static class SecondDifference
{
    public static (double Value, double ByMean, double ByVariance) Log(double mean, double variance, double target, double band)
    {
        var (value, byMean, byVariance, _) = LogWithBand(mean, variance, target, band);
        return (value, byMean, byVariance);
    }

    public static (double Value, double ByMean, double ByVariance, double ByBand) LogWithBand(double mean, double variance, double target, double band)
    {
        var (upper, middle, lower) = (Term(mean, variance, target + band), Term(mean, variance, target), Term(mean, variance, target - band));
        // Relative to the largest: 1 − 2·m + l, each of m and l the smaller the further the mean is.
        var (m, l) = (Math.Exp(middle.Value - upper.Value), Math.Exp(lower.Value - upper.Value));
        var rest = 1 - 2 * m + l;
        if (!(rest > 1e-12)) return Narrow(mean, variance, target, band);
        return (upper.Value + Math.Log(rest),
            (upper.ByMean - 2 * m * middle.ByMean + l * lower.ByMean) / rest,
            (upper.ByVariance - 2 * m * middle.ByVariance + l * lower.ByVariance) / rest,
            // dE(s)/ds = −dE/dmean.
            (-upper.ByMean + l * lower.ByMean) / rest);

        static (double Value, double ByMean, double ByVariance) Term(double mean, double variance, double best) => LogExpectedImprovement.WithSlopes(mean, variance, best);
    }

    /// <summary>Where the band is so narrow that the differences are rounding: d²·φ(u)/sd.</summary>
    private static (double Value, double ByMean, double ByVariance, double ByBand) Narrow(double mean, double variance, double target, double band)
    {
        var u = (target - mean) / Math.Sqrt(variance);
        return (2 * Math.Log(band) - 0.5 * u * u - SpecialFunctions.LogSqrtTwoPi - 0.5 * Math.Log(variance),
            u / Math.Sqrt(variance), 0.5 * (u * u - 1) / variance, 2 / band);
    }
}
