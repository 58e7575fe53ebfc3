namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>The candidates of one frame with what lies around them.</summary>
internal sealed class Patches
{
    private const float Lowest = -5;
    private const float Highest = 60;

    private float[] _values = [];

    public long Frame { get; private set; }

    /// <summary>As the classical finder sees them.</summary>
    public List<FoundPeak> Candidates { get; private set; } = [];

    /// <summary>[n, Side, Side], in standard deviations of the background.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Candidates.Count * IPeakLabeller.Area);

    public void Cut(long frame, List<FoundPeak> candidates, ReadOnlySpan<ushort> counts, RadialBackground background, int width, int height)
    {
        (Frame, Candidates) = (frame, candidates);
        if (_values.Length < candidates.Count * IPeakLabeller.Area) _values = new float[2 * candidates.Count * IPeakLabeller.Area];
        for (var n = 0; n < candidates.Count; n++)
        {
            var (left, top) = Corner(candidates[n]);
            var patch = _values.AsSpan(n * IPeakLabeller.Area, IPeakLabeller.Area);
            for (var i = 0; i < patch.Length; i++)
            {
                var (x, y) = (left + (i % IPeakLabeller.Side), top + (i / IPeakLabeller.Side));
                var pixel = (y * width) + x;
                var bin = x < 0 || y < 0 || x >= width || y >= height ? RadialBackground.Nowhere : background.Bins[pixel];
                patch[i] = bin == RadialBackground.Nowhere ? 0 : Math.Clamp((counts[pixel] - background.Mean[bin]) / background.Deviation[bin], Lowest, Highest);
            }
        }
    }

    /// <summary>
    /// The candidates that a labeller takes for peaks: those with a pixel near the middle whose share in a peak is large enough. The share is the score.
    /// </summary>
    /// <param name="shares">Of the values, as a labeller gives them.</param>
    public List<FoundPeak> Peaks(ReadOnlySpan<float> shares, float atLeast)
    {
        const int reach = 2;
        var peaks = new List<FoundPeak>();
        for (var n = 0; n < Candidates.Count; n++)
        {
            var candidate = Candidates[n];
            var (left, top) = Corner(candidate);
            var (middleX, middleY) = ((int)Math.Round(candidate.X) - left, (int)Math.Round(candidate.Y) - top);
            var score = 0f;
            for (var y = middleY - reach; y <= middleY + reach; y++)
            {
                for (var x = middleX - reach; x <= middleX + reach; x++) score = Math.Max(score, shares[(n * IPeakLabeller.Area) + (y * IPeakLabeller.Side) + x]);
            }

            if (score >= atLeast) peaks.Add(candidate with { Score = score });
        }

        return peaks;
    }

    private static (int Left, int Top) Corner(FoundPeak candidate) => ((int)Math.Round(candidate.X) - (IPeakLabeller.Side / 2), (int)Math.Round(candidate.Y) - (IPeakLabeller.Side / 2));
}
