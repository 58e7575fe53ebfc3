using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// Every point of a grid once, in an order shuffled by the seed. Countable dimensions have all their values where there are at most
/// <see cref="MostLevels"/>; real dimensions have as many equal steps as keep the grid within a thousand points, at least three.
/// The grid of a pool is the pool.
/// </summary>
public sealed class GridOptimiser : IOptimiser
{
    public const int MostLevels = 21;
    private const int LeastLevels = 3;
    private const long Size = 1000;

    public string Name => "grid";

    public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed)
    {
        var log = new TrialLog(space, history, pending);
        var all = Of(space) ?? throw new SpaceExhaustedException("the grid has more points than can be numbered; give fewer dimensions or values");
        var order = new Permutation(all.Count, seed);
        for (var place = 0L; place < all.Count; place++)
            if (space.Settled(all[order[place]]) is var point && space.IsFeasible(point) && !log.IsTried(point))
                return new Suggestion(point, null, null, null, $"grid point {place + 1} of {all.Count} in shuffled order");
        throw new SpaceExhaustedException(IsEmpty(space)
            ? $"none of the {all.Count} points of the grid is feasible{(space.Held.IsEmpty ? "" : $" with {Feasibility.Said(space)}")}"
            : $"no open point is left on the grid of {all.Count}: all that are feasible were tried or are pending");
    }

    /// <summary>Whether no point of the grid is feasible; false where it is too long to go through.</summary>
    internal static bool IsEmpty(SearchSpace space)
    {
        if (Of(space) is not { Count: <= SpaceFilling.Searchable } all) return false;
        for (var place = 0L; place < all.Count; place++)
            if (space.IsFeasible(space.Settled(all[place]))) return false;
        return true;
    }

    /// <summary>The points of the grid, in which what is held has the one value that it has; null where there are too many to be numbered.</summary>
    private static Catalogue? Of(SearchSpace space) =>
        Catalogue.Of(space.Pool is null ? space.Held.Aggregate(new SearchSpace([.. Levels(space.Dimensions)]), (grid, held) => grid.Holding(held.Key, held.Value)) : space);

    private static IEnumerable<SearchDimension> Levels(ImmutableArray<SearchDimension> dimensions)
    {
        var levels = RealLevels(dimensions);
        foreach (var dimension in dimensions)
            yield return dimension switch
            {
                CategoricalDimension or OrdinalDimension or TaskDimension or FidelityDimension => dimension,
                _ when UnitCube.ValuesOf(dimension) is { } values => values <= MostLevels ? dimension : Steps(dimension, MostLevels),
                _ => Steps(dimension, levels),
            };
    }

    private static int RealLevels(ImmutableArray<SearchDimension> dimensions)
    {
        var counted = dimensions.Aggregate(1.0, (product, dimension) => product * Math.Min(MostLevels, UnitCube.ValuesOf(dimension) ?? 1));
        var real = dimensions.Count(dimension => UnitCube.ValuesOf(dimension) is null);
        return real == 0 ? 1 : (int)Math.Clamp(Math.Floor(Math.Pow(Size / counted, 1.0 / real) + 1e-9), LeastLevels, MostLevels);
    }

    private static DiscreteDimension Steps(SearchDimension dimension, int count)
    {
        var cube = new UnitCube([dimension]);
        var values = Enumerable.Range(0, count).Select(k => cube.Decode([(double)k / (count - 1)])[0]);
        return new DiscreteDimension(dimension.Name, [.. values.Distinct()]);
    }
}
