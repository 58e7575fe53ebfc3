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
        var folder = Path.Combine(AppContext.BaseDirectory, "models", "yardstick");
        using var registry = ModelRegistry.Open(folder, new ModelOptions());
        if (registry.Refused is [var refused, ..])
        {
            Console.Error.WriteLine(refused.Reason);
            return 1;
        }

        var model = registry.Find("yardstick");
        using var bare = new BareSession(Path.Combine(folder, ModelArtifact.ModelFile));
        var good = true;
        foreach (var rows in new[] { 1, 64, 1024 }) good &= Holds(() => Alone(model, bare, rows, rounds));
        foreach (var rows in isQuick ? [ManyCallers.JudgedFrom, 4 * ManyCallers.JudgedFrom] : new[] { 1, 16, ManyCallers.JudgedFrom, 4 * ManyCallers.JudgedFrom }) good &= Holds(() => Together(model, bare, rows, rounds));
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

    private static bool Alone(NamedModel model, BareSession bare, int rows, int rounds)
    {
        var alone = SingleCaller.Measure(model, bare, rows, rounds);
        Line($"one caller, {rows,4} rows: bare {alone.BareMicroseconds,7:0.0} us a run, host {alone.HostMicroseconds,7:0.0} us, {alone.Ratio:0.00} of the bare rate (at least {HostAtLeast}); {alone.BytesPerCall} bytes a call (0)");
        return alone.Ratio >= HostAtLeast && alone.BytesPerCall == 0;
    }

    private static bool Together(NamedModel model, BareSession bare, int rows, int rounds)
    {
        var crowd = ManyCallers.Measure(model, bare, rows, rounds);
        var judged = rows >= ManyCallers.JudgedFrom;
        Line($"{ManyCallers.Callers} callers, {rows,4} rows a call: best fixed batch {crowd.BestFixed} calls, {crowd.FixedRate:0} rows/s; batcher {crowd.Ratio:0.00} of it, {crowd.ProcessorRatio:0.00} by the processor's time ({(judged ? $"one of them at least {ThroughputAtLeast.ToString(CultureInfo.InvariantCulture)}" : "not judged")}); p99 {crowd.LatencyRatio:0.0} times a batch's {crowd.ServiceMicroseconds:0} us ({(judged ? $"at most {LatencyAtMost.ToString(CultureInfo.InvariantCulture)}" : "not judged")}); {crowd.BytesPerCall:0.0} bytes a call");

        // A neighbour on the machine takes the clock's time and not the processor's.
        return !judged || (Math.Max(crowd.Ratio, crowd.ProcessorRatio) >= ThroughputAtLeast && crowd.LatencyRatio <= LatencyAtMost && crowd.BytesPerCall < 1);
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
