using System.Diagnostics;
using LabAutomation.Agents.Analysis.Peaks;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>What a stream made of the frames that a source gave it as fast as it took them.</summary>
/// <param name="Gigabits">Of 16-bit counts in a second, from the first frame offered to the last one labelled.</param>
/// <param name="PerCores">Gigabits a second that two cores make of the processor's time that was used; another program's share of them is not in it.</param>
/// <param name="Growth">MB of memory that the process took beyond what it had before.</param>
internal sealed record Throughput(double Gigabits, double PerCores, double Growth, double Candidates, StreamCounts Counts)
{
    private const int Cores = 2;

    public static async Task<Throughput> MeasureAsync(FrameSet set, IPeakLabeller labeller, TimeSpan duration)
    {
        await RunAsync(set, labeller, TimeSpan.FromSeconds(0.5));
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        var (before, processor, clock) = (self.WorkingSet64, Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var (counts, candidates, largest) = await RunAsync(set, labeller, duration);
        var bits = 16.0 * set.Width * set.Height * counts.Labelled;
        return new Throughput(
            bits / clock.Elapsed.TotalSeconds / 1e9,
            bits / (Environment.CpuUsage.TotalTime - processor).TotalSeconds * Cores / 1e9,
            Math.Max(0, largest - before) / 1e6,
            candidates / (double)counts.Labelled,
            counts);
    }

    private static async Task<(StreamCounts Counts, long Candidates, long Largest)> RunAsync(FrameSet set, IPeakLabeller labeller, TimeSpan duration)
    {
        var (candidates, largest) = (0L, 0L);
        using var self = Process.GetCurrentProcess();
        await using var stream = new PeakStream(
            set.Width,
            set.Height,
            () => set.Finder(DetectorBench.Candidates),
            labeller,
            frame => candidates += frame.Candidates,
            new PeakStreamOptions { Queue = 8, Finders = Cores, AtLeast = DetectorBench.AtLeast });
        var clock = Stopwatch.StartNew();
        for (var number = 1L; clock.Elapsed < duration; number++)
        {
            await stream.WriteAsync(new RawFrame(number, set.Payloads[number % set.Payloads.Length]), default);
            if (number % 16 != 0) continue;
            self.Refresh();
            largest = Math.Max(largest, self.WorkingSet64);
        }

        await stream.CompleteAsync();
        return (stream.Counts, candidates, largest);
    }
}
