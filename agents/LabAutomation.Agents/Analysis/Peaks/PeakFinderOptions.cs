namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>What counts as a peak.</summary>
internal sealed record PeakFinderOptions
{
    /// <summary>Standard deviations of the background at the same radius by which a pixel must stand out.</summary>
    public double Threshold { get; init; } = 4;

    /// <summary>Pixels that stand out and touch, at least.</summary>
    public int FewestPixels { get; init; } = 2;

    /// <summary>Pixels that stand out and touch, at most.</summary>
    public int MostPixels { get; init; } = 60;

    /// <summary>Peaks of a frame, at most: what has more is refused, since memory and time go with them.</summary>
    public int MostPeaks { get; init; } = int.MaxValue;
}
