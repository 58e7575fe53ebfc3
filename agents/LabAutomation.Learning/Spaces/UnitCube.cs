using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// The numbers a model sees instead of a <see cref="Point"/>: one column in [0, 1] for a dimension with an order, one column per choice
/// for one without. A point outside its bounds keeps its place outside [0, 1].
/// </summary>
public sealed class UnitCube
{
    /// <summary>Of a chosen category, so that two different choices are at distance 1, as the ends of a numeric dimension are.</summary>
    private static readonly double HotValue = Math.Sqrt(0.5);

    private const double Millionth = 1e-6;

    private readonly int[] _offsets;
    private readonly double[][]?[] _descriptors;
    private readonly ImmutableDictionary<int, double> _held = ImmutableDictionary<int, double>.Empty;
    private readonly SearchSpace? _space;

    /// <summary>Of a space whose points all have what is held there, and are settled.</summary>
    public UnitCube(SearchSpace space) : this(space.Dimensions) => (_held, _space) = (space.Held, space);

    /// <exception cref="ArgumentException">A dimension has no values or bounds in the wrong order.</exception>
    public UnitCube(ImmutableArray<SearchDimension> dimensions)
    {
        Dimensions = dimensions;
        (_offsets, _descriptors) = (new int[dimensions.Length], new double[dimensions.Length][][]);
        for (var d = 0; d < dimensions.Length; d++)
        {
            Check(dimensions[d]);
            if (dimensions[d] is CategoricalDimension { Descriptors.IsDefaultOrEmpty: false } described) _descriptors[d] = DescriptorTable.Of(described);
            _offsets[d] = Width;
            Width += ColumnsOf(d);
        }
    }

    public ImmutableArray<SearchDimension> Dimensions { get; }

    /// <summary>Number of columns.</summary>
    public int Width { get; }

    public int ColumnsOf(int dimension) => _descriptors[dimension] is { } table ? table[0].Length : UnorderedChoices(Dimensions[dimension])?.Length ?? 1;

    public int FirstColumnOf(int dimension) => _offsets[dimension];

    /// <summary>How many values a dimension can take; null where they are uncountable.</summary>
    public static long? ValuesOf(SearchDimension dimension) => dimension switch
    {
        IntegerDimension i => (long)i.High - i.Low + 1,
        DiscreteDimension v => v.Values.Length,
        CategoricalDimension c => c.Choices.Length,
        OrdinalDimension o => o.Choices.Length,
        TaskDimension t => t.Tasks.Length,
        FidelityDimension f => f.Values.Length,
        RealDimension r => r.Low == r.High ? 1 : null,
        _ => throw Unknown(dimension),
    };

    /// <summary>Whether a coordinate is one that a dimension has.</summary>
    internal static bool Has(SearchDimension dimension, double coordinate) => dimension switch
    {
        RealDimension r => coordinate >= r.Low && coordinate <= r.High,
        IntegerDimension i => coordinate >= i.Low && coordinate <= i.High && coordinate == Math.Floor(coordinate),
        DiscreteDimension v => v.Values.Contains(coordinate),
        FidelityDimension f => f.Values.Contains(coordinate),
        _ => coordinate >= 0 && coordinate < ValuesOf(dimension) && coordinate == Math.Floor(coordinate),
    };

    /// <summary>Where a dimension rests that does not count.</summary>
    internal static double FirstValueOf(SearchDimension dimension) => dimension is RealDimension real ? real.Low : ValueAt(dimension, 0);

    /// <summary>The coordinate of value number <paramref name="index"/> of a dimension that can be counted.</summary>
    public static double ValueAt(SearchDimension dimension, long index) => dimension switch
    {
        IntegerDimension i => i.Low + index,
        DiscreteDimension v => v.Values[(int)index],
        CategoricalDimension or OrdinalDimension or TaskDimension => index,
        FidelityDimension f => f.Values[(int)index],
        RealDimension r => r.Low,
        _ => throw Unknown(dimension),
    };

    /// <param name="columns">Receives <see cref="Width"/> numbers.</param>
    /// <exception cref="ArgumentException">The point has another number of coordinates, one that is not finite, or an unknown choice.</exception>
    public void Encode(Point point, Span<double> columns)
    {
        if (point.Coordinates.Length != Dimensions.Length)
            throw new ArgumentException($"the point has {point.Coordinates.Length} coordinates; the space has {Dimensions.Length} dimensions",
                nameof(point));
        for (var d = 0; d < Dimensions.Length; d++)
        {
            var value = point[d];
            if (!double.IsFinite(value))
                throw new ArgumentException($"coordinate '{Dimensions[d].Name}' is {value}; it must be a finite number", nameof(point));
            if (UnorderedChoices(Dimensions[d]) is { } choices)
            {
                var choice = (int)value;
                if (choice != value || choice < 0 || choice >= choices.Length)
                    throw new ArgumentException($"coordinate '{Dimensions[d].Name}' is {value}; choices are numbered 0 to {choices.Length - 1}", nameof(point));
                var own = columns.Slice(_offsets[d], ColumnsOf(d));
                if (_descriptors[d] is { } table)
                {
                    table[choice].CopyTo(own);
                    continue;
                }
                own.Clear();
                own[choice] = HotValue;
            }
            else
            {
                columns[_offsets[d]] = Normalised(Dimensions[d], value);
            }
        }
    }

