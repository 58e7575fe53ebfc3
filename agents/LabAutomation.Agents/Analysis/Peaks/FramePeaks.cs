namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>What was found on one frame.</summary>
/// <param name="Number">Of the pulse.</param>
/// <param name="Candidates">Places that were looked at.</param>
internal sealed record FramePeaks(long Number, IReadOnlyList<FoundPeak> Peaks, int Candidates);
