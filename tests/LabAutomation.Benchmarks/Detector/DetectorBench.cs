using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Models;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>Frames of a simulated detector in, labelled peaks out, on two cores: how fast, how well beside the classical finder, how exactly, and in how much memory.</summary>
internal static class DetectorBench
{
    /// <summary>The share in a peak that the network must see.</summary>
    public const float AtLeast = 0.92f;

    private const double GigabitsAtLeast = 1;
    private const double GrowthAtMost = 256;
    private const double FalseAtMost = 0.1;
    private const double ErrorOfMost = 0.29, ErrorOfNearlyAll = 0.57;

    /// <summary>Of the first block of frames; each further one is 100 on.</summary>
    private const long FirstSeed = 5;

    /// <summary>
    /// What the network may find less than the classical finder and count as no worse, of the recall: that is what half a deviation more changes in the classical finder's own threshold (0.010 to
    /// 0.014), so that nobody who sets it could tell. Of the precision: one false peak more among five hundred.
    /// </summary>
    private const double RecallMargin = 0.01, PrecisionMargin = 0.002;

    private static readonly DetectorScene Hits = new() { BestHitRate = 1, TearingTransmission = 1e9 };

    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case []: return await RunAsync(20, 100, 8, TimeSpan.FromSeconds(10), 5, FirstSeed);
            case ["--seed", var text] when long.TryParse(text, CultureInfo.InvariantCulture, out var seed): return await RunAsync(20, 100, 8, TimeSpan.FromSeconds(10), 5, seed);
            case ["--quick"]: return await RunAsync(4, 24, 6, TimeSpan.FromSeconds(1), 3, FirstSeed);
            case ["--usual"]: return UsualFrames.Run();
            case ["--drift", var folder, .. var rest] when rest.Length <= 1: return await DriftLoop.RunAsync(folder, rest.FirstOrDefault());
            default:
                Console.Error.WriteLine("usage: detector [--quick | --seed N | --usual | --drift FOLDER [PYTHON]]");
                return 2;
        }
    }

    private static async Task<int> RunAsync(int large, int small, int blocks, TimeSpan duration, int rounds, long seed)
    {
        if (Environment.ProcessorCount > 2 && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
        {
            using var self = Process.GetCurrentProcess();
            self.ProcessorAffinity = 0b11;
        }

        using var registry = ModelRegistry.Open(Path.Combine(AppContext.BaseDirectory, "models"), new ModelOptions());
        var network = new NetworkLabeller(registry.Find("bragg-peaks"));
        var qualities = Enumerable.Range(0, blocks).Select(block => seed + (100 * block))
            .Select(first => LabelQuality.Measure(new FrameSet(DetectorGeometry.Small, Hits, small, first), new FrameSet(DetectorGeometry.Small, Hits with { BestHitRate = 0 }, small, first + 1), network)).ToList();
        var good = Judge(qualities);
        var stream = new FrameSet(DetectorGeometry.Large, Hits with { BestHitRate = 0.6 }, large, 7);
        var best = 0.0;
        for (var round = 1; round <= rounds && (best < GigabitsAtLeast || round <= 2); round++)
        {
            var speed = await Throughput.MeasureAsync(stream, network, duration);

            // On a shared machine the clock tells of its other users.
            best = Math.Max(best, speed.PerCores);
            Line($"{stream.Width} × {stream.Height}, {speed.Candidates:0} candidates a frame: {speed.PerCores:0.00} Gb/s by the time of two processors (at least {GigabitsAtLeast} in one round), {speed.Gigabits:0.00} by the clock with {100 * speed.Gigabits / speed.PerCores:0} % of them; memory grew by {speed.Growth:0} MB (at most {GrowthAtMost}); {speed.Counts}");
            good &= speed.Growth <= GrowthAtMost && speed.Counts is { Dropped: 0, Refused: 0, UnderWay: 0 };
        }

        good &= best >= GigabitsAtLeast;
        Console.WriteLine(good ? "within the bounds" : "NOT within the bounds");
        return good ? 0 : 1;
    }

    /// <summary>Block by block the network and the classical finder at its best see the same frames with as many false peaks: of their differences mean and standard error are told.</summary>
    private static bool Judge(IReadOnlyList<LabelQuality> blocks)
    {
        var good = true;
        foreach (var threshold in blocks[0].RulesFalse.Select(rule => rule.Threshold))
        {
            var pairs = blocks.Select(block => (block, block.RulesFalse.Single(rule => rule.Threshold == threshold).False)).Select(one => (Ours: one.block.Scored.RatesWith(one.False), Theirs: one.block.BestClassical(one.False))).ToList();
            var (recall, precision) = (new Difference(pairs.Select(pair => pair.Ours.Recall - pair.Theirs.Recall)), new Difference(pairs.Select(pair => pair.Ours.Precision - pair.Theirs.Precision)));
            Line($"as many false as the classical finder's rule at {threshold}, {pairs.Count} blocks: recall {pairs.Average(pair => pair.Ours.Recall):0.000}, precision {pairs.Average(pair => pair.Ours.Precision):0.000}; beside the classical finder at its best {recall} and {precision} with 95 % confidence (no worse than -{RecallMargin} and -{PrecisionMargin})");
            good &= recall.IsNotWorseThan(RecallMargin) && precision.IsNotWorseThan(PrecisionMargin);
        }

        var (most, nearlyAll, empty) = (blocks.Average(block => block.Network.Error(0.75)), blocks.Average(block => block.Network.Error(0.95)), blocks.Average(block => block.FalseOnEmpty));
        Line($"at a share of {AtLeast}: recall {blocks.Average(block => block.Network.Rates.Recall):0.000}, precision {blocks.Average(block => block.Network.Rates.Precision):0.000}, {empty:0.00} false peaks on an empty frame (less than {FalseAtMost}), 75 % within {most:0.000} px (at most {ErrorOfMost}), 95 % within {nearlyAll:0.000} px (at most {ErrorOfNearlyAll}): of those that the network takes there, and it moves none");
        var (looseMost, looseNearlyAll) = (blocks.Average(block => block.Scored.ErrorWith(block.RulesFalse.First().False, 0.75)), blocks.Average(block => block.Scored.ErrorWith(block.RulesFalse.First().False, 0.95)));
        Line($"where recall is compared, with the faint ones that the rule at {blocks[0].RulesFalse.First().Threshold} allows: 75 % within {looseMost:0.000} px, 95 % within {looseNearlyAll:0.000} px; not judged");
        return good && empty < FalseAtMost && most <= ErrorOfMost && nearlyAll <= ErrorOfNearlyAll;
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