    /// <summary>
    /// The nearest point of the space: numbers are clamped and rounded to what the dimension allows, the largest column chooses a
    /// category.
    /// </summary>
    public Point Decode(ReadOnlySpan<double> columns)
    {
        var coordinates = ImmutableArray.CreateBuilder<double>(Dimensions.Length);
        for (var d = 0; d < Dimensions.Length; d++)
            coordinates.Add(_held.TryGetValue(d, out var fixedAt) ? fixedAt : _descriptors[d] is { } table
                ? Closest(table, columns.Slice(_offsets[d], ColumnsOf(d)))
                : Nearest(Dimensions[d], columns.Slice(_offsets[d], ColumnsOf(d))));
        return Settled(new Point(coordinates.MoveToImmutable()));
    }

    /// <summary>
    /// The point at <paramref name="place"/> in the cube with one coordinate per dimension. Countable dimensions are divided into
    /// equal parts, so a uniform place gives every value the same chance.
    /// </summary>
    public Point At(ReadOnlySpan<double> place)
    {
        var coordinates = ImmutableArray.CreateBuilder<double>(Dimensions.Length);
        for (var d = 0; d < Dimensions.Length; d++)
        {
            var dimension = Dimensions[d];
            coordinates.Add(_held.TryGetValue(d, out var fixedAt) ? fixedAt : ValuesOf(dimension) is { } count
                ? ValueAt(dimension, Math.Clamp((long)(place[d] * count), 0, count - 1))
                : Denormalised((RealDimension)dimension, place[d]));
        }
        return Settled(new Point(coordinates.MoveToImmutable()));
    }

    /// <summary>What <see cref="Encode"/> does, dimension by dimension.</summary>
    internal ImmutableArray<SurrogateDimension> ToForm() => [.. Dimensions.Select((dimension, d) =>
    {
        var name = dimension.Name;
        return dimension switch
        {
            RealDimension r => new SurrogateDimension(name, r.Logarithmic, r.Low, r.High, []),
            IntegerDimension i => new SurrogateDimension(name, false, i.Low, i.High, []),
            DiscreteDimension v => new SurrogateDimension(name, false, v.Values[0], v.Values[^1], []),
            FidelityDimension f => new SurrogateDimension(name, false, f.Values[0], f.Values[^1], []),
            OrdinalDimension o => new SurrogateDimension(name, false, 0, o.Choices.Length - 1, []),
            _ => new SurrogateDimension(name, false, 0, UnorderedChoices(dimension)!.Value.Length - 1, [.. Enumerable.Range(0, UnorderedChoices(dimension)!.Value.Length).Select(choice => Columns(d, choice))]),
        };
    })];

    /// <summary>Of a dimension without an order.</summary>
    private ImmutableArray<double> Columns(int dimension, int choice)
    {
        if (_descriptors[dimension] is { } table) return [.. table[choice]];
        var hot = new double[ColumnsOf(dimension)];
        hot[choice] = HotValue;
        return [.. hot];
    }

    private Point Settled(Point point) => _space?.Settled(point) ?? point;

    internal static double Normalised(SearchDimension dimension, double value) => dimension switch
    {
        RealDimension { Logarithmic: true } r => value <= 0
            ? throw new ArgumentException($"coordinate '{r.Name}' is {value}; on a logarithmic dimension it must be above zero")
            : Ratio(Math.Log(value), Math.Log(r.Low), Math.Log(r.High)),
        RealDimension r => Ratio(value, r.Low, r.High),
        IntegerDimension i => Ratio(value, i.Low, i.High),
        DiscreteDimension v => Ratio(value, v.Values[0], v.Values[^1]),
        FidelityDimension f => Ratio(value, f.Values[0], f.Values[^1]),
        OrdinalDimension o => Ratio(value, 0, o.Choices.Length - 1),
        _ => throw Unknown(dimension),
    };

    private static double Ratio(double value, double low, double high) => high > low ? (value - low) / (high - low) : 0;

    /// <summary>How much a real coordinate changes where its place in the cube does.</summary>
    internal static double Stretch(RealDimension r, double value) => r.Logarithmic ? value * (Math.Log(r.High) - Math.Log(r.Low)) : r.High - r.Low;

    /// <summary>Whether two coordinates are one to anyone who can tell a millionth of the range.</summary>
    internal static bool IsSame(SearchDimension dimension, double one, double other) => IsNear(dimension, one, other, Millionth);

