using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Where to look: dimensions with a condition, or a finite pool of rows to choose from.</summary>
public sealed class SearchSpace
{
    /// <param name="dimensions">At least one.</param>
    /// <param name="isFeasible">What a point must satisfy beside its bounds; null for nothing.</param>
    /// <param name="pool">The only points there are, each offered once; null where the dimensions span the space.</param>
    public SearchSpace(ImmutableArray<SearchDimension> dimensions, Func<Point, bool>? isFeasible = null, ImmutableArray<Point>? pool = null)
    {
        if (dimensions.IsDefaultOrEmpty) throw new ArgumentException("a search space has at least one dimension", nameof(dimensions));
        (Dimensions, IsFeasible, Pool) = (dimensions, isFeasible ?? (_ => true), pool);
    }

    public ImmutableArray<SearchDimension> Dimensions { get; }

    public Func<Point, bool> IsFeasible { get; }

    public ImmutableArray<Point>? Pool { get; }
}
