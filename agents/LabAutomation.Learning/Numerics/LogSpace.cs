namespace LabAutomation.Learning;

/// <summary>Sums and differences of numbers that are known by their logarithms.</summary>
internal static class LogSpace
{
    /// <summary>ln(eᵃ + eᵇ).</summary>
    public static double Sum(double a, double b)
    {
        var (most, least) = a > b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(least) ? most : most + Math.Log(1 + Math.Exp(least - most));
    }

    /// <summary>ln(eᵃ − eᵇ) for a ≥ b; minus infinity where they are equal.</summary>
    public static double Difference(double a, double b)
    {
        if (double.IsNegativeInfinity(b)) return a;
        var gap = b - a;
        if (gap >= 0) return double.NegativeInfinity;
        // By whichever of the two forms keeps its digits: M. Mächler, "Accurately computing log(1 − exp(−|a|))", 2012.
        return a + (gap > -0.6931471805599453 ? Math.Log(-SpecialFunctions.ExpMinusOne(gap)) : Math.Log(1 - Math.Exp(gap)));
    }
}
