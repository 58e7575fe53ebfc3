namespace LabAutomation.Models;

/// <summary>Where a model comes from, for whoever has to judge or repeat it.</summary>
public sealed record Provenance
{
    /// <summary>The script that made it, or the publication and address it was taken from.</summary>
    public required string Source { get; init; }

    /// <summary>What it was trained on; "none" where nothing was learnt.</summary>
    public required string Data { get; init; }

    /// <summary>Of the training, where it is known.</summary>
    public long? Seed { get; init; }

    /// <summary>Who trained it, and when.</summary>
    public string? Trained { get; init; }

    /// <summary>What its scores are like on the data that it is made for, by name: the lowest and the highest. Null where nobody has measured them.</summary>
    public Dictionary<string, float[]>? Usual { get; init; }
}
