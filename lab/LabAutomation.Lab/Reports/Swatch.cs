using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Reports;

/// <summary>The colour of a sample as a screen shows it, where an analysis gave CIELAB coordinates.</summary>
internal static class Swatch
{
    /// <summary>CSS colour from outputs ending in <c>_L</c>, <c>_a</c> and <c>_b</c>; null where there are none.</summary>
    public static string? Of(ImmutableSortedDictionary<string, Quantity> outputs)
    {
        var stem = outputs.Keys.FirstOrDefault(name => name.EndsWith("_L", StringComparison.Ordinal))?[..^2];
        return stem is not null && outputs.TryGetValue(stem + "_a", out var a) && outputs.TryGetValue(stem + "_b", out var b)
            ? FromLab(outputs[stem + "_L"].Value, a.Value, b.Value)
            : null;
    }

    /// <summary>CIELAB (D65) to sRGB: CIE 15:2004 for the first half, IEC 61966-2-1 for the second. Colours outside sRGB are clipped.</summary>
    public static string FromLab(double l, double a, double b)
    {
        var fy = (l + 16) / 116;
        var (x, y, z) = (0.95047 * Unfold(fy + a / 500), Unfold(fy), 1.08883 * Unfold(fy - b / 200));
        return $"#{Channel(3.2406 * x - 1.5372 * y - 0.4986 * z):x2}{Channel(-0.9689 * x + 1.8758 * y + 0.0415 * z):x2}{Channel(0.0557 * x - 0.2040 * y + 1.0570 * z):x2}";
    }

    private static double Unfold(double t) => t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29);

    private static int Channel(double linear)
    {
        var encoded = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055;
        return (int)Math.Round(Math.Clamp(encoded, 0, 1) * 255);
    }
}
