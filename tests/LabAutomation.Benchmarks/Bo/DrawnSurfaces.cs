using System.Globalization;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>
/// Trials until the best hundredth and the best thousandth of a drawn surface is reached: by the planner as a campaign has it, and with twice as many first trials as it makes. It fails where
/// fewer first trials do not save any.
/// </summary>
internal static class DrawnSurfaces
{
    private const int Places = 40_000, Purpose = 1202;
    private static readonly int[] Dimensions = [2, 3, 4, 6, 8];
    private static readonly double[] Reaches = [0.25, 0.6];

    public static int Run(IReadOnlyList<int> seeds)
    {
        var progress = new Progress(Dimensions.Length * Reaches.Length * seeds.Count);
        var all = new List<(Searched Ours, Searched Twice)>();
        Console.WriteLine(BoTables.Line(["parameters", "reach", "to the best 1 %", "with twice the first trials", "p", "to the best 0.1 %", "with twice", "not found", "with twice"]));
        Console.WriteLine(BoTables.Rule(9));
        foreach (var dimensions in Dimensions)
            foreach (var reach in Reaches)
            {
                var pairs = new List<(Searched Ours, Searched Twice)>();
                foreach (var seed in seeds)
                {
                    progress.Step($"{dimensions} parameters, reach {reach.ToString(CultureInfo.InvariantCulture)}, seed {seed}");
                    pairs.Add(Both(dimensions, reach, seed));
                }

                Progress.Clear();
                Console.WriteLine(BoTables.Line([dimensions.ToString(CultureInfo.InvariantCulture), Text(reach, "0.##"), .. Cells(pairs)]));
                all.AddRange(pairs);
            }

        Console.WriteLine(BoTables.Line(["all", "", .. Cells(all)]));
        return all.Sum(pair => pair.Ours.ToHundredth) < all.Sum(pair => pair.Twice.ToHundredth) ? 0 : 1;
    }

    private static string[] Cells(List<(Searched Ours, Searched Twice)> pairs) =>
    [
        Text(pairs.Average(pair => pair.Ours.ToHundredth), "F1"), Text(pairs.Average(pair => pair.Twice.ToHundredth), "F1"),
        Text(SignedRank.Probability([.. pairs.Select(pair => ((double)pair.Ours.ToHundredth, (double)pair.Twice.ToHundredth))]), "G2"),
        Text(pairs.Average(pair => pair.Ours.ToThousandth), "F1"), Text(pairs.Average(pair => pair.Twice.ToThousandth), "F1"),
        Text(pairs.Count(pair => !pair.Ours.IsFound), "F0"), Text(pairs.Count(pair => !pair.Twice.IsFound), "F0"),
    ];

    private static (Searched Ours, Searched Twice) Both(int dimensions, double reach, int seed)
    {
        var surface = new DrawnSurface(dimensions, reach, seed);
        var stream = new RandomStream(seed, Purpose);
        double[] values = [.. Enumerable.Range(0, Places).Select(_ => surface.At([.. Enumerable.Range(0, dimensions).Select(_ => stream.NextUniform())])).Order()];
        var (hundredth, thousandth) = (values[Places / 100], values[Places / 1000]);
        var first = GaussianProcessOptimiser.FirstTrials(dimensions);
        return (Searched.Of(surface, dimensions, null, seed, hundredth, thousandth), Searched.Of(surface, dimensions, 2 * first, seed, hundredth, thousandth));
    }

    private static string Text(double value, string form) => value.ToString(form, CultureInfo.InvariantCulture);

    /// <summary>One search; what was not reached counts as one trial more than the budget.</summary>
    private sealed record Searched(int ToHundredth, int ToThousandth, bool IsFound)
    {
        public static Searched Of(DrawnSurface surface, int dimensions, int? first, int seed, double hundredth, double thousandth)
        {
            var (space, history) = (FunctionProblem.UnitBox(dimensions), new List<Observation>());
            var (optimiser, budget) = (new GaussianProcessOptimiser(new GaussianProcessOptions { InitialPoints = first }), Math.Max(30, 8 * dimensions));
            int? toHundredth = null;
            while (history.Count < budget)
            {
                var point = optimiser.Suggest(space, history, [], seed).Point;
                var value = surface.At(point.Coordinates);
                history.Add(new Observation(point, value));
                if (value <= hundredth) toHundredth ??= history.Count;
                if (value <= thousandth) return new Searched(toHundredth ?? history.Count, history.Count, true);
            }

            return new Searched(toHundredth ?? budget + 1, budget + 1, false);
        }
    }
}
