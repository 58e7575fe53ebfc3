using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Whether a space has any point at all.</summary>
public static class Feasibility
{
    /// <summary>Finite spaces up to this size are searched from end to end.</summary>
    private const long Searchable = 1L << 20;

    /// <summary>How many values a message lists.</summary>
    private const int Listed = 12;

    /// <summary>
    /// Whether a point is found that keeps the rules and meets the condition. Of a finite space up to a million points the answer is certain;
    /// of others, that many starts led to none.
    /// </summary>
    public static bool IsPossible(SearchSpace space)
    {
        if (Catalogue.Of(space) is not { Count: <= Searchable } all) return SpaceFilling.Candidates(space, new UnitCube(space), count: 1, seed: 1).Count > 0;
        for (var number = 0L; number < all.Count; number++)
            if (space.IsFeasible(all[number])) return true;
        return false;
    }

    /// <summary>That no point is feasible, for people.</summary>
    internal static string Nowhere(SearchSpace space) => space.Pool is { } pool
        ? Disagreement(space, pool) ?? (space.Held.IsEmpty
            ? "no candidate satisfies the constraints: drop a constraint or give other rows"
            : $"no candidate with {Said(space)} satisfies the constraints: drop a constraint or give other rows")
        : space.Held.IsEmpty
            ? "no point that satisfies the constraints was found: widen the bounds or drop a constraint"
            : $"no point with {Said(space)} that satisfies the constraints was found: widen the bounds or drop a constraint";

    /// <summary>What is held, such as "'h' = 15 and 'k' = new"; at most three of many.</summary>
    internal static string Said(SearchSpace space) => string.Join(" and ", space.Held.OrderBy(pair => pair.Key).Take(3).Select(pair => $"'{space.Dimensions[pair.Key].Name}' = {Said(space.Dimensions[pair.Key], pair.Value)}"));

    /// <summary>That rows have other values than what is held; null where some have all of these.</summary>
    private static string? Disagreement(SearchSpace space, ImmutableArray<Point> pool)
    {
        foreach (var (dimension, coordinate) in space.Held.OrderBy(pair => pair.Key))
        {
            if (pool.Any(row => row[dimension] == coordinate)) continue;
            double[] values = [.. pool.Select(row => row[dimension]).Distinct().Order()];
            var all = string.Join(", ", values.Take(Listed).Select(value => Said(space.Dimensions[dimension], value)));
            return $"no candidate has '{space.Dimensions[dimension].Name}' = {Said(space.Dimensions[dimension], coordinate)}; in the rows it is {all}{(values.Length > Listed ? $" and {values.Length - Listed} more" : "")}";
        }
        return null;
    }

    private static string Said(SearchDimension dimension, double coordinate) => Sessions.Admission.ChoicesOf(dimension) is { } choices
        ? Sessions.Admission.Shortened(choices[(int)coordinate])
        : coordinate.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
