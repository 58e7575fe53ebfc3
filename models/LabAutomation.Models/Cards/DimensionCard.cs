namespace LabAutomation.Models;

/// <summary>A dimension that a model leaves open: the lengths it is made for.</summary>
public sealed record DimensionCard
{
    /// <summary>The smallest length, at least 1.</summary>
    public int Min { get; init; } = 1;

    /// <summary>The length it is run at unless a caller asks for another; the smallest unless given.</summary>
    public int? Opt { get; init; }

    /// <summary>The largest length; buffers are allocated for it.</summary>
    public required int Max { get; init; }

    internal int Usual => Opt ?? Min;

    internal string? Mistake(string name) => Min < 1 || Usual < Min || Max < Usual
        ? $"dimension '{name}' needs 1 <= min <= opt <= max; it has min {Min}, opt {Usual}, max {Max}"
        : null;
}
