namespace LabAutomation.Learning;

/// <summary>
/// exp(x²)·erfc(x) for x ≥ 0 to about fifteen digits, in the time of one exponential: its Taylor series about the nearest of many places. The
/// coefficients come from y′ = 2x·y − 2/√π, from the far end down, where every step makes the error of the one before smaller.
/// </summary>
internal static class ScaledErrorFunction
{
    private const double InverseSqrtPi = 0.56418958354775628695;

    /// <summary>Where the asymptotic series takes over, and the width of a cell.</summary>
    private const double End = 8, Step = 1.0 / 16;

    /// <summary>Terms that count within half a cell, and over a whole one.</summary>
    private const int Terms = 10, StepTerms = 16;

    private static readonly double[] Coefficients = Build();

    public static double At(double x)
    {
        if (!(x < End)) return Far(x);
        var cell = (int)(x / Step);
        var h = x - (cell + 0.5) * Step;
        var a = Coefficients.AsSpan(cell * Terms, Terms);
        var sum = a[Terms - 1];
        for (var k = Terms - 2; k >= 0; k--) sum = Math.FusedMultiplyAdd(sum, h, a[k]);
        return sum;
    }

    /// <summary>Abramowitz and Stegun 7.1.23: 1/(x√π)·Σ (−1)ᵏ·(2k − 1)!!/(2x²)ᵏ.</summary>
    private static double Far(double x)
    {
        var step = 0.5 / (x * x);
        var sum = 1.0;
        for (var k = 16; k > 0; k--) sum = 1 - (2 * k - 1) * step * sum;
        return InverseSqrtPi / x * sum;
    }

    private static double[] Build()
    {
        var cells = (int)(End / Step);
        var (coefficients, series) = (new double[cells * Terms], new double[StepTerms]);
        var (value, at) = (Far(End), End);
        for (var cell = cells - 1; cell >= 0; cell--)
        {
            var centre = (cell + 0.5) * Step;
            value = Sum(value, at, centre - at, series);
            at = centre;
            Sum(value, at, 0, series);
            series.AsSpan(0, Terms).CopyTo(coefficients.AsSpan(cell * Terms));
        }
        return coefficients;
    }

    /// <summary>Writes the Taylor coefficients about a place of known value; the value a little further on.</summary>
    private static double Sum(double value, double x, double further, double[] series)
    {
        (series[0], series[1]) = (value, 2 * x * value - 2 * InverseSqrtPi);
        for (var k = 1; k < StepTerms - 1; k++) series[k + 1] = 2 * (x * series[k] + series[k - 1]) / (k + 1);
        var sum = 0.0;
        for (var k = StepTerms - 1; k >= 0; k--) sum = sum * further + series[k];
        return sum;
    }
}
