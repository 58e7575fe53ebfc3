namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>What was found on one frame.</summary>
/// <param name="Number">Of the pulse.</param>
/// <param name="Candidates">Places that were looked at.</param>
internal sealed record FramePeaks(long Number, IReadOnlyList<FoundPeak> Peaks, int Candidates)
{
    /// <summary>Why the candidates could not be labelled, so that the frame has no peaks; null where they were.</summary>
    public string? Failure { get; init; }

    /// <summary>What was outside the range for which the network is made; null where nothing was.</summary>
    public string? Flag { get; init; }
}
