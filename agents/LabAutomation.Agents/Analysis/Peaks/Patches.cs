namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>The candidates of one frame with what lies around them.</summary>
internal sealed class Patches
{
    private const float Lowest = -5;
    private const float Highest = 60;

    /// <summary>Pixels between two candidates that are one peak.</summary>
    private const double Touching = 3;

    private float[] _values = [];

    public long Frame { get; private set; }

    /// <summary>As the classical finder sees them.</summary>
    public List<FoundPeak> Candidates { get; private set; } = [];

    /// <summary>[n, Side, Side], in standard deviations of the background.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Candidates.Count * IPeakLabeller.Area);

    /// <summary>Why the frame has no candidates although nobody knows that there are none; null otherwise.</summary>
    public string? Refusal { get; private set; }

    public void Refuse(long frame, string reason) => (Frame, Candidates, Refusal) = (frame, [], reason);

    public void Cut(long frame, List<FoundPeak> candidates, ReadOnlySpan<ushort> counts, RadialBackground background, int width, int height)
    {
        (Frame, Candidates, Refusal) = (frame, candidates, null);
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

    /// <summary>The candidates that a labeller takes for peaks: those whose share in a peak is large enough. The share is the score. What touches a brighter one is part of it.</summary>
    /// <param name="shares">Of the values, as a labeller gives them.</param>
    public List<FoundPeak> Peaks(ReadOnlySpan<float> shares, float atLeast)
    {
        var peaks = new List<FoundPeak>();
        for (var n = 0; n < Candidates.Count; n++)
        {
            var score = Score(shares.Slice(n * IPeakLabeller.Area, IPeakLabeller.Area));
            if (score >= atLeast && !IsPart(Candidates[n])) peaks.Add(Candidates[n] with { Score = score });
        }

        return peaks;
    }

    /// <summary>The candidate's share in a peak: the largest of the pixels around the middle of its patch.</summary>
    public static float Score(ReadOnlySpan<float> shares)
    {
        const int middle = IPeakLabeller.Side / 2;
        var score = 0f;
        for (var y = middle - 1; y <= middle + 1; y++)
        {
            for (var x = middle - 1; x <= middle + 1; x++) score = Math.Max(score, shares[(y * IPeakLabeller.Side) + x]);
        }

        return score;
    }

    private bool IsPart(FoundPeak candidate)
    {
        foreach (var other in Candidates)
        {
            if (other.Counts > candidate.Counts && Math.Abs(other.Y - candidate.Y) < Touching && Math.Abs(other.X - candidate.X) < Touching) return true;
        }

        return false;
    }

    private static (int Left, int Top) Corner(FoundPeak candidate) => ((int)Math.Round(candidate.X) - (IPeakLabeller.Side / 2), (int)Math.Round(candidate.Y) - (IPeakLabeller.Side / 2));
}
