using System.Globalization;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>How near to the best place that does not fail, and at the price of how many failures; uniformly random trials beside.</summary>
internal static class FailingRegions
{
    private const int Seeds = 10;

    public static int Run()
    {
        var progress = new Progress(FailingRegion.All.Count * Seeds);
        Console.WriteLine(BoTables.Line(["problem", "trials", "median regret", "upper quartile", "failed", "random search", "failed"]));
        Console.WriteLine(BoTables.Rule(7));
        var worse = 0;
        foreach (var region in FailingRegion.All)
        {
            var least = region.Least();
            var runs = new List<(double Regret, int Failed)>();
            for (var seed = 0; seed < Seeds; seed++)
            {
                progress.Step($"{region.Name}, seed {seed}");
                runs.Add(Trials(region, new GaussianProcessOptimiser(), seed, least));
            }

            Progress.Clear();
            var random = Enumerable.Range(0, Seeds).Select(seed => Trials(region, new RandomOptimiser(), seed, least)).ToList();
            if (Median(runs) > Median(random)) worse++;
            Console.WriteLine(BoTables.Line([
                region.Name, region.Budget.ToString(CultureInfo.InvariantCulture),
                Text(Median(runs)), Text(runs.Select(run => run.Regret).Order().ElementAt(Seeds * 3 / 4)), Mean(runs), Text(Median(random)), Mean(random)]));
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
