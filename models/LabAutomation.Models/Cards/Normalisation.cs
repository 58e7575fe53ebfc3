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

    /// <param name="channel">From 0.</param>
    internal float ToGraph(float value, int channel) => Mean is null ? (value * Scale![channel]) + Offset![channel] : (value - Mean[channel]) / Sd![channel];

    /// <inheritdoc cref="ToGraph" />
    internal float FromGraph(float value, int channel) => Mean is null ? (value - Offset![channel]) / Scale![channel] : (value * Sd![channel]) + Mean[channel];

    /// <summary>Brings values into the graph's numbers, or back.</summary>
    /// <param name="values">A whole tensor, row-major.</param>
    /// <param name="shape">Its lengths.</param>
    /// <param name="inward">Into the graph, rather than out of it.</param>
    internal void Apply(Span<float> values, ReadOnlySpan<int> shape, bool inward)
    {
        var inner = 1;
        for (var k = (Axis ?? -1) + 1; k < shape.Length && Axis is not null; k++) inner *= shape[k];
        var channels = First.Length;
        if (channels == 1) inner = values.Length;
        for (var (start, channel) = (0, 0); start < values.Length; start += inner, channel = channel + 1 == channels ? 0 : channel + 1)
        {
            foreach (ref var value in values.Slice(start, inner))
                value = inward ? ToGraph(value, channel) : FromGraph(value, channel);
        }
    }

    internal string? Mistake(TensorCard tensor)
    {
        if ((Mean is null) != (Sd is null) || (Scale is null) != (Offset is null) || (Mean is null) == (Scale is null))
            return $"the normalisation of '{tensor.Name}' needs mean and sd, or scale and offset";
        if (First.Length != Second.Length || First.Length == 0)
            return $"the normalisation of '{tensor.Name}' has {First.Length} and {Second.Length} numbers; it needs as many of the one as of the other";
        if (First.Concat(Second).Any(number => !float.IsFinite(number)) || Second.Any(number => number == 0) || (Sd is not null && Sd.Any(sd => sd < 0)))
            return $"the normalisation of '{tensor.Name}' needs finite numbers, a positive sd, and a scale that is not 0";
        if (First.Length == 1) return null;
        return Axis is { } axis && axis >= 0 && axis < tensor.Shape.Length && tensor.Shape[axis].Length == First.Length
            ? null
            : $"the normalisation of '{tensor.Name}' has {First.Length} channels; its axis must name the dimension of {tensor} that has this fixed length";
    }
}
