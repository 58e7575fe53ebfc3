using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Models;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>Frames of a simulated detector in, labelled peaks out, on two cores: how fast, how well beside the classical finder, how exactly, and in how much memory.</summary>
internal static class DetectorBench
{
    /// <summary>What candidates of the network are.</summary>
    public static readonly PeakFinderOptions Candidates = new() { Threshold = 4 };

    /// <summary>The share in a peak that the network must see.</summary>
    public const float AtLeast = 0.92f;

    private const double GigabitsAtLeast = 1;
    private const double GrowthAtMost = 256;
    private const double FalseAtMost = 0.1;
    private const double ErrorOfMost = 0.29, ErrorOfNearlyAll = 0.57;

    private static readonly DetectorScene Hits = new() { BestHitRate = 1, TearingTransmission = 1e9 };

    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case []: return await RunAsync(20, 100, TimeSpan.FromSeconds(10), 5);
            case ["--quick"]: return await RunAsync(4, 24, TimeSpan.FromSeconds(1), 3);
            case ["--drift", var folder, .. var rest] when rest.Length <= 1: return await DriftLoop.RunAsync(folder, rest.FirstOrDefault());
            default:
                Console.Error.WriteLine("usage: detector [--quick | --drift FOLDER [PYTHON]]");
                return 2;
        }
    }

    private static async Task<int> RunAsync(int large, int small, TimeSpan duration, int rounds)
    {
        if (Environment.ProcessorCount > 2 && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
        {
            using var self = Process.GetCurrentProcess();
            self.ProcessorAffinity = 0b11;
        }

        using var registry = ModelRegistry.Open(Path.Combine(AppContext.BaseDirectory, "models"), new ModelOptions());
        var network = new NetworkLabeller(registry.Find("bragg-peaks"));
        var good = Judge(LabelQuality.Measure(new FrameSet(DetectorGeometry.Small, Hits, small, 5), new FrameSet(DetectorGeometry.Small, Hits with { BestHitRate = 0 }, small, 6), network));
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

    private static bool Judge(LabelQuality quality)
    {
        var good = true;
        foreach (var (threshold, mostFalse) in quality.RulesFalse)
        {
            var (theirs, ours) = (quality.BestClassical(mostFalse), quality.Scored.RatesWith(mostFalse));
            Line($"as many false as the classical finder's rule at {threshold} ({mostFalse}): recall {ours.Recall:0.000}, precision {ours.Precision:0.000}; the classical finder at best, at {theirs.Settings.Threshold} in {theirs.Settings.FewestPixels} pixels and a cut in signal to noise, {theirs.Recall:0.000}, {theirs.Precision:0.000}");
            good &= ours.Recall >= theirs.Recall && ours.Precision >= theirs.Precision;
        }

        var (recall, precision) = quality.Network.Rates;
        var (most, nearlyAll) = (quality.Network.Error(0.75), quality.Network.Error(0.95));
        Line($"at a share of {AtLeast}: recall {recall:0.000}, precision {precision:0.000}, {quality.FalseOnEmpty:0.00} false peaks on an empty frame (less than {FalseAtMost}), 75 % within {most:0.000} px (at most {ErrorOfMost}), 95 % within {nearlyAll:0.000} px (at most {ErrorOfNearlyAll})");
        return good && quality.FalseOnEmpty < FalseAtMost && most <= ErrorOfMost && nearlyAll <= ErrorOfNearlyAll;
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
