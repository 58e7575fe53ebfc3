using System.Globalization;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>Ten generated lab problems with holds, batches, set-ups and alternatives: the makespan beside that of greedy dispatch.</summary>
internal static class LabSchedulingBench
{
    private const int Problems = 10;
    private const double Gain = 0.15;

    public static int Run(string[] arguments)
    {
        var seconds = arguments switch
        {
            [] => 10,
            ["--quick"] => 1,
            ["--seconds", var text] when int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
            _ => 0,
        };
        if (seconds == 0)
        {
            Console.Error.WriteLine("usage: lab-scheduling [--quick | --seconds N]");
            return 2;
        }

        var (gains, complaints) = (new List<double>(), 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at most {seconds} s each: problem, tasks, greedy (the better of two rules), first plan, found, below greedy, late"));
        for (var seed = 0; seed < Problems; seed++)
        {
            var state = LabProblem.Make(seed);
            var greedy = GreedyDispatch.Best(state, LabProblem.Start);
            var first = Scheduler.Plan(state, LabProblem.Start).Makespan;
            var found = Scheduler.Improve(state, LabProblem.Start, new SearchBudget(int.MaxValue, Clock: TimeProvider.System, Limit: TimeSpan.FromSeconds(seconds)));
            var wrong = ScheduleCheck.Complaints(state, found);
            var late = found.Tasks.Count(task => task.IsLate) + found.Unplanned.Length;
            gains.Add(1 - found.Makespan / greedy);
            complaints += wrong.Count + late;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {seed}{(seed % 2 == 1 ? " by arm" : "       ")}  {found.Tasks.Length}  {greedy.TotalMinutes,5:0} min  {first.TotalMinutes,5:0} min  {found.Makespan.TotalMinutes,5:0} min  {gains[^1],7:P1}  {late}"));
            foreach (var complaint in wrong) Console.WriteLine($"    {complaint}");
        }

        var good = gains.Average() >= Gain && complaints == 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean {gains.Average():P1} below greedy (at least {Gain:P0}), least {gains.Min():P1}; {complaints} holds or other rules broken (none allowed)"));
        Console.WriteLine(good ? "within the bounds" : "NOT within the bounds");
        return good ? 0 : 1;
    }
}
