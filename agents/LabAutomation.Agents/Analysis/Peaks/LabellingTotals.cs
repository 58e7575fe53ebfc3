namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>What became of the frames of a stream: offered = dropped + refused + failed + labelled + left.</summary>
/// <param name="Offered">Frames that came.</param>
/// <param name="Dropped">Frames that came while there was no room.</param>
/// <param name="Refused">Frames of another size than the detector's.</param>
/// <param name="Failed">Frames on which the network failed, or that had too many candidates.</param>
/// <param name="Labelled">Frames whose peaks went out.</param>
public sealed record LabellingTotals(long Offered, long Dropped, long Refused, long Failed, long Labelled, long Hits, long Peaks)
{
    /// <summary>Labelled frames of which something lies outside the range for which the network is made.</summary>
    public long Flagged { get; init; }

    /// <summary>Frames that were still on their way when the stream broke off; 0 once it has ended as it should.</summary>
    public long Left => Offered - Dropped - Refused - Failed - Labelled;
}
