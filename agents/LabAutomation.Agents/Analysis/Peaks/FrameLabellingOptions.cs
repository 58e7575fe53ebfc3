using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>How a stream of frames is labelled.</summary>
public sealed record FrameLabellingOptions
{
    /// <summary>What the stream is called in what is said about it.</summary>
    public required string Source { get; init; }

    /// <summary>Name of the network in the registry.</summary>
    public required string Model { get; init; }

    /// <summary>Folder in which further versions of it may appear.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>Peaks that make a frame a hit.</summary>
    public int Hit { get; init; } = PeakAnalysis.DefaultHit;

    /// <summary>Whether frames that find no room are dropped; the source is held back otherwise.</summary>
    public bool Drops { get; init; }

    /// <summary>Where patches go that the classical finder has labelled while the network was not trusted; nowhere where null.</summary>
    public string? PatchFolder { get; init; }

    /// <summary>Patches that are written, once so many are there.</summary>
    public int Patches { get; init; } = 4000;

    /// <summary>Whether the frames count as usual: what the network says of them can stand in its card then, and drift is not looked for.</summary>
    public bool AreUsual { get; init; }

    /// <summary>How often the folder of models is looked at.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(1);
}
