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
        if (BoOptions.Parse(arguments) is not { } options) return 2;
        if (!Directory.Exists(options.Folder))
        {
            Console.Error.WriteLine($"There is no problem set at {options.Folder}; name one with --set.");
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

        var compared = verdicts.Where(verdict => verdict.Best is not null).ToList();
        Console.WriteLine();
        Console.WriteLine($"{compared.Count} problems compared: clearly better than the best peer on {compared.Count(verdict => verdict.IsBetter)}, clearly worse on {compared.Count(verdict => verdict.IsWorse)}, first by median on {compared.Count(verdict => verdict.Rank == 1)}.");
        if (options.Output is { } file) File.WriteAllText(file, JsonSerializer.Serialize(verdicts.SelectMany(verdict => verdict.Runs), Indented));
        return compared.Any(verdict => verdict.IsWorse) ? 1 : 0;
    }

    private static string Row(Verdict verdict) => Row([
        verdict.Problem.Key, Figure(verdict.Median), verdict.Best?.Name ?? "-", Figure(verdict.PeerMedian), Figure(verdict.Probability), $"{verdict.Rank} of {verdict.Peers + 1}",
        (1e3 * verdict.Seconds).ToString("F1", CultureInfo.InvariantCulture), (1e3 * (verdict.Best?.Seconds ?? double.NaN)).ToString("F0", CultureInfo.InvariantCulture)]);

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Figure(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
