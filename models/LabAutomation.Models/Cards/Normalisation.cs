using System.Numerics;

namespace LabAutomation.Models;

/// <summary>
/// What lies between the card's unit and the numbers in the graph, by channel: mean and sd, graph = (value - mean) / sd;
/// or scale and offset, graph = value * scale + offset. An input goes this way, an output the other way.
/// </summary>
public sealed record Normalisation
{
    /// <summary>The dimension that counts channels, from 0; not needed where one number holds for all elements.</summary>
    public int? Axis { get; init; }

    public float[]? Mean { get; init; }

    public float[]? Sd { get; init; }

    public float[]? Scale { get; init; }

    public float[]? Offset { get; init; }

    private float[] First => Mean ?? Offset ?? [];

    private float[] Second => Sd ?? Scale ?? [];

    /// <summary>Brings values into the graph's numbers, or back.</summary>
    /// <param name="values">A whole tensor, row-major.</param>
    /// <param name="shape">Its lengths.</param>
    /// <param name="inward">Into the graph, rather than out of it.</param>
    internal void Apply(Span<float> values, ReadOnlySpan<int> shape, bool inward)
    {
        var (inner, channels) = (1, First.Length);
        if (channels == 1) inner = values.Length;
        else for (var k = Axis!.Value + 1; k < shape.Length; k++) inner *= shape[k];
        for (var (start, channel) = (0, 0); start < values.Length; start += inner, channel = channel + 1 == channels ? 0 : channel + 1)
        {
            if (inward) ToGraph(values.Slice(start, inner), First[channel], Second[channel]);
            else FromGraph(values.Slice(start, inner), First[channel], Second[channel]);
        }
    }

    /// <summary>From where to where an input's range goes in the graph, of all channels.</summary>
    internal (float Low, float High) Widest(float[] range)
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var channel = 0; channel < First.Length; channel++)
        {
            float[] ends = [.. range];
            ToGraph(ends, First[channel], Second[channel]);
            (low, high) = (Math.Min(low, ends.Min()), Math.Max(high, ends.Max()));
        }

        return (low, high);
    }

    private void ToGraph(Span<float> values, float first, float second)
    {
        if (Mean is null) foreach (ref var value in values) value = (value * second) + first;
        else Standardise(values, first, second);
    }

    private void FromGraph(Span<float> values, float first, float second)
    {
        if (Mean is null) Standardise(values, first, second);
        else foreach (ref var value in values) value = (value * second) + first;
    }

    /// <summary>(value - mean) / sd, several at a time: whole frames go through here.</summary>
    private static void Standardise(Span<float> values, float mean, float sd)
    {
        var (means, sds) = (new Vector<float>(mean), new Vector<float>(sd));
        for (; values.Length >= Vector<float>.Count; values = values[Vector<float>.Count..]) ((new Vector<float>(values) - means) / sds).CopyTo(values);
        foreach (ref var value in values) value = (value - mean) / sd;
    }

    internal string? Mistake(TensorCard tensor)
    {
        if ((Mean is null) != (Sd is null) || (Scale is null) != (Offset is null) || (Mean is null) == (Scale is null))
            return $"the normalisation of '{tensor.Name}' needs mean and sd, or scale and offset";
        if (First.Length != Second.Length || First.Length == 0)
            return $"the normalisation of '{tensor.Name}' has {First.Length} and {Second.Length} numbers; it needs as many of the one as of the other";
        if (First.Concat(Second).Any(number => !float.IsFinite(number)) || Second.Any(number => number == 0) || (Sd is not null && Sd.Any(sd => sd < 0)))
            return $"the normalisation of '{tensor.Name}' needs finite numbers, a positive sd, and a scale that is not 0";
        if (First.Length == 1 && Axis is null) return null;
        return Axis is { } axis && axis >= 0 && axis < tensor.Shape.Length && tensor.Shape[axis].Length == First.Length
            ? null
            : $"the normalisation of '{tensor.Name}' has {(First.Length == 1 ? "1 channel" : $"{First.Length} channels")}; its axis must name the dimension of {tensor} that has this fixed length";
    }
}
