using System.Globalization;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>
/// How near to the best place that does not fail, and at the price of how many failures; uniformly random trials beside. It fails beyond bounds on the median regret that come from the
/// spread over the seeds 0 to 29 as those of <see cref="ShortForm"/> do: what nine in ten runs reached, but never more than the median of random search, as it would be in the island of Levy-4. The
/// median of ten other runs lies beyond one of them once in 600.
/// </summary>
internal static class FailingRegions
{
    private const double MostRuns = 0.9;

    /// <param name="isQuick">Only those of two and three parameters.</param>
    public static int Run(IReadOnlyList<int> seeds, bool isQuick)
    {
        var regions = FailingRegion.All.Where(region => !isQuick || region.Dimensions <= 3).ToList();
        var progress = new Progress(regions.Count * seeds.Count);
        Console.WriteLine(BoTables.Line(["problem", "trials", "median regret", "bound", "nine in ten reach", "failed", "random search", "failed"]));
        Console.WriteLine(BoTables.Rule(8));
        var worse = 0;
        foreach (var region in regions)
        {
            var least = region.Least();
            var runs = new List<(double Regret, int Failed)>();
            foreach (var seed in seeds)
            {
                progress.Step($"{region.Name}, seed {seed}");
                runs.Add(Trials(region, new GaussianProcessOptimiser(), seed, least));
            }

            Progress.Clear();
            var random = seeds.Select(seed => Trials(region, new RandomOptimiser(), seed, least)).ToList();
            var isWorse = !(Median(runs) <= region.Bound);
            if (isWorse) worse++;
            Console.WriteLine(BoTables.Line([
                region.Name, region.Budget.ToString(CultureInfo.InvariantCulture),
                Text(Median(runs)), Text(region.Bound) + (isWorse ? " MISSED" : ""), Text(runs.Select(run => run.Regret).Order().ElementAt((int)Math.Ceiling(MostRuns * runs.Count) - 1)), Mean(runs), Text(Median(random)), Mean(random)]));
        }

        return worse == 0 ? 0 : 1;
    }

    private static (double Regret, int Failed) Trials(FailingRegion region, IOptimiser optimiser, int seed, double least)
    {
        var (space, history) = (FunctionProblem.UnitBox(region.Dimensions), new List<Observation>());
        while (history.Count < region.Budget)
        {
            var point = optimiser.Suggest(space, history, [], seed).Point;
            double[] place = [.. point.Coordinates];
            history.Add(new Observation(point, region.Fails(place) ? null : region.Value(place)));
        }

        var best = history.Min(observation => observation.Value) ?? double.PositiveInfinity;
        return (best - least, history.Count(observation => observation.Value is null));
    }

    private static double Median(List<(double Regret, int Failed)> runs) => Verdict.MedianOf([.. runs.Select(run => run.Regret)]);

    private static string Mean(List<(double Regret, int Failed)> runs) => runs.Average(run => run.Failed).ToString("F1", CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
