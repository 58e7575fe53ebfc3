namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>How a stream of frames is worked off.</summary>
internal sealed record PeakStreamOptions
{
    /// <summary>Frames that may wait to be looked at, and as many that may wait to be labelled.</summary>
    public int Queue { get; init; } = 16;

    /// <summary>Frames that are looked at side by side.</summary>
    public int Finders { get; init; } = 1;

    /// <summary>Candidates that go through the labeller together, at most.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>The share in a peak that a candidate must have.</summary>
    public float AtLeast { get; init; } = 0.5f;
}
