using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Testing;

namespace LabAutomation.Benchmarks;

/// <summary>What is gained and lost by four trials at once: trials an hour of lab time, and trials begun until the goal is reached, against one after the other.</summary>
internal static class ParallelTrials
{
    private const double LeastRate = 2.5;
    /// <summary>The aim of trials to the goal, which is not reached: 20 seeds need 1.31 times as many. It fails where that becomes worse.</summary>
    private const double Aim = 1.25;
    private const double MostTrials = 1.6;

    private const int AtOnce = 4;

    /// <summary>So many that no campaign ends before its goal.</summary>
    private const int Enough = 200;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!int.TryParse(arguments is ["--seeds", var number] ? number : arguments is [] ? "20" : "", NumberStyles.None, CultureInfo.InvariantCulture, out var seeds) || seeds < 1)
        {
            Console.Error.WriteLine("usage: parallel [--seeds N]");
            return 2;
        }

        Console.WriteLine($"| seed | one at a time: goal in trial | trials/h | {AtOnce} at once: goal in trial | trials/h |");
        Console.WriteLine("|---|---|---|---|---|");
        var (one, several) = (new List<Run>(), new List<Run>());
        for (var seed = 1; seed <= seeds; seed++)
        {
            one.Add(await OfAsync(seed, 1));
            several.Add(await OfAsync(seed, AtOnce));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {seed} | {one[^1].Goal} | {one[^1].PerHour:0} | {several[^1].Goal} | {several[^1].PerHour:0} |"));
        }

        var (rate, trials) = (several.Average(run => run.PerHour) / one.Average(run => run.PerHour), several.Average(run => run.Goal) / one.Average(run => run.Goal));
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trials an hour: {rate:0.00} times as many (at least {LeastRate}); trials to the goal: {trials:0.00} times as many (the aim is {Aim}, and it fails above {MostTrials}), {one.Average(run => run.Goal):0.0} and {several.Average(run => run.Goal):0.0} on average"));
        var isGood = rate >= LeastRate && trials <= MostTrials;
        Console.WriteLine(isGood ? "within the bounds" : "NOT within the bounds");
        return isGood ? 0 : 1;
    }

    private static async Task<Run> OfAsync(int seed, int parallel)
    {
        var campaigns = Path.Combine(LabRun.Root, "campaigns");
        await using var lab = VirtualLab.From(Path.Combine(campaigns, "colour-match.yaml"), seed, Path.Combine(campaigns, "four-cells.lab.json"), trials: Enough, parallel: parallel);
        var state = await lab.RunAsync();
        var goal = state.Plan.Goal;
        var reached = state.Trials.First(trial => trial.Outcome is TrialOutcome.Measured measured && goal.IsReachedBy(measured.Objective));
        return new Run(reached.Number, state.Trials.Count / state.Spent.TotalHours);
    }

    /// <param name="Goal">The first trial that reached it.</param>
    private sealed record Run(int Goal, double PerHour);
}
