using System.Collections.Immutable;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>
/// The same on pools of test functions, which needs no files. Here the right advice is made from the best row: a range of each of at most four
/// parameters that has it inside, two parts to one away from its middle. It shows whether something broke, not what advice is worth.
/// </summary>
internal static class AdviceShortForm
{
    private const int Seeds = 16, Rows = 500, Most = 60, MostParameters = 4, Purpose = 41;
    private const double Below = 0.2, Above = 0.1;

    /// <summary>Beyond what is measured now, and short of what a defect would make of it.</summary>
    private const double MostWithGood = 0.8, MostWithWorst = 1.2, MostWithDecoy = 1.35;

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
        return AdviceBenchmark.Judge(sets, MostWithGood, MostWithWorst, MostWithDecoy) ? 0 : 1;
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
