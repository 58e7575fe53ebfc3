using System.Globalization;
using System.Text.Json;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>Our optimiser on other people's problems: same starts, same budgets, compared with their traces seed by seed.</summary>
internal static class BoBenchmark
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static int Run(string[] arguments)
    {
        if (BoOptions.Parse(arguments, Environment.GetEnvironmentVariable("LAB_BO_SET")) is not { } options) return 2;
        if (!Directory.Exists(options.Folder))
        {
            Console.Error.WriteLine($"There is no problem set at {options.Folder}; name one with --set or LAB_BO_SET.");
            return 2;
        }

        var set = ProblemSet.Load(options.Folder);
        var chosen = set.Problems.Where(options.Wants).ToList();
        if (chosen.Count == 0)
        {
            Console.Error.WriteLine($"No problem is called so. There are: {string.Join(", ", set.Problems.Select(problem => problem.Key))}.");
            return 2;
        }

        var verdicts = new List<Verdict>();
        Console.WriteLine(Row(["problem", "median regret", "best peer", "its median", "p", "rank", "ms/suggestion", "its ms"]));
        Console.WriteLine(Row(Enumerable.Repeat("---", 8)));
        foreach (var problem in chosen)
        {
            var runs = new List<Run>();
            foreach (var seed in options.Seeds)
            {
                if (!Console.IsErrorRedirected) Console.Error.Write($"\r{problem.Key}: seed {seed}   ");
                runs.Add(Bo.Run.Of(problem, new GaussianProcessOptimiser(new GaussianProcessOptions { NoiseSd = problem.Suite == "cont" ? 0 : null }), seed));
            }

            if (!Console.IsErrorRedirected) Console.Error.Write("\r\e[K");
            var verdict = Verdict.Of(problem, runs, set.Peers.TryGetValue(problem.Key, out var peers) ? peers : []);
            verdicts.Add(verdict);
            Console.WriteLine(Row(verdict));
        }

        Console.WriteLine();
        foreach (var sentence in Verdict.Summary(verdicts)) Console.WriteLine(sentence);
        if (options.Output is { } file) File.WriteAllText(file, JsonSerializer.Serialize(verdicts.SelectMany(verdict => verdict.Runs), Indented));
        return Verdict.Passes(verdicts) ? 0 : 1;
    }

    private static string Row(Verdict verdict) => Row([
        verdict.Problem.Key, Figure(verdict.Median), verdict.Best?.Name ?? "-", Figure(verdict.PeerMedian), Figure(verdict.Probability), verdict.Best is null ? "-" : $"{verdict.Rank} of {verdict.Peers + 1}",
        (1e3 * verdict.Seconds).ToString("F1", CultureInfo.InvariantCulture), (1e3 * (verdict.Best?.Seconds ?? double.NaN)).ToString("F0", CultureInfo.InvariantCulture)]);

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Figure(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
