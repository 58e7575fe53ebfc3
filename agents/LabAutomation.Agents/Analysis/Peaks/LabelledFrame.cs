using System.Collections.Immutable;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>What was found on a frame of a stream.</summary>
/// <param name="Number">Of the frame, from 1.</param>
/// <param name="By">Who decided: a network with its version, or <c>classical</c>; null where the frame had another size, so that nobody looked at it.</param>
/// <param name="Failure">Why it could not be labelled, so that nothing is known of it; null where it was.</param>
public sealed record LabelledFrame(long Number, bool IsHit, string? By, ImmutableArray<LabelledPeak> Peaks, string? Failure)
{
    /// <summary>What of it lies outside the range for which the network is made, whose card lets that pass; null where nothing does.</summary>
    public string? Flag { get; init; }
}

/// <param name="X">Pixels, to the right; whole numbers are the middles of pixels.</param>
/// <param name="Y">Pixels, downwards.</param>
/// <param name="Counts">Above the background.</param>
/// <param name="Score">The share in a peak, 0 to 1.</param>
public readonly record struct LabelledPeak(double X, double Y, double Counts, double Score);
