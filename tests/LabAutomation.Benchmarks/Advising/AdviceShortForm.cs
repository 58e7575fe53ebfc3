using System.Collections.Immutable;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>
/// The same on pools of test functions, which needs no files. Here the right advice is made from the best row: a range of each of at most four
/// parameters that has it inside, two parts to one away from its middle. It shows whether something broke, not what advice is worth.
/// With 64 seeds of 4 sets a multiple has a standard error of 0.03 (0.02 of right advice, 0.09 of a single set). The same seeds give the same figures where nothing changes; a change of the last digit somewhere
/// draws them anew. The bounds stand three standard errors beyond what is measured, so that one in a thousand such draws fails, and a change for the worse of a tenth is found.
/// </summary>
internal static class AdviceShortForm
{
    private const int Seeds = 64, Rows = 500, Most = 60, MostParameters = 4, Purpose = 41;
    private const double Below = 0.2, Above = 0.1;

    /// <summary>Measured: 0.45, 1.11, 1.11, and 1.57 where a good row of hartmann3 leads away from the best.</summary>
    private const double MostWithGood = 0.52, MostWithWorst = 1.21, MostWithDecoy = 1.21, MostOfOneSet = 1.84;

    public static int Run()
    {
        (string Name, double[] Low, double[] High)[] functions =
        [
            ("branin2", [-5, 0], [10, 15]), ("hartmann3", [0, 0, 0], [1, 1, 1]), ("levy4", [-10, -10, -10, -10], [10, 10, 10, 10]), ("hartmann6", [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]),
        ];
        List<SetRuns> sets = [];
        var progress = new Progress(functions.Length * Seeds);
        Console.WriteLine(BoTables.Line(SetRuns.Header));
        Console.WriteLine(BoTables.Rule(SetRuns.Header.Length));
        foreach (var (name, low, high) in functions)
        {
            var pool = Pool(name, low, high);
            sets.Add(SetRuns.Of(pool, AboutTheBest(pool), [.. Enumerable.Range(0, Seeds)], Most, seed => progress.Step($"{name}, seed {seed}")));
            Progress.Clear();
            Console.WriteLine(BoTables.Line(sets[^1].Cells()));
        }
        return AdviceBenchmark.Judge(sets, new AdviceBounds(MostWithGood, MostWithWorst, MostWithDecoy, MostOfOneSet)) ? 0 : 1;
    }

    private static PoolProblem Pool(string name, double[] low, double[] high)
    {
        var (stream, surface) = (new RandomStream(low.Length, Purpose), Surfaces.Of(name));
        ImmutableArray<Point> points = [.. Enumerable.Range(0, Rows).Select(_ => new Point([.. low.Select(_ => stream.NextUniform())]))];
        ImmutableArray<double> values = [.. points.Select(point => surface([.. point.Coordinates.Select((u, d) => low[d] + u * (high[d] - low[d]))])[0])];
        return new PoolProblem(name, Most, new SearchSpace(FunctionProblem.UnitBox(low.Length).Dimensions, pool: points), values, []) { Targets = PoolProblem.TopTargets(values) };
    }

    private static Advice AboutTheBest(PoolProblem pool)
    {
        var best = pool.Space.Pool!.Value[pool.Values.IndexOf(pool.Values.Min())];
        return new Advice([new AdvisedRegion([.. best.Coordinates.Select((u, d) => (Preference)new PreferredRange(d, Math.Max(0, u - Below), Math.Min(1, u + Above))).Take(MostParameters)])]);
    }
}
