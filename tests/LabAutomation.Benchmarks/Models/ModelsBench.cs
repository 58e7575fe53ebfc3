using System.Globalization;
using LabAutomation.Models;

namespace LabAutomation.Benchmarks.Models;

/// <summary>
/// The model host beside a bare loop around the runtime, and the batcher beside the best fixed batch. Both sides take turns in one run, and the median of their ratios is judged, by the processor's
/// time. What is aimed at is told beside it; the bounds are what a machine with twenty times as much to do as it can keeps, too.
/// </summary>
internal static class ModelsBench
{
    private const double HostAim = 0.95, HostAtLeast = 0.9;
    private const double ThroughputAim = 0.9, ThroughputAtLeast = 0.65;
    private const double LatencyAim = 2, LatencyAtMost = 20;

    /// <summary>The network that the detector's stream runs, and patches of one caller: chosen before anything was measured.</summary>
    private const string Judged = "bragg-peaks";
    private const int JudgedRows = 8;

    public static int Run(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"]))
        {
            Console.Error.WriteLine("usage: models [--quick]");
            return 2;
        }

        var rounds = arguments.Length > 0 ? 9 : 25;
        var good = true;
        var missed = new List<string>();
        using (var yardstick = BenchedModel.Open("yardstick"))
        {
            foreach (var rows in new[] { 1, 64, 1024 }) good &= Alone(yardstick, rows, rounds, missed);
            foreach (var rows in new[] { 1, 16, 128, 512 }) Together(yardstick, rows, rounds, missed);
        }

        using var peaks = BenchedModel.Open(Judged);
        Together(peaks, 2, rounds, missed);
        good &= Keeps(Together(peaks, JudgedRows, rounds, missed));
        Console.WriteLine(missed.Count == 0 ? "every aim is reached" : $"aims that are not reached: {string.Join("; ", missed)}");
        Console.WriteLine(good ? "within the bounds" : "NOT within the bounds");
        return good ? 0 : 1;
    }

    private static bool Alone(BenchedModel model, int rows, int rounds, List<string> missed)
    {
        var alone = SingleCaller.Measure(model, rows, rounds);
        Line($"{model.Name}, one caller, {rows,4} rows: bare {alone.BareMicroseconds,7:0.0} us a run, host {alone.HostMicroseconds,7:0.0} us, {alone.Ratio:0.00} of the bare rate (aim {HostAim}, at least {HostAtLeast}); {alone.BytesPerCall} bytes a call (0)");
        if (alone.Ratio < HostAim) missed.Add(FormattableString.Invariant($"{model.Name}, one caller, {rows} rows: {alone.Ratio:0.00} of the bare rate"));
        return alone.Ratio >= HostAtLeast && alone.BytesPerCall == 0;
    }

    private static ManyCallersResult Together(BenchedModel model, int rows, int rounds, List<string> missed)
    {
        var crowd = ManyCallers.Measure(model, rows, rounds);
        Line($"{model.Name}, {ManyCallers.Callers} callers, {rows,4} rows a call: best fixed batch {crowd.BestFixed} calls, {crowd.FixedRate:0} rows/s; batcher {crowd.ProcessorRatio:0.00} of it by the processor's time, {crowd.Ratio:0.00} by the clock; p99 {crowd.LatencyRatio:0.0} times a batch's {crowd.ServiceMicroseconds:0} us; {crowd.BytesPerCall:0.0} bytes a call");
        if (crowd.ProcessorRatio < ThroughputAim || crowd.LatencyRatio > LatencyAim)
            missed.Add(FormattableString.Invariant($"{model.Name}, {ManyCallers.Callers} callers, {rows} rows a call: {crowd.ProcessorRatio:0.00} of the best fixed batch (aim {ThroughputAim}), p99 {crowd.LatencyRatio:0.0} times (aim {LatencyAim})"));
        return crowd;
    }

    private static bool Keeps(ManyCallersResult crowd) => crowd.ProcessorRatio >= ThroughputAtLeast && crowd.LatencyRatio <= LatencyAtMost && crowd.BytesPerCall < 1;

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
