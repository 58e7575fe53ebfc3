using System.Collections.Frozen;
using System.Globalization;

namespace LabAutomation.Protocol;

/// <summary>
/// The symbols a unit is built from, in SI with the litre and the degree Celsius beside it. Scales follow the SI brochure, 9th edition.
/// <c>rpm</c> is a rotational frequency, one sixtieth of a hertz (ISO 80000-3).
/// </summary>
internal static class UnitSymbols
{
    private const int MaximumLength = 32;

    private static readonly Dimension Length = new(1, 0, 0, 0, 0, 0);
    private static readonly Dimension Mass = new(0, 1, 0, 0, 0, 0);
    private static readonly Dimension Time = new(0, 0, 1, 0, 0, 0);
    private static readonly Dimension Temperature = new(0, 0, 0, 1, 0, 0);
    private static readonly Dimension Amount = new(0, 0, 0, 0, 1, 0);
    private static readonly Dimension Current = new(0, 0, 0, 0, 0, 1);
    private static readonly Dimension Angle = new(0, 0, 0, 0, 0, 0, 1);
    private static readonly Dimension Volume = new(3, 0, 0, 0, 0, 0);
    private static readonly Dimension Energy = new(2, 1, -2, 0, 0, 0);
    private static readonly Dimension Voltage = new(2, 1, -3, 0, 0, -1);

    private static readonly FrozenDictionary<string, double> Prefixes = new Dictionary<string, double>
    {
        ["n"] = 1e-9, ["u"] = 1e-6, ["µ"] = 1e-6, ["μ"] = 1e-6, ["m"] = 1e-3, ["c"] = 1e-2, ["d"] = 1e-1, ["k"] = 1e3, ["M"] = 1e6, ["G"] = 1e9,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, (Dimension Dimension, double Scale)> Prefixable = new Dictionary<string, (Dimension, double)>
    {
        ["m"] = (Length, 1), ["g"] = (Mass, 1e-3), ["s"] = (Time, 1), ["K"] = (Temperature, 1), ["mol"] = (Amount, 1), ["A"] = (Current, 1),
        ["L"] = (Volume, 1e-3), ["l"] = (Volume, 1e-3), ["Hz"] = (new Dimension(0, 0, -1, 0, 0, 0), 1), ["N"] = (new Dimension(1, 1, -2, 0, 0, 0), 1),
        ["Pa"] = (new Dimension(-1, 1, -2, 0, 0, 0), 1), ["bar"] = (new Dimension(-1, 1, -2, 0, 0, 0), 1e5), ["J"] = (Energy, 1),
        ["W"] = (new Dimension(2, 1, -3, 0, 0, 0), 1), ["V"] = (Voltage, 1), ["eV"] = (Energy, 1.602176634e-19), ["M"] = (new Dimension(-3, 0, 0, 0, 1, 0), 1e3),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, (Dimension Dimension, double Scale)> Plain = new Dictionary<string, (Dimension, double)>
    {
        ["1"] = (Dimension.None, 1), ["%"] = (Dimension.None, 0.01), ["AU"] = (Dimension.None, 1), ["counts"] = (Dimension.None, 1), ["rad"] = (Angle, 1),
        ["deg"] = (Angle, Math.PI / 180), ["min"] = (Time, 60), ["h"] = (Time, 3600), ["d"] = (Time, 86400),
        ["rpm"] = (new Dimension(0, 0, -1, 0, 0, 0), 1 / 60.0),
    }.ToFrozenDictionary();

    /// <summary>A regular expression (ECMA-262) for what <see cref="TryResolve"/> takes, its length and what no double can hold aside.</summary>
    public static string Pattern
    {
        get
        {
            var plain = string.Join('|', Plain.Keys.Concat(["degC", "°C"]).Order(StringComparer.Ordinal));
            var prefixed = $"[{string.Concat(Prefixes.Keys.Order(StringComparer.Ordinal))}]?(?:{string.Join('|', Prefixable.Keys.Order(StringComparer.Ordinal))})";
            var product = $"(?:{plain}|{prefixed})(?:-?[1-6])?";
            product = $"{product}(?:[.·]{product})*";
            return $"^(?:Cel|{product}(?:/{product})?)$";
        }
    }

    /// <summary>Reads <c>a.b/c</c> with integer powers. Only a lone temperature keeps its zero point; in a product it counts as a difference.</summary>
    public static bool TryResolve(string text, out Dimension dimension, out double scale, out double offset)
    {
        (dimension, scale, offset) = (Dimension.None, 1, 0);
        if (text is "°C" or "degC" or "Cel")
        {
            (dimension, offset) = (Temperature, 273.15);
            return true;
        }

        if (text.Length > MaximumLength) return false;
        var halves = text.Split('/');
        if (halves.Length > 2) return false;
        for (var half = 0; half < halves.Length; half++)
        {
            foreach (var factor in halves[half].Split('.', '·'))
            {
                if (!TryFactor(factor, out var d, out var s, out var power)) return false;
                var signed = half == 0 ? power : -power;
                dimension = dimension.Times(d, signed);
                scale *= Math.Pow(s, signed);
            }
        }

        return double.IsNormal(scale);
    }

    private static bool TryFactor(string factor, out Dimension dimension, out double scale, out int power)
    {
        (dimension, scale, power) = (Dimension.None, 1, 1);
        if (factor.Length == 0) return false;
        if (TrySymbol(factor, out dimension, out scale)) return true;

        var end = factor.Length;
        while (end > 0 && (char.IsAsciiDigit(factor[end - 1]) || factor[end - 1] == '-')) end--;
        return end > 0 && end < factor.Length
            && int.TryParse(factor.AsSpan(end), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power)
            && power is >= -6 and <= 6 && power != 0
            && TrySymbol(factor[..end], out dimension, out scale);
    }

    private static bool TrySymbol(string symbol, out Dimension dimension, out double scale)
    {
        (dimension, scale) = (Dimension.None, 1);
        if (Plain.TryGetValue(symbol, out var plain) || Prefixable.TryGetValue(symbol, out plain))
        {
            (dimension, scale) = plain;
            return true;
        }

        if (symbol is "degC" or "°C")
        {
            dimension = Temperature;
            return true;
        }

        if (symbol.Length < 2 || !Prefixes.TryGetValue(symbol[..1], out var prefix) || !Prefixable.TryGetValue(symbol[1..], out var stem)) return false;
        (dimension, scale) = (stem.Dimension, prefix * stem.Scale);
        return true;
    }
}
