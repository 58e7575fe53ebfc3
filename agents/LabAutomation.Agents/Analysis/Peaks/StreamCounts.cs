namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>What became of the frames of a stream. Once it has ended, offered = dropped + refused + labelled + failed.</summary>
/// <param name="Offered">Frames that came.</param>
/// <param name="Dropped">Frames that came while the queue was full.</param>
/// <param name="Refused">Frames of another size than the detector's.</param>
/// <param name="Labelled">Frames whose peaks went out.</param>
/// <param name="Peaks">On all of them.</param>
internal readonly record struct StreamCounts(long Offered, long Dropped, long Refused, long Labelled, long Peaks)
{
    /// <summary>Frames whose candidates could not be labelled: the network refused or failed on them, or there were too many.</summary>
    public long Failed { get; init; }

    /// <summary>Frames that are on their way.</summary>
    public long UnderWay => Offered - Dropped - Refused - Labelled - Failed;
}
