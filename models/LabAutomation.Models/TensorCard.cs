namespace LabAutomation.Models;

/// <summary>One input or output of a model: 32-bit floats of a fixed shape, in one unit, within one range.</summary>
public sealed record TensorCard
{
    public required string Name { get; init; }

    /// <summary>Lengths of the dimensions, outermost first; all positive.</summary>
    public required int[] Shape { get; init; }

    /// <summary>The unit of every element, "1" for a plain number.</summary>
    public required string Unit { get; init; }

    /// <summary>The lowest and the highest value the model is made for, both included.</summary>
    public required float[] Range { get; init; }

    public int Length => Shape.Aggregate(1, (product, dimension) => product * dimension);

    /// <returns>What is wrong with the values, or null.</returns>
    internal string? Judge(ReadOnlySpan<float> values)
    {
        if (values.Length != Length)
            return $"'{Name}' has {values.Length} values; {this} takes {Length}";
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= Range[0] && values[i] <= Range[1]))
                return $"'{Name}'[{i}] is {values[i]} {Unit}; the card allows {Range[0]} to {Range[1]} {Unit}";
        }

        return null;
    }

    public override string ToString() => $"{Name}[{string.Join(", ", Shape)}]";
}
