using System.Globalization;

namespace LabAutomation.Benchmarks;

/// <summary>Trials to the goal on the simulated bench, seed by seed: the campaign's own planner against random search.</summary>
internal static class ColourMatch
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var seeds = Value(arguments, "--seeds", 10);
        var most = Value(arguments, "--random-trials", 200);
        var (learned, random) = (new List<LabRun>(), new List<LabRun>());
        Console.WriteLine("| seed | gaussian-process: trials | best | random: trials | best |");
        Console.WriteLine("|---|---|---|---|---|");
        for (var seed = 1; seed <= seeds; seed++)
        {
            string[] common = ["--seed", seed.ToString(CultureInfo.InvariantCulture), "--set", $"Simulation:Seed={seed}", "--set", "Simulation:Speed=400"];
            learned.Add(await LabRun.OfAsync(common));
            if (most > 0) random.Add(await LabRun.OfAsync([.. common, "--planner", "random", "--trials", most.ToString(CultureInfo.InvariantCulture)]));
            var compared = most > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Trials(random[^1])} | {random[^1].Best:0.00}") : " | ";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {seed} | {Trials(learned[^1])} | {learned[^1].Best:0.00} | {compared} |"));
        }

        var reached = learned.Count(run => run.ExitCode == 0);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"goal reached in {reached} of {seeds} seeds, mean {learned.Average(run => run.Trials):0.0} trials"));
        if (most > 0)
        {
            var factor = random.Sum(run => run.Trials) / (double)learned.Sum(run => run.Trials);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"random search reached it in {random.Count(run => run.ExitCode == 0)} of {seeds} within {most} trials: at least {factor:0.0} times as many (runs that never got there count as {most})"));
        }

        return reached >= Math.Ceiling(0.9 * seeds) ? 0 : 1;
    }

    private static string Trials(LabRun run) => run.ExitCode == 0 ? run.Trials.ToString(CultureInfo.InvariantCulture) : $"> {run.Trials}";

    private static int Value(string[] arguments, string name, int fallback)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : fallback;
    }
}
