using System.Globalization;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// How long it takes from an event to the plan that answers it, with 50 resources and at least 1,000 waiting tasks: every event is followed by a whole new plan. And how many tasks a second a lab without
/// devices gets through, from the first to the last. Beside it what a whole turn of the scheduler's actor costs, see <see cref="TurnLab"/>.
/// </summary>
internal static class DispatchBench
{
    private const int Waiting = 1_000;
    private const double P99Within = 0.010;
    private const double TasksPerSecond = 1_000;

    public static int Run(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"]))
        {
            Console.Error.WriteLine("usage: dispatch [--quick]");
            return 2;
        }

        var jobs = arguments is [] ? 500 : 280;
        _ = Rollout(220, Waiting);
        var crowded = Rollout(jobs, Waiting);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{crowded.State.Layout.Resources.Length} resources, {5 * jobs} down to {Waiting} waiting tasks, {crowded.Seconds.Count} plans"));
        var p99 = P99("by the clock", [.. crowded.Seconds.Order()]);
        _ = P99("of the processor, all threads", [.. crowded.ProcessorSeconds.Order()]);

        var begun = TimeProvider.System.GetTimestamp();
        var whole = Rollout(40, 0);
        var rate = whole.Done.Count / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{whole.Done.Count} tasks of 40 jobs from first to last, {whole.Seconds.Count} plans: {rate:0} tasks/s (at least {TasksPerSecond:0})"));
        new TurnLab().Run(200);
        var lab = new TurnLab();
        lab.Run(arguments is [] ? 2_000 : 600);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the actor's turn: {lab.Instruments} instruments, at least {lab.LeastWaiting} waiting steps, {lab.Seconds.Count} turns, {lab.Begun} actions begun, {lab.Refilled} refills, {lab.Bytes / 1024.0 / lab.Seconds.Count:0} KiB allocated a turn; grants {lab.Hash[..12]}"));
        var turn = P99("by the clock", [.. lab.Seconds.Order()]);
        _ = P99("of the processor, all threads", [.. lab.ProcessorSeconds.Order()]);
        var good = p99 <= P99Within && turn <= P99Within && rate >= TasksPerSecond;
        Console.WriteLine(good ? "within the bounds" : "NOT within the bounds");
        return good ? 0 : 1;
    }

    private static double P99(string name, List<double> sorted)
    {
        var p99 = sorted[(int)Math.Ceiling(0.99 * sorted.Count) - 1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: p50 {1000 * sorted[sorted.Count / 2]:0.00} ms, p99 {1000 * p99:0.00} ms (at most {1000 * P99Within:0}), max {1000 * sorted[^1]:0.00} ms"));
        return p99;
    }

    /// <summary>Until fewer tasks wait; 0: until all is done.</summary>
    private static LabRollout Rollout(int jobs, int waiting)
    {
        var rollout = new LabRollout(DispatchLab.Make(jobs), DispatchLab.Start, new Random(1), 0.3)
        {
            StopsWhen = state => waiting > 0 && state.Jobs.Values.Sum(job => job.Tasks.Count(task => task.Phase == TaskPhase.Waiting)) < waiting,
        };
        rollout.Run([]);
        return rollout;
    }
}
