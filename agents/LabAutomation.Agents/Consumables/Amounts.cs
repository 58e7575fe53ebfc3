using System.Collections.Immutable;

namespace LabAutomation.Agents.Consumables;

/// <summary>Amounts by consumable, each in its own unit.</summary>
internal static class Amounts
{
    /// <summary>Less than this share is rounding, as when litres are added up in millilitres.</summary>
    private const double Rounding = 1e-9;

    public static readonly ImmutableSortedDictionary<string, double> None = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    public static ImmutableSortedDictionary<string, double> Plus(this ImmutableSortedDictionary<string, double> amounts, string consumable, double more) =>
        more == 0 ? amounts : amounts.SetItem(consumable, amounts.GetValueOrDefault(consumable) + more);

    public static ImmutableSortedDictionary<string, double> Plus(this ImmutableSortedDictionary<string, double> amounts, IReadOnlyDictionary<string, double> more) =>
        more.Aggregate(amounts, (sum, one) => sum.Plus(one.Key, one.Value));

    /// <summary>What is left of it. What nobody counts stays uncounted.</summary>
    public static ImmutableSortedDictionary<string, double> Less(this ImmutableSortedDictionary<string, double> amounts, IEnumerable<IReadOnlyDictionary<string, double>> drawn)
    {
        var left = new Dictionary<string, double>(amounts, StringComparer.Ordinal);
        foreach (var (consumable, taken) in drawn.SelectMany(one => one))
            if (left.TryGetValue(consumable, out var there)) left[consumable] = there - taken;
        return left.ToImmutableSortedDictionary(amounts.KeyComparer);
    }

    /// <summary>The consumable of which there is too little; null where there is enough of each. What nobody counts is never short.</summary>
    public static string? Short(this IReadOnlyDictionary<string, double> there, IReadOnlyDictionary<string, double> wanted) =>
        wanted.FirstOrDefault(one => there.TryGetValue(one.Key, out var left) && IsShort(one.Value, left)).Key;

    /// <summary>Whether there is too little.</summary>
    public static bool IsShort(double wanted, double left) => wanted > left + (Rounding * (1 + wanted));
}
