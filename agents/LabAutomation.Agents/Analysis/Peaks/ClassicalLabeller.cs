namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>The rule of <see cref="RadialPeakFinder"/> on patches: a pixel belongs to a peak where it and one that it touches (8 neighbours) stand out of the background.</summary>
/// <param name="threshold">Standard deviations of the background.</param>
internal sealed class ClassicalLabeller(float threshold) : IPeakLabeller
{
    public void Label(ReadOnlySpan<float> patches, Span<float> shares)
    {
        shares[..patches.Length].Clear();
        for (var at = 0; at < patches.Length; at += IPeakLabeller.Area) One(patches.Slice(at, IPeakLabeller.Area), shares.Slice(at, IPeakLabeller.Area));
    }

    private void One(ReadOnlySpan<float> patch, Span<float> shares)
    {
        const int side = IPeakLabeller.Side;
        for (var i = 0; i < patch.Length; i++)
        {
            if (!(patch[i] > threshold)) continue;
            var (x, y) = (i % side, i / side);
            if (x + 1 < side) Join(patch, shares, i, i + 1);
            if (y + 1 == side) continue;
            for (var column = Math.Max(0, x - 1); column <= Math.Min(side - 1, x + 1); column++) Join(patch, shares, i, ((y + 1) * side) + column);
        }
    }

    private void Join(ReadOnlySpan<float> patch, Span<float> shares, int one, int other)
    {
        if (patch[other] > threshold) shares[one] = shares[other] = 1;
    }
}
