using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Models;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>What is usual of the network's scores on the simulated detectors on a good day, weak beams and strong ones, as it stands in the card that comes with the lab; and what of their drift that tells.</summary>
internal static class UsualFrames
{
    private const int Blocks = 60, MostFrames = 400, DriftFrames = 60;

    private static readonly double[] Transmissions = [0.01, 0.02, 0.05, 0.15, 0.5, 1];

    private static readonly (string Name, DetectorGeometry Geometry, DetectorScene Scene)[] Days =
    [
        ("beamline", HttpBeamline.Geometry, HttpBeamline.Scene),
        ("small", DetectorGeometry.Small, new DetectorScene { BestHitRate = 1, TearingTransmission = 1e9 }),
    ];

    public static int Run()
    {
        using var registry = ModelRegistry.Open(Path.Combine(AppContext.BaseDirectory, "models"), new ModelOptions());
        var network = new NetworkLabeller(registry.Find("bragg-peaks"));
        UsualScores? usual = null;
        foreach (var (name, geometry, scene) in Days)
        {
            foreach (var transmission in Transmissions)
            {
                var measuring = new WatchedLabeller(network, new ClassicalLabeller(PeakAnalyst.Classical), _ => { }, measures: true);
                Pass(geometry, scene, transmission, measuring, () => measuring.Blocks < Blocks);
                usual = measuring.Seen is not { } seen ? usual : UsualScores.Joined(usual, seen);
                Console.WriteLine($"{name} at transmission {transmission}: {measuring.Blocks} blocks, {measuring.Seen}");
            }
        }

        Console.WriteLine(usual);
        foreach (var transmission in Transmissions)
        {
            var drifted = HttpBeamline.Scene with { PeakWidth = 2 * HttpBeamline.Scene.PeakWidth, Background = 2 * HttpBeamline.Scene.Background, Ring = 2 * HttpBeamline.Scene.Ring };
            var (measuring, frames) = (new Agreement(), 0);
            var watched = new Beside(network, measuring);
            Pass(HttpBeamline.Geometry, drifted, transmission, watched, () => ++frames <= DriftFrames);
            Console.WriteLine($"peaks of twice the width at transmission {transmission}, {measuring.Rule} of the rule: {usual!.Strange(measuring) ?? "usual"}");
        }

        return 0;
    }

    private static void Pass(DetectorGeometry geometry, DetectorScene scene, double transmission, IPeakLabeller labeller, Func<bool> goesOn)
    {
        var detector = new AreaDetector(geometry, scene, UnitCell.Lysozyme, 5);
        bool[] good = [.. Enumerable.Range(0, geometry.Width * geometry.Height).Select(detector.IsGood)];
        var (finder, patches) = (new RadialPeakFinder(geometry.Width, geometry.Height, geometry.CentreX, geometry.CentreY, good, PeakAnalyst.Candidates), new Patches());
        for (var number = 1; number <= MostFrames && goesOn(); number++)
        {
            var frame = detector.Draw(number, transmission);
            patches.Cut(number, finder.Find(frame.Counts), frame.Counts, finder.Background, geometry.Width, geometry.Height);
            labeller.Label(patches.Values, new float[patches.Values.Length]);
        }
    }

    /// <summary>Counts what the network sees beside the rule.</summary>
    private sealed class Beside(NetworkLabeller network, Agreement seen) : IPeakLabeller
    {
        private readonly ClassicalLabeller _rule = new(PeakAnalyst.Classical);

        public void Label(ReadOnlySpan<float> patches, Span<float> shares)
        {
            var rule = new float[patches.Length];
            network.Label(patches, shares);
            _rule.Label(patches, rule);
            for (var at = 0; at < rule.Length; at += IPeakLabeller.Area) seen.Add(rule.AsSpan(at, IPeakLabeller.Area), shares.Slice(at, IPeakLabeller.Area));
        }
    }
}
