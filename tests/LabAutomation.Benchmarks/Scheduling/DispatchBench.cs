using System.Globalization;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// How long it takes from an event to the plan that answers it, with 50 resources and at least 1,000 waiting tasks: every event is followed by a whole new plan. And how many tasks a second a lab without
/// devices gets through, from the first to the last. Beside it what a whole turn of the scheduler's actor costs, see <see cref="TurnLab"/>. The quick form is for machines that do other things as well: it fails where half of the
/// turns or plans take more of the processor, in times a <see cref="Yardstick"/>, than they may.
/// </summary>
internal static class DispatchBench
{
    private const int Waiting = 1_000;
    private const double P99Within = 0.010;
    private const double TasksPerSecond = 1_000;

    /// <summary>About twice what was measured.</summary>
    private const double PlanInYards = 10;
    private const double TurnInYards = 40;

    public static int Run(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"]))
        {
            Console.Error.WriteLine("usage: dispatch [--quick]");
            return 2;
        }

        var isQuick = arguments is not [];
        var yard = new Yardstick();
        var jobs = isQuick ? 280 : 500;
        _ = Rollout(220, Waiting);
        var crowded = Rollout(jobs, Waiting, yard);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{crowded.State.Layout.Resources.Length} resources, {5 * jobs} down to {Waiting} waiting tasks, {crowded.Seconds.Count} plans"));
        var plan = Times.Of(crowded.Seconds);
        plan.Print("by the clock", P99Within);
        var planWork = Times.Of(crowded.ProcessorSeconds);
        planWork.Print("of the processor, all threads", P99Within);

        var begun = TimeProvider.System.GetTimestamp();
        var whole = Rollout(40, 0);
        var rate = whole.Done.Count / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{whole.Done.Count} tasks of 40 jobs from first to last, {whole.Seconds.Count} plans: {rate:0} tasks/s (at least {TasksPerSecond:0})"));
        new TurnLab().Run(200);
        var lab = new TurnLab { Yard = yard };
        lab.Run(isQuick ? 600 : 2_000);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"the actor's turn: {lab.Instruments} instruments, at least {lab.LeastWaiting} waiting steps, {lab.Seconds.Count} turns, {lab.Begun} actions begun, {lab.Refilled} refills, {lab.Bytes / 1024.0 / lab.Seconds.Count:0} KiB allocated a turn; grants {lab.Hash[..12]}"));
        var turn = Times.Of(lab.Seconds);
        turn.Print("by the clock", P99Within);
        var turnWork = Times.Of(lab.ProcessorSeconds);
        turnWork.Print("of the processor, all threads", P99Within);
        var (plans, turns) = (planWork.Median / yard.Median, turnWork.Median / yard.Median);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"in yardsticks of {1000 * yard.Median:0.00} ms: of the processor half of the plans take at most {plans:0.0} ({PlanInYards} in the quick form) and half of the turns {turns:0.0} ({TurnInYards})"));
        var isGood = isQuick ? plans <= PlanInYards && turns <= TurnInYards : plan.P99 <= P99Within && turn.P99 <= P99Within && rate >= TasksPerSecond;
        Console.WriteLine(isGood ? "within the bounds" : "NOT within the bounds");
        return isGood ? 0 : 1;
    }

    /// <summary>Until fewer tasks wait; 0: until all is done.</summary>
    private static LabRollout Rollout(int jobs, int waiting, Yardstick? yard = null)
    {
        var rollout = new LabRollout(DispatchLab.Make(jobs), DispatchLab.Start, new Random(1), 0.3)
        {
            OnPlan = (_, _) => yard?.Measure(),
            StopsWhen = state => waiting > 0 && state.Jobs.Values.Sum(job => job.Tasks.Count(task => task.Phase == TaskPhase.Waiting)) < waiting,
        };
        rollout.Run([]);
        return rollout;
    }

    private readonly record struct Times(double Median, double P90, double P99, double Most)
    {
        public static Times Of(List<double> seconds)
        {
            double[] sorted = [.. seconds.Order()];
            return new Times(sorted[sorted.Length / 2], sorted[sorted.Length * 9 / 10], sorted[(int)Math.Ceiling(0.99 * sorted.Length) - 1], sorted[^1]);
        }

        public void Print(string name, double within) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: p50 {1000 * Median:0.00} ms, p90 {1000 * P90:0.00} ms, p99 {1000 * P99:0.00} ms (at most {1000 * within:0}), max {1000 * Most:0.00} ms"));
    }
}
