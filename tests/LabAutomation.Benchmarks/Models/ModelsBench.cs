using System.Globalization;
using LabAutomation.Models;

namespace LabAutomation.Benchmarks.Models;

/// <summary>The model host beside a bare loop around the runtime, and the batcher beside the best fixed batch; all ratios are of one run.</summary>
internal static class ModelsBench
{
    private const double HostAtLeast = 0.95;
    private const double ThroughputAtLeast = 0.90;
    private const double LatencyAtMost = 2.0;

    /// <summary>Of each measurement, until one keeps its bounds.</summary>
    private const int Attempts = 3;

    public static int Run(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"]))
        {
            Console.Error.WriteLine("usage: models [--quick]");
            return 2;
        }

        var isQuick = arguments.Length > 0;
        var rounds = isQuick ? 5 : 25;
        var good = true;
        using (var yardstick = BenchedModel.Open("yardstick"))
        {
            foreach (var rows in new[] { 1, 64, 1024 }) good &= Holds(() => Alone(yardstick, rows, rounds));
            foreach (var rows in new[] { 1, 16, 128, 512 }) Together(yardstick, rows, rounds);
        }

        using var peaks = BenchedModel.Open("bragg-peaks");
        foreach (var rows in new[] { 2, 8 }) good &= Holds(() => Keeps(Together(peaks, rows, rounds)));
        Console.WriteLine(good ? "within the bounds" : "NOT within the bounds");
        return good ? 0 : 1;
    }

    /// <summary>Whether a bound is kept in one of a few attempts: on a shared machine the others can make a ratio worse, and nobody can make it better.</summary>
    private static bool Holds(Func<bool> measure)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (measure()) return true;
        }

        return false;
    }

    private static bool Alone(BenchedModel model, int rows, int rounds)
    {
        var alone = SingleCaller.Measure(model, rows, rounds);
        Line($"{model.Name}, one caller, {rows,4} rows: bare {alone.BareMicroseconds,7:0.0} us a run, host {alone.HostMicroseconds,7:0.0} us, {alone.Ratio:0.00} of the bare rate (at least {HostAtLeast}); {alone.BytesPerCall} bytes a call (0)");
        return alone.Ratio >= HostAtLeast && alone.BytesPerCall == 0;
    }

    private static ManyCallersResult Together(BenchedModel model, int rows, int rounds)
    {
        var crowd = ManyCallers.Measure(model, rows, rounds);
        Line($"{model.Name}, {ManyCallers.Callers} callers, {rows,4} rows a call: best fixed batch {crowd.BestFixed} calls, {crowd.FixedRate:0} rows/s; batcher {crowd.Ratio:0.00} of it, {crowd.ProcessorRatio:0.00} by the processor's time; p99 {crowd.LatencyRatio:0.0} times a batch's {crowd.ServiceMicroseconds:0} us; {crowd.BytesPerCall:0.0} bytes a call");
        return crowd;
    }

    /// <remarks>A neighbour on the machine takes the clock's time and not the processor's.</remarks>
    private static bool Keeps(ManyCallersResult crowd) =>
        Math.Max(crowd.Ratio, crowd.ProcessorRatio) >= ThroughputAtLeast && crowd.LatencyRatio <= LatencyAtMost && crowd.BytesPerCall < 1;

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
