using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The units of products and quotients, with what stands above and below the line cancelled.</summary>
internal static class UnitProducts
{
    private static readonly Unit Kelvin = Unit.Parse("K");

    public static Unit Times(Unit left, Unit right) => Of(left, right, inverse: false);

    public static Unit Per(Unit left, Unit right) => Of(left, right, inverse: true);

    /// <summary>Whether zero in this unit is not the absolute zero, as with °C.</summary>
    public static bool HasOwnZero(Unit unit) => unit.Fits(Kelvin) && unit.Convert(0, Kelvin) != 0;

    private static Unit Of(Unit left, Unit right, bool inverse)
    {
        var ((top, bottom), (rightTop, rightBottom)) = (Halves(left), Halves(right));
        top.AddRange(inverse ? rightBottom : rightTop);
        bottom.AddRange(inverse ? rightTop : rightBottom);
        foreach (var factor in bottom.ToArray())
            if (top.Remove(factor)) bottom.Remove(factor);
        var symbol = top.Count == 0 ? "1" : string.Join('.', top);
        return Unit.Parse(bottom.Count == 0 ? symbol : $"{symbol}/{string.Join('.', bottom)}");
    }

    private static (List<string> Top, List<string> Bottom) Halves(Unit unit)
    {
        var halves = unit.Symbol.Split('/');
        return (Factors(halves[0]), halves.Length == 1 ? [] : Factors(halves[1]));
    }

    /// <summary>In a product a temperature counts as a difference, for which only one of the names of the degree Celsius is known.</summary>
    private static List<string> Factors(string half) =>
        [.. half.Split('.', '·').Where(factor => factor != "1").Select(factor => factor is "degC" or "Cel" ? "°C" : factor)];
}
