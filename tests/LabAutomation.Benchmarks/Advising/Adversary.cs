using System.Numerics.Tensors;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>Advice made from the data so that it misleads: about one row, its choices and numbers near its own.</summary>
internal static class Adversary
{
    private const double GoodShare = 0.1;

    /// <summary>About the worst row of all.</summary>
    public static Advice Worst(PoolProblem pool) => About(pool, pool.Values.IndexOf(pool.Values.Max()));

    /// <summary>About a row that is among the best tenth and as far as can be from all of the best hundredth: trials bear the advice out, and it leads away.</summary>
    public static Advice Decoy(PoolProblem pool)
    {
        var cube = new UnitCube(pool.Space);
        double[][] rows = [.. pool.Space.Pool!.Value.Select(point =>
        {
            var row = new double[cube.Width];
            cube.Encode(point, row);
            return row;
        })];
        var best = Enumerable.Range(0, rows.Length).Where(pool.IsBest).ToArray();
        var good = pool.Values.Order().ElementAt((int)Math.Ceiling(GoodShare * rows.Length) - 1);
        return About(pool, Enumerable.Range(0, rows.Length).Where(row => pool.Values[row] <= good && !pool.IsBest(row)).MaxBy(row => best.Min(other => TensorPrimitives.Distance<double>(rows[row], rows[other]))));
    }

    private static Advice About(PoolProblem pool, int row)
    {
        var point = pool.Space.Pool!.Value[row];
        return new Advice([AdvisedRegion.About(Enumerable.Range(0, pool.Space.Dimensions.Length).ToDictionary(d => d, d => point[d]), pool.Space)]);
    }
}
