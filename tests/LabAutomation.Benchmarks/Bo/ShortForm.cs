using System.Globalization;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>
/// A few problems that need no files, boxes and such as laboratories have, with bounds on the median regret: it fails where the engine has become worse. Random search is measured
/// beside, to show what they mean. Another order of rounding, as another processor has, makes of each seed another run of the same engine. So the bound of a problem is what nine in
/// ten runs reached over the seeds 0 to 32: the median of eleven other runs lies beyond that once in 3,700 (binomial), on any of nine problems once in 400. Where a tenth of
/// the runs gets stuck that says little, so all problems count together, too: the geometric mean of each median over the usual one, which is that of the 33 runs. By the
/// spread of these (the logarithm of a median of eleven has 1.25/√11 of the standard deviation of one run) its logarithm has a standard deviation of 0.22; the bound is three of them. A problem that is usually solved to the end does not count there.
/// </summary>
internal static class ShortForm
{
    private const int NormalPurpose = 77;
    private const double MostRuns = 0.9;

    /// <summary>On the geometric mean of the regrets, each as a multiple of the usual one.</summary>
    private const double Together = 2;

    private static (Problem Problem, double Usual, double Bound)[] Problems(int seeds) =>
    [
        (Function(seeds, "cont", "branin2", [-5, 0], [10, 15], 30, 6, 0, 0.39788735772973816), 1.68e-4, 0.0021),
        (Function(seeds, "cont", "hartmann3", [0, 0, 0], [1, 1, 1], 30, 8, 0, -3.86278214782076), 2.6e-5, 6e-4),
        (Function(seeds, "cont", "levy4", [-10, -10, -10, -10], [10, 10, 10, 10], 45, 10, 0, 0), 0.118, 2.3),
        (Function(seeds, "cont", "ackley3", [-5, -5, -5], [10, 10, 10], 40, 8, 0, 0), 0.137, 0.94),
        (Function(seeds, "noisy", "hartmann3_n01", [0, 0, 0], [1, 1, 1], 40, 8, 0.1, -3.86278214782076), 0.024, 0.061),
        (CatalystProblem.Of(seeds), 0, 0.061),
        (new BatchProblem(), 2.4e-6, 1e-5),
        (new LimitedProblem(), 3e-4, 0.0034),
        (new TradeProblem("branincurrin", 30, 2, [18, 6], 59.36011874867746, Starts(seeds, 2, 6)), 5.44, 10.3),
    ];

    /// <param name="seeds">Which runs; the bounds are meant for eleven.</param>
    public static int Run(IReadOnlyList<int> seeds)
    {
        var problems = Problems(seeds.Max() + 1);
        var progress = new Progress(problems.Length * seeds.Count);
        var (failed, logs) = (0, 0.0);
        Console.WriteLine(BoTables.Line(["problem", "median regret", "bound", "nine in ten reach", "random search", "ms/suggestion"]));
        Console.WriteLine(BoTables.Rule(6));
        foreach (var (problem, usual, bound) in problems)
        {
            var runs = new List<Run>();
            foreach (var seed in seeds)
            {
                progress.Step($"{problem.Key}, seed {seed}");
                runs.Add(Bo.Run.Of(problem, seed));
            }

            Progress.Clear();
            var median = Verdict.MedianOf([.. runs.Select(run => run.Regret)]);
            var chance = Verdict.MedianOf([.. seeds.Select(seed => Chance(problem, seed))]);
            if (!(median <= bound)) failed++;
            if (usual > 0) logs += Math.Log(median / usual) / problems.Count(one => one.Usual > 0);
            Console.WriteLine(BoTables.Line([
                problem.Key, Text(median), Text(bound) + (median <= bound ? "" : " MISSED"), Text(runs.Select(run => run.Regret).Order().ElementAt((int)Math.Ceiling(MostRuns * runs.Count) - 1)), Text(chance), (1e3 * runs.Average(run => run.Seconds)).ToString("F1", CultureInfo.InvariantCulture)]));
        }

        Console.WriteLine(failed == 0 ? "All within their bounds." : $"{failed} of {problems.Length} are beyond their bounds.");
        var together = Math.Exp(logs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Together {together:F2} times the usual regret (bound {Together:F2}){(together <= Together ? "" : " MISSED")}."));
        return failed == 0 && together <= Together ? 0 : 1;
    }

    /// <summary>The regret of as many points drawn at random; with noise of the best of them, which random search could not even tell.</summary>
    private static double Chance(Problem problem, int seed)
    {
        var (optimiser, history) = (new RandomOptimiser(), new List<Observation>());
        while (history.Count < problem.Budget) history.Add(new Observation(optimiser.Suggest(problem.Space, history, [], seed).Point, 0));
        return problem.Regret([.. history.Select(observation => problem.True(observation.Point))]);
    }

    private static FunctionProblem Function(int seeds, string suite, string name, double[] low, double[] high, int budget, int starts, double sigma, double least) =>
        new(suite, name, budget, low, high, sigma, least, Starts(seeds, low.Length, starts), [.. Enumerable.Range(0, seeds).Select(seed => Normals(seed, budget))]);

    private static double[][][] Starts(int seeds, int dimensions, int count) => [.. Enumerable.Range(0, seeds).Select(seed =>
    {
        var (space, history) = (FunctionProblem.UnitBox(dimensions), new List<Observation>());
        while (history.Count < count) history.Add(new Observation(new SobolOptimiser().Suggest(space, history, [], seed).Point, 0));
        return history.Select(observation => observation.Point.Coordinates.ToArray()).ToArray();
    })];

    private static double[] Normals(int seed, int count)
    {
        var stream = new RandomStream(seed, NormalPurpose);
        return [.. Enumerable.Range(0, count).Select(_ => stream.NextNormal())];
    }

    private static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
