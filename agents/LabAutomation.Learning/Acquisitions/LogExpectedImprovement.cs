namespace LabAutomation.Learning;

/// <summary>
/// Logarithm of the expected improvement below a best value, exact to many digits however unlikely the improvement is.
/// S. Ament et al., "Unexpected improvements to expected improvement for Bayesian optimization", NeurIPS 2023.
/// </summary>
internal static class LogExpectedImprovement
{
    private static readonly double SqrtHalfPi = Math.Sqrt(Math.PI / 2);

    /// <summary>With u = (best − mean)/sd: ln sd + ln h(u), where h(u) = φ(u) + u·Φ(u).</summary>
    public static double Value(double mean, double variance, double best)
    {
        var sd = Math.Sqrt(variance);
        var u = (best - mean) / sd;
        return Math.Log(sd) + (u > -1
            ? Math.Log(SpecialFunctions.NormalDensity(u) + u * SpecialFunctions.NormalProbability(u))
            : LogDensity(u) + Math.Log(ImprovementOverDensity(u)));
    }

    /// <summary>Value, and its slopes ∂/∂mean = −(Φ/h)/sd and ∂/∂variance = (φ/h)/(2·variance).</summary>
    public static (double Value, double ByMean, double ByVariance) WithSlopes(double mean, double variance, double best)
    {
        var sd = Math.Sqrt(variance);
        var u = (best - mean) / sd;
        if (u > -1)
        {
            var (density, probability) = (SpecialFunctions.NormalDensity(u), SpecialFunctions.NormalProbability(u));
            var improvement = density + u * probability;
            return (Math.Log(sd) + Math.Log(improvement), -probability / improvement / sd, 0.5 * density / improvement / variance);
        }
        // All ratios by the density, which itself underflows far out.
        var ratio = ImprovementOverDensity(u);
        return (Math.Log(sd) + LogDensity(u) + Math.Log(ratio), -Mills(u) / ratio / sd, 0.5 / ratio / variance);
    }

    private static double LogDensity(double u) => -0.5 * u * u - SpecialFunctions.LogSqrtTwoPi;

    /// <summary>Φ(u)/φ(u).</summary>
    private static double Mills(double u) => SqrtHalfPi * SpecialFunctions.Erfcx(-u / double.Sqrt(2));

    /// <summary>h(u)/φ(u) = 1 + u·Φ(u)/φ(u); by its asymptotic series where the difference would lose its digits.</summary>
    private static double ImprovementOverDensity(double u)
    {
        if (u > -50) return 1 + u * Mills(u);
        var square = 1 / (u * u);
        return square * (1 - square * (3 - square * (15 - square * 105)));
    }
}
