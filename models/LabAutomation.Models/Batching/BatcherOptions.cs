namespace LabAutomation.Models;

/// <summary>Bounds of a batcher.</summary>
public sealed record BatcherOptions
{
    /// <summary>Calls that may wait; further ones are refused. At least 1.</summary>
    public int Capacity { get; init; } = 256;

    /// <summary>Rows at which a batch is full; what the card allows unless given.</summary>
    public int? MaximumRows { get; init; }
}
