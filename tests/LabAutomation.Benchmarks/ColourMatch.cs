using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Testing;

namespace LabAutomation.Benchmarks;

/// <summary>Trials to the goal in the virtual lab, seed by seed: the campaign's own planner against random search.</summary>
internal static class ColourMatch
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var seeds = Value(arguments, "--seeds", 10);
        var most = Value(arguments, "--random-trials", 200);
        var (learned, random) = (new List<Run>(), new List<Run>());
        Console.WriteLine("| seed | gaussian-process: trials | best | random: trials | best |");
        Console.WriteLine("|---|---|---|---|---|");
        for (var seed = 1; seed <= seeds; seed++)
        {
            learned.Add(await OfAsync(seed, null, null));
            if (most > 0) random.Add(await OfAsync(seed, "random", most));
            var compared = most > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Trials(random[^1])} | {random[^1].Best:0.00}") : " | ";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {seed} | {Trials(learned[^1])} | {learned[^1].Best:0.00} | {compared} |"));
        }

        var reached = learned.Count(run => run.IsReached);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"goal reached in {reached} of {seeds} seeds, mean {learned.Average(run => run.Trials):0.0} trials"));
        if (most > 0)
        {
            var factor = random.Sum(run => run.Trials) / (double)learned.Sum(run => run.Trials);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"random search reached it in {random.Count(run => run.IsReached)} of {seeds} within {most} trials: at least {factor:0.0} times as many (runs that never got there count as {most})"));
        }

        return reached >= Math.Ceiling(0.9 * seeds) ? 0 : 1;
    }

    private static async Task<Run> OfAsync(int seed, string? planner, int? trials)
    {
        await using var lab = VirtualLab.From(Path.Combine(LabRun.Root, "campaigns", "colour-match.yaml"), seed, planner: planner, trials: trials);
        var state = await lab.RunAsync();
        return new Run(state.End?.End == CampaignEnd.GoalReached, state.Trials.Count, state.BestObjective ?? double.NaN);
    }

    private static string Trials(Run run) => run.IsReached ? run.Trials.ToString(CultureInfo.InvariantCulture) : $"> {run.Trials}";

    private static int Value(string[] arguments, string name, int fallback)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : fallback;
    }

    /// <param name="Trials">That were made.</param>
    /// <param name="Best">The least colour difference.</param>
    private sealed record Run(bool IsReached, int Trials, double Best);
}
