using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Where to look: dimensions with rules and a condition, or a finite pool of rows to choose from.</summary>
public sealed class SearchSpace
{
    private readonly Func<Point, bool>? _condition;
    private readonly Lazy<Dictionary<Point, int>>? _rows;

    /// <param name="dimensions">At least one.</param>
    /// <param name="isFeasible">What a point must satisfy beside its bounds; null for nothing.</param>
    /// <param name="pool">The only points there are, each offered once; null where the dimensions span the space.</param>
    /// <param name="rules">Conditions of a known form.</param>
    public SearchSpace(ImmutableArray<SearchDimension> dimensions, Func<Point, bool>? isFeasible = null, ImmutableArray<Point>? pool = null, SpaceRules? rules = null)
        : this(dimensions, isFeasible, pool, rules ?? SpaceRules.None, ImmutableDictionary<int, double>.Empty, pool is { } rows ? new Lazy<Dictionary<Point, int>>(() => Numbered(rows)) : null)
    {
        if (dimensions.IsDefaultOrEmpty) throw new ArgumentException("a search space has at least one dimension", nameof(dimensions));
    }

    private SearchSpace(ImmutableArray<SearchDimension> dimensions, Func<Point, bool>? condition, ImmutableArray<Point>? pool, SpaceRules rules, ImmutableDictionary<int, double> held, Lazy<Dictionary<Point, int>>? rows)
        => (Dimensions, _condition, Pool, Rules, Held, _rows) = (dimensions, condition, pool, rules, held, rows);

    public ImmutableArray<SearchDimension> Dimensions { get; }

    public ImmutableArray<Point>? Pool { get; }

    public SpaceRules Rules { get; }

    /// <summary>Coordinates that are not chosen, by the number of their dimension; trials elsewhere still teach.</summary>
    public ImmutableDictionary<int, double> Held { get; }

    /// <summary>Whether every point within the bounds is feasible.</summary>
    internal bool IsWhole => _condition is null && Held.IsEmpty && Rules is { Linear: [], Counts: [] };

    /// <summary>Whether a point lies within the bounds, keeps the rules, has what is held, and meets the condition. Whether it is one of a pool is not looked at.</summary>
    public bool IsFeasible(Point point) => IsWithin(point) && KeepsRules(point);

    /// <summary>The same of a point where something was measured, which a pump may have missed by a little: bounds are not looked at.</summary>
    public bool KeepsRules(Point point)
    {
        foreach (var (dimension, coordinate) in Held)
            if (point[dimension] != coordinate) return false;
        return Rules.Hold(point) && (_condition is null || _condition(point));
    }

    /// <summary>The number of a row of the pool, from 0; the first of equal ones. Null for other points, and where there is no pool.</summary>
    public int? RowOf(Point point) => _rows is not null && _rows.Value.TryGetValue(point, out var row) ? row : null;

    /// <summary>Whether a point is a row of the pool; true where there is none.</summary>
    internal bool IsRow(Point point) => _rows is null || _rows.Value.ContainsKey(point);

    /// <summary>The part of the space where a dimension has one coordinate, such as a context that was read or a task that is asked about.</summary>
    public SearchSpace Holding(int dimension, double coordinate) => new(Dimensions, _condition, Pool, Rules, Held.SetItem(dimension, coordinate), _rows);

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
    public bool IsActive(Point point, int dimension) => Rules.IsActive(point.Coordinates.AsSpan(), dimension);

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

    /// <summary>Whether each coordinate is one that its dimension has. Rows of a pool are.</summary>
    private bool IsWithin(Point point)
    {
        for (var d = 0; Pool is null && d < Dimensions.Length; d++)
            if (!UnitCube.Has(Dimensions[d], point[d])) return false;
        return true;
    }

    private static Dictionary<Point, int> Numbered(ImmutableArray<Point> pool)
    {
        var rows = new Dictionary<Point, int>(pool.Length);
        for (var row = 0; row < pool.Length; row++) rows.TryAdd(pool[row], row);
        return rows;
    }

    private bool IsActive(Activation activation, ImmutableArray<double>.Builder coordinates) =>
        activation.When.Contains(coordinates[activation.Parent])
        && Rules.Activations.All(above => above.Dimension != activation.Parent || IsActive(above, coordinates));
}
