using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Where to look: dimensions with rules and a condition, or a finite pool of rows to choose from.</summary>
public sealed class SearchSpace
{
    private readonly Func<Point, bool>? _condition;

    /// <param name="dimensions">At least one.</param>
    /// <param name="isFeasible">What a point must satisfy beside its bounds; null for nothing.</param>
    /// <param name="pool">The only points there are, each offered once; null where the dimensions span the space.</param>
    /// <param name="rules">Conditions of a known form.</param>
    public SearchSpace(ImmutableArray<SearchDimension> dimensions, Func<Point, bool>? isFeasible = null, ImmutableArray<Point>? pool = null, SpaceRules? rules = null)
        : this(dimensions, isFeasible, pool, rules ?? SpaceRules.None, ImmutableDictionary<int, double>.Empty)
    {
        if (dimensions.IsDefaultOrEmpty) throw new ArgumentException("a search space has at least one dimension", nameof(dimensions));
    }

    private SearchSpace(ImmutableArray<SearchDimension> dimensions, Func<Point, bool>? condition, ImmutableArray<Point>? pool, SpaceRules rules, ImmutableDictionary<int, double> held)
        => (Dimensions, _condition, Pool, Rules, Held) = (dimensions, condition, pool, rules, held);

    public ImmutableArray<SearchDimension> Dimensions { get; }

    public ImmutableArray<Point>? Pool { get; }

    public SpaceRules Rules { get; }

    /// <summary>Coordinates that are not chosen, by the number of their dimension; trials elsewhere still teach.</summary>
    public ImmutableDictionary<int, double> Held { get; }

    /// <summary>Whether every point within the bounds is feasible.</summary>
    internal bool IsWhole => _condition is null && Held.IsEmpty && Rules is { Linear: [], Counts: [] };

    /// <summary>Whether a point keeps the rules, has what is held, and meets the condition. Bounds are not looked at.</summary>
    public bool IsFeasible(Point point)
    {
        foreach (var (dimension, coordinate) in Held)
            if (point[dimension] != coordinate) return false;
        return Rules.Hold(point) && (_condition is null || _condition(point));
    }

    /// <summary>The part of the space where a dimension has one coordinate, such as a context that was read or a task that is asked about.</summary>
    public SearchSpace Holding(int dimension, double coordinate) => new(Dimensions, _condition, Pool, Rules, Held.SetItem(dimension, coordinate));

    /// <summary>The point with dimensions that do not count there at rest, so that what is the same is equal.</summary>
    public Point Settled(Point point)
    {
        if (Rules.Activations.IsEmpty) return point;
        var coordinates = point.Coordinates.ToBuilder();
        foreach (var activation in Rules.Activations)
            if (!IsActive(activation, coordinates)) coordinates[activation.Dimension] = UnitCube.FirstValueOf(Dimensions[activation.Dimension]);
        return new Point(coordinates.ToImmutable());
    }

    /// <summary>Whether a dimension counts at a point that is settled.</summary>
    public bool IsActive(Point point, int dimension) =>
        Rules.Activations.All(activation => activation.Dimension != dimension || (activation.When.Contains(point[activation.Parent]) && IsActive(point, activation.Parent)));

    /// <summary>Whether a dimension is real, chosen, counts at a point, and is not kept at zero there by a count.</summary>
    internal bool MayMove(Point at, int d) =>
        Dimensions[d] is RealDimension { } real && real.High > real.Low && !Held.ContainsKey(d) && IsActive(at, d)
        && !(at[d] == 0 && Rules.Counts.Any(limit => limit.Dimensions.Contains(d)));

    /// <summary>The point with what is held in place of what it has.</summary>
    internal Point Within(Point point)
    {
        if (Held.IsEmpty) return point;
        var coordinates = point.Coordinates.ToBuilder();
        foreach (var (dimension, coordinate) in Held) coordinates[dimension] = coordinate;
        return Settled(new Point(coordinates.ToImmutable()));
    }

    private bool IsActive(Activation activation, ImmutableArray<double>.Builder coordinates) =>
        activation.When.Contains(coordinates[activation.Parent])
        && Rules.Activations.All(above => above.Dimension != activation.Parent || IsActive(above, coordinates));
}
