namespace LabAutomation.Agents.Analysis;

/// <summary>
/// The CIEDE2000 colour difference with all parametric factors 1, as numbered by G. Sharma, W. Wu and E. N. Dalal,
/// "The CIEDE2000 color-difference formula: implementation notes, supplementary test data, and mathematical observations",
/// Color Research and Application 30 (2005) 21–30.
/// </summary>
internal static class Ciede2000
{
    private const double Pow25To7 = 6103515625;

    /// <summary>ΔE00: 0 for equal colours, about 1 for a difference that can just be seen. Symmetric; not a metric.</summary>
    public static double Difference(ColourResult first, ColourResult second)
    {
        // Equations 2 to 7: a* is stretched near the neutral axis, then turned into chroma and hue.
        var meanChroma = (double.Hypot(first.A, first.B) + double.Hypot(second.A, second.B)) / 2;
        var stretch = 1.5 - (0.5 * Saturation(meanChroma));
        var (a1, a2) = (stretch * first.A, stretch * second.A);
        var (c1, c2) = (double.Hypot(a1, first.B), double.Hypot(a2, second.B));
        var (h1, h2) = (Hue(a1, first.B), Hue(a2, second.B));

        // Equations 8 to 11. A colour without chroma has no hue, and then there is no hue difference.
        var isNeutral = c1 == 0 || c2 == 0;
        var turn = isNeutral ? 0 : ShortestTurn(h2 - h1);
        var dL = second.L - first.L;
        var dC = c2 - c1;
        var dH = 2 * Math.Sqrt(c1 * c2) * Sin(turn / 2);

        // Equations 12 to 14.
        var l = (first.L + second.L) / 2;
        var c = (c1 + c2) / 2;
        var h = isNeutral ? h1 + h2 : MeanHue(h1, h2);

        // Equations 15 to 21.
        var t = 1 - (0.17 * Cos(h - 30)) + (0.24 * Cos(2 * h)) + (0.32 * Cos((3 * h) + 6)) - (0.20 * Cos((4 * h) - 63));
        var offset = (l - 50) * (l - 50);
        var sL = 1 + (0.015 * offset / Math.Sqrt(20 + offset));
        var sC = 1 + (0.045 * c);
        var sH = 1 + (0.015 * c * t);
        var blue = (h - 275) / 25;
        var rotation = -Sin(60 * Math.Exp(-blue * blue)) * 2 * Saturation(c);

        // Equation 22.
        var (termL, termC, termH) = (dL / sL, dC / sC, dH / sH);
        return Math.Sqrt((termL * termL) + (termC * termC) + (termH * termH) + (rotation * termC * termH));
    }

    /// <summary>√(C⁷ / (C⁷ + 25⁷)): 0 for grey, towards 1 for strong colours.</summary>
    private static double Saturation(double chroma)
    {
        var seventh = Math.Pow(chroma, 7);
        return Math.Sqrt(seventh / (seventh + Pow25To7));
    }

    /// <summary>0 to 360°; 0 for a colour without chroma.</summary>
    private static double Hue(double a, double b)
    {
        if (a == 0 && b == 0)
            return 0;
        var degrees = double.RadiansToDegrees(Math.Atan2(b, a));
        return degrees < 0 ? degrees + 360 : degrees;
    }

    private static double ShortestTurn(double degrees) => degrees switch
    {
        > 180 => degrees - 360,
        < -180 => degrees + 360,
        _ => degrees,
    };

    private static double MeanHue(double h1, double h2)
    {
        var sum = h1 + h2;
        if (Math.Abs(h1 - h2) <= 180)
            return sum / 2;
        return sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
    }

    private static double Sin(double degrees) => Math.Sin(double.DegreesToRadians(degrees));

    private static double Cos(double degrees) => Math.Cos(double.DegreesToRadians(degrees));
}
