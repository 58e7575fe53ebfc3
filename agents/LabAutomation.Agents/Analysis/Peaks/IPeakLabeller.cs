namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>Tells peaks from noise by what lies around them. One owner at a time.</summary>
internal interface IPeakLabeller
{
    /// <summary>Pixels along each side of a patch.</summary>
    const int Side = 16;

    /// <summary>Pixels of a patch.</summary>
    const int Area = Side * Side;

    /// <summary>What every pixel's share in a peak is.</summary>
    /// <param name="patches">Counts above the background in standard deviations of the background, [n, Side, Side]; 0 where a pixel does not count.</param>
    /// <param name="shares">Filled with numbers from 0 to 1, [n, Side, Side].</param>
    void Label(ReadOnlySpan<float> patches, Span<float> shares);

    /// <returns>What of patches that it has just labelled lies outside the range for which it is made, and may; null where nothing does.</returns>
    string? Flag(ReadOnlySpan<float> patches, ReadOnlySpan<float> shares) => null;
}
