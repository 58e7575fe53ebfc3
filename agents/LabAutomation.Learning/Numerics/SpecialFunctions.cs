namespace LabAutomation.Learning;

/// <summary>The normal distribution and the scaled complementary error function, to about twelve digits or better.</summary>
internal static class SpecialFunctions
{
    public const double LogSqrtTwoPi = 0.91893853320467274178;

    /// <summary>exp(x²)·erfc(x), which neither under- nor overflows for x above −26.</summary>
    public static double Erfcx(double x)
    {
        if (x < 0) return 2 * Math.Exp(x * x) - Erfcx(-x);
        return ScaledErrorFunction.At(x);
    }

    /// <summary>eˣ − 1 without loss of digits about 0.</summary>
    public static double ExpMinusOne(double x)
    {
        if (Math.Abs(x) > 0.5) return Math.Exp(x) - 1;
        // Kahan's correction: what rounding did to e^x is undone by its logarithm.
        var u = Math.Exp(x);
        return u == 1 ? x : (u - 1) * x / Math.Log(u);
    }

    /// <summary>Logarithm of <see cref="NormalProbability"/>, exact to many digits however far out.</summary>
    public static double LogNormalProbability(double x) => x < -1
        ? -0.5 * x * x + Math.Log(0.5 * Erfcx(-x / double.Sqrt(2)))
        : Math.Log(NormalProbability(x));

    /// <summary>Density of the standard normal.</summary>
    public static double NormalDensity(double x) => Math.Exp(-0.5 * x * x - LogSqrtTwoPi);

    /// <summary>Probability of the standard normal below <paramref name="x"/>, with full relative accuracy in the lower tail.</summary>
    public static double NormalProbability(double x) => x < 0
        ? 0.5 * Math.Exp(-0.5 * x * x) * Erfcx(-x / double.Sqrt(2))
        : 1 - 0.5 * Math.Exp(-0.5 * x * x) * Erfcx(x / double.Sqrt(2));

    /// <summary>Inverse of <see cref="NormalProbability"/>; infinite at 0 and 1.</summary>
    public static double NormalQuantile(double probability)
    {
        if (probability is <= 0 or >= 1) return probability <= 0 ? double.NegativeInfinity : double.PositiveInfinity;
        if (probability > 0.5) return -NormalQuantile(1 - probability);
        // Abramowitz and Stegun 26.2.23 to three digits, then Halley's iteration, which triples the digits each time.
        var t = Math.Sqrt(-2 * Math.Log(probability));
        var x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
        for (var i = 0; i < 3; i++)
        {
            var step = (NormalProbability(x) - probability) / NormalDensity(x);
            x -= step / (1 + 0.5 * x * step);
        }
        return x;
    }
}
