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
        (Dimensions, IsFeasible, Pool, Held) = (dimensions, isFeasible ?? (_ => true), pool, ImmutableDictionary<int, double>.Empty);
    }

    private SearchSpace(SearchSpace other, ImmutableDictionary<int, double> held)
        => (Dimensions, IsFeasible, Pool, Held) = (other.Dimensions, point => other.IsFeasible(point) && Has(point, held), other.Pool, held);

    public ImmutableArray<SearchDimension> Dimensions { get; }

    public Func<Point, bool> IsFeasible { get; }

    public ImmutableArray<Point>? Pool { get; }

    /// <summary>Coordinates that are not chosen, by the number of their dimension; trials elsewhere still teach.</summary>
    public ImmutableDictionary<int, double> Held { get; }

    /// <summary>The part of the space where a dimension has one coordinate, such as a context that was read or a task that is asked about.</summary>
    public SearchSpace Holding(int dimension, double coordinate) => new(this, Held.SetItem(dimension, coordinate));

    /// <summary>The point with what is held in place of what it has.</summary>
    internal Point Within(Point point)
    {
        if (Held.IsEmpty) return point;
        var coordinates = point.Coordinates.ToBuilder();
        foreach (var (dimension, coordinate) in Held) coordinates[dimension] = coordinate;
        return new Point(coordinates.ToImmutable());
    }

    private static bool Has(Point point, ImmutableDictionary<int, double> held)
    {
        foreach (var (dimension, coordinate) in held)
            if (point[dimension] != coordinate) return false;
        return true;
    }
}
