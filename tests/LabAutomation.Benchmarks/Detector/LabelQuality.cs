using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>What a network finds on frames beside what is there and what the classical finder finds.</summary>
/// <param name="Network">All candidates with their shares; at the share that the stream asks for.</param>
internal sealed record LabelQuality(Matches Network, Matches Scored, IReadOnlyList<(double Threshold, Matches Found)> Classical, double FalseOnEmpty)
{
    private static readonly double[] Thresholds = [4.5, 5, 5.5, 6];

    /// <param name="hits">Frames with peaks.</param>
    /// <param name="empty">Frames without.</param>
    public static LabelQuality Measure(FrameSet hits, FrameSet empty, IPeakLabeller labeller)
    {
        var (network, scored, falseOnEmpty) = (new Matches(), new Matches(), 0);
        var classical = Array.ConvertAll(Thresholds, threshold => (threshold, new Matches()));
        foreach (var set in new[] { hits, empty })
        {
            foreach (var (threshold, found) in classical)
            {
                var finder = set.Finder(threshold);
                foreach (var frame in set.Frames) found.Add(frame.Peaks, finder.Find(frame.Counts));
            }

            foreach (var (frame, all) in Scores(set, labeller))
            {
                var taken = all.Where(peak => peak.Score >= DetectorBench.AtLeast).ToList();
                scored.Add(frame.Peaks, all);
                network.Add(frame.Peaks, taken);
                if (set == empty) falseOnEmpty += taken.Count;
            }
        }

        return new LabelQuality(network, scored, classical, falseOnEmpty / (double)empty.Frames.Length);
    }

    private static IEnumerable<(DetectorFrame Frame, List<FoundPeak> Peaks)> Scores(FrameSet set, IPeakLabeller labeller)
    {
        var (finder, patches, shares) = (set.Finder(DetectorBench.Low), new Patches(), Array.Empty<float>());
        foreach (var frame in set.Frames)
        {
            patches.Cut(frame.Number, finder.Find(frame.Counts), frame.Counts, finder.Background, set.Width, set.Height);
            if (shares.Length < patches.Values.Length) shares = new float[patches.Values.Length];
            labeller.Label(patches.Values, shares);
            yield return (frame, patches.Peaks(shares, 0));
        }
    }
}
