using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>What a network finds on frames beside what is there and what the classical finder finds.</summary>
/// <param name="Network">At the share that the stream asks for.</param>
/// <param name="Scored">All candidates with their shares.</param>
/// <param name="Classical">What each of the classical finder's settings finds, with its signal to noise.</param>
internal sealed record LabelQuality(Matches Network, Matches Scored, IReadOnlyList<(PeakFinderOptions Settings, Matches Found)> Classical, double FalseOnEmpty)
{
    /// <summary>Of the rule by which the classical finder decides for itself: as often false as it is at each of these, the two are compared.</summary>
    private static readonly double[] Rules = [4.5, 5, 5.5, 6];

    private static readonly double[] Thresholds = [2.5, 3, 3.5, 4, .. Rules];

    private static readonly int[] Pixels = [1, 2, 3, 4];

    /// <summary>The rule's thresholds with as many false peaks as it has.</summary>
    public IEnumerable<(double Threshold, int False)> RulesFalse =>
        Rules.Select(rule => (rule, Classical.Single(one => one.Settings == new PeakFinderOptions { Threshold = rule }).Found.False));

    /// <summary>What the classical finder does at best with no more false peaks: of all settings, and of all cuts in its signal to noise, those that find most. Chosen by these very frames, which the network did not see.</summary>
    public (PeakFinderOptions Settings, double Recall, double Precision) BestClassical(int mostFalse) =>
        Classical.Select(one => (one.Settings, Rates: one.Found.RatesWith(mostFalse))).Select(one => (one.Settings, one.Rates.Recall, one.Rates.Precision)).MaxBy(one => one.Recall);

    /// <param name="hits">Frames with peaks.</param>
    /// <param name="empty">Frames without.</param>
    public static LabelQuality Measure(FrameSet hits, FrameSet empty, IPeakLabeller labeller)
    {
        var (network, scored, falseOnEmpty) = (new Matches(), new Matches(), 0);
        var classical = Thresholds.SelectMany(threshold => Pixels.Select(pixels => (Settings: new PeakFinderOptions { Threshold = threshold, FewestPixels = pixels }, Found: new Matches()))).ToList();
        foreach (var set in new[] { hits, empty })
        {
            foreach (var (settings, found) in classical)
            {
                var finder = set.Finder(settings);
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
        var (finder, patches, shares) = (set.Finder(DetectorBench.Candidates), new Patches(), Array.Empty<float>());
        foreach (var frame in set.Frames)
        {
            patches.Cut(frame.Number, finder.Find(frame.Counts), frame.Counts, finder.Background, set.Width, set.Height);
            if (shares.Length < patches.Values.Length) shares = new float[patches.Values.Length];
            labeller.Label(patches.Values, shares);
            yield return (frame, patches.Peaks(shares, 0));
        }
    }
}
