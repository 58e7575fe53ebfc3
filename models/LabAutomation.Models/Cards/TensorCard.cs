using System.Numerics;

namespace LabAutomation.Models;

/// <summary>One input or output of a model: numbers in one unit, within one range.</summary>
public sealed record TensorCard
{
    /// <summary>As callers and golden vectors call it.</summary>
    public required string Name { get; init; }

    /// <summary>As the graph calls it; <see cref="Name"/> unless given.</summary>
    public string? Tensor { get; init; }

    /// <summary>The type in the graph: float32, float64, float16, int64, int32, uint16, uint8 or bool.</summary>
    public string Type { get; init; } = ElementType.Default;

    /// <summary>Lengths of the dimensions, outermost first; all positive, or names of open dimensions. None of a single number.</summary>
    public required Extent[] Shape { get; init; }

    /// <summary>The unit of every element, "1" for a plain number.</summary>
    public required string Unit { get; init; }

    /// <summary>The lowest and the highest value the model is made for, both included.</summary>
    public required float[] Range { get; init; }

    public OutsidePolicy Outside { get; init; }

    /// <summary>Steps by id, in order, for each row: of an input before it is normalised, of an output after. <see cref="Steps"/> has the ids.</summary>
    public string[] Processing { get; init; } = [];

    public Normalisation? Normalisation { get; init; }

    /// <summary>Of an input: over what its last dimension runs, where a measured series has points of its own.</summary>
    public AxisCard? Along { get; init; }

    /// <summary>Of an output: the output that holds one standard deviation of each of its elements.</summary>
    public string? Deviation { get; init; }

    internal string GraphName => Tensor ?? Name;

    internal bool IsTransformed => Processing.Length > 0 || Normalisation is not null || Type != ElementType.Default;

    internal int[] ShapeAt(IReadOnlyDictionary<string, int> lengths) => Array.ConvertAll(Shape, extent => extent.At(lengths));

    internal long CountAt(IReadOnlyDictionary<string, int> lengths) => Shape.Aggregate(1L, (product, extent) => product * extent.At(lengths));

    /// <returns>The place of the first value outside the range, or -1.</returns>
    internal int FirstOutside(ReadOnlySpan<float> values)
    {
        var (low, high, i) = (new Vector<float>(Range[0]), new Vector<float>(Range[1]), 0);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var some = new Vector<float>(values[i..]);
            if (!Vector.GreaterThanOrEqualAll(some, low) || !Vector.LessThanOrEqualAll(some, high)) break;
        }

        for (; i < values.Length; i++)
        {
            if (!(values[i] >= Range[0] && values[i] <= Range[1])) return i;
        }

        return -1;
    }

    /// <param name="values">In the card's unit.</param>
    /// <param name="flag">What is outside and may be, or null.</param>
    /// <returns>Why the values are refused, or null.</returns>
    internal string? Judge(ReadOnlySpan<float> values, out string? flag)
    {
        flag = null;
        var first = FirstOutside(values);
        if (first < 0) return null;
        if (Outside == OutsidePolicy.Refuse) return OutsideText(values, first);
        flag = OutsideText(values, first);
        for (; first < values.Length; first++)
        {
            if (!float.IsFinite(values[first])) return OutsideText(values, first);
        }

        return null;
    }

    /// <returns>What of the values, in the card's unit, is outside the range and may be; null where nothing is, or nothing may.</returns>
    public string? Flagged(ReadOnlySpan<float> values) => Outside == OutsidePolicy.Flag && FirstOutside(values) is >= 0 and var first ? OutsideText(values, first) : null;

    private string OutsideText(ReadOnlySpan<float> values, int place) => $"'{Name}'[{place}] is {values[place]} {Unit}; the card allows {Range[0]} to {Range[1]} {Unit}";

    internal string LengthText(int given, long expected) => $"'{Name}' has {given} values; {this} takes {expected}";

    internal string? Mistake(IReadOnlyDictionary<string, DimensionCard> dimensions)
    {
        if (Shape.Any(extent => extent.Symbol is null && extent.Length < 1))
            return $"the dimensions of {this} must be positive";
        if (Shape.FirstOrDefault(extent => extent.Symbol is { } symbol && !dimensions.ContainsKey(symbol)).Symbol is { } unknown)
            return unknown.Length == 0 ? $"a dimension of '{Name}' has no name and no length" : $"{this} has the open dimension '{unknown}', whose lengths must stand under dimensions";
        if (Range.Length != 2 || !(Range[0] < Range[1]) || !Range.All(float.IsFinite))
            return $"the range of '{Name}' must be [lowest, highest], both finite";
        if (!ElementType.IsKnown(Type))
            return $"the type of '{Name}' is '{Type}'; tensors of {ElementType.Known} are run";
        if (Processing.FirstOrDefault(id => !Steps.IsKnown(id)) is { } step)
            return $"'{Name}' is processed by '{step}'; there are {Steps.Known}";
        return Normalisation?.Mistake(this) ?? Along?.Mistake(this);
    }

    public override string ToString() => $"{Name}[{string.Join(", ", Shape)}]";
}