    /// <summary>Whether two coordinates are one, or as near as a share of the range of a real dimension.</summary>
    internal static bool IsNear(SearchDimension dimension, double one, double other, double share) => one == other
        || (dimension is RealDimension real && Math.Abs(Normalised(real, one) - Normalised(real, other)) <= share);

    internal static double Denormalised(RealDimension r, double place)
    {
        if (place <= 0) return r.Low;
        if (place >= 1) return r.High;
        var value = r.Logarithmic ? Math.Exp(Math.Log(r.Low) + place * (Math.Log(r.High) - Math.Log(r.Low))) : r.Low + place * (r.High - r.Low);
        return Math.Clamp(value, r.Low, r.High);
    }

    private static double Nearest(SearchDimension dimension, ReadOnlySpan<double> columns)
    {
        switch (dimension)
        {
            case RealDimension r:
                return Denormalised(r, columns[0]);
            case IntegerDimension i:
                return Math.Clamp(Math.Round(i.Low + columns[0] * ((double)i.High - i.Low)), i.Low, i.High);
            case DiscreteDimension v:
                return Nearest(v.Values, columns[0]);
            case FidelityDimension f:
                return Nearest(f.Values, columns[0]);
            case OrdinalDimension o:
                return Math.Clamp(Math.Round(columns[0] * (o.Choices.Length - 1)), 0, o.Choices.Length - 1);
            case CategoricalDimension or TaskDimension:
                var best = 0;
                for (var k = 1; k < columns.Length; k++)
                    if (columns[k] > columns[best]) best = k;
                return best;
            default:
                throw Unknown(dimension);
        }
    }

    private static double Closest(double[][] table, ReadOnlySpan<double> columns)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (var k = 0; k < table.Length; k++)
        {
            var distance = System.Numerics.Tensors.TensorPrimitives.Distance(table[k], columns);
            if (distance < least) (best, least) = (k, distance);
        }
        return best;
    }

    private static double Nearest(ImmutableArray<double> values, double place)
    {
        var wanted = values[0] + place * (values[^1] - values[0]);
        return values.MinBy(value => Math.Abs(value - wanted));
    }

    private static ImmutableArray<string>? UnorderedChoices(SearchDimension dimension) => dimension switch
    {
        CategoricalDimension c => c.Choices,
        TaskDimension t => t.Tasks,
        _ => null,
    };

    private static bool Rises(ImmutableArray<double> values) => !values.Zip(values.Skip(1)).Any(pair => !(pair.First < pair.Second));

    private static void Check(SearchDimension dimension)
    {
        var wrong = dimension switch
        {
            RealDimension r when !double.IsFinite(r.Low) || !double.IsFinite(r.High) || r.Low > r.High
                => $"needs finite bounds in rising order, not {r.Low} to {r.High}",
            RealDimension { Logarithmic: true, Low: <= 0 } r => $"is logarithmic and needs a lower bound above zero, not {r.Low}",
            IntegerDimension i when i.Low > i.High => $"needs bounds in rising order, not {i.Low} to {i.High}",
            DiscreteDimension v when v.Values.IsDefaultOrEmpty => "needs at least one value",
            DiscreteDimension v when !Rises(v.Values) => "needs its values in rising order, each once",
            CategoricalDimension c when c.Choices.IsDefaultOrEmpty => "needs at least one choice",
            CategoricalDimension { Descriptors.IsDefault: false } c when c.Descriptors.Length != c.Choices.Length || c.Descriptors[0].IsDefaultOrEmpty
                || c.Descriptors.Any(row => row.Length != c.Descriptors[0].Length) => "needs a row of descriptors for each choice, all of one length",
            CategoricalDimension { Descriptors.IsDefault: false } c when c.Descriptors.Any(row => row.Any(value => !double.IsFinite(value))) => "needs finite descriptors",
            OrdinalDimension o when o.Choices.IsDefaultOrEmpty => "needs at least one choice",
            TaskDimension t when t.Tasks.IsDefaultOrEmpty || t.Target < 0 || t.Target >= t.Tasks.Length => "needs tasks, one of which is the target",
            FidelityDimension f when f.Values.IsDefaultOrEmpty || !Rises(f.Values) => "needs fidelities in rising order, each once",
            FidelityDimension f when f.Costs.Length != f.Values.Length || f.Costs.Any(cost => !(cost > 0 && double.IsFinite(cost)))
                => "needs a cost above zero for each fidelity",
            _ => null,
        };
        if (wrong is not null) throw new ArgumentException($"dimension '{dimension.Name}' {wrong}");
    }

    private static ArgumentException Unknown(SearchDimension dimension)
        => new($"dimension '{dimension.Name}' is of an unknown kind, {dimension.GetType().Name}");
}
