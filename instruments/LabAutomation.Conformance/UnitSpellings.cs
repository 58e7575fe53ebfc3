using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>Other units of the same dimension, as somebody else would write them.</summary>
internal static class UnitSpellings
{
    private static readonly string[] Known = ["K", "°C", "Hz", "rpm", "%", "1", "s", "min", "h", "rad", "deg", "Pa", "bar"];
    private static readonly string[] Times = ["s", "min", "h"];
    private static readonly string[] Prefixes = ["", "u", "m", "µ", "k"];

    /// <returns>The likeliest first; none for a plain number, which may well be a count.</returns>
    public static IEnumerable<Unit> Of(Unit unit) => unit.Symbol == Unit.One.Symbol ? [] : Written(unit.Symbol)
        .Where(symbol => symbol.Length > 0 && symbol != unit.Symbol).Distinct(StringComparer.Ordinal)
        .Select(symbol => Unit.TryParse(symbol, out var other) && other.Fits(unit) ? other : null).OfType<Unit>();

    private static IEnumerable<string> Written(string symbol)
    {
        var slash = symbol.LastIndexOf('/');
        return [.. Known, .. slash < 0 ? [] : Times.Select(time => $"{symbol[..(slash + 1)]}{time}"), .. Prefixes.Select(prefix => $"{prefix}{symbol[1..]}"), .. Prefixes.Select(prefix => $"{prefix}{symbol}")];
    }
}
