using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>Rows to choose from, with choices that are described by numbers. The values are drawn, so no file is needed.</summary>
internal static class CatalystProblem
{
    private const int Purpose = 1203;

    /// <summary>12 catalysts of which three numbers are known, 8 temperatures, 6 amounts: 576 rows.</summary>
    public static PoolProblem Of(int seeds)
    {
        const int choices = 12, numbers = 3, temperatures = 8, amounts = 6;
        var stream = new RandomStream(1, Purpose);
        ImmutableArray<ImmutableArray<double>> described = [.. Enumerable.Range(0, choices).Select(_ => Enumerable.Range(0, numbers).Select(_ => stream.NextUniform()).ToImmutableArray())];
        var surface = new DrawnSurface(numbers + 2, 0.4, 3);
        Point[] rows = [.. from choice in Enumerable.Range(0, choices) from temperature in Enumerable.Range(0, temperatures) from amount in Enumerable.Range(0, amounts) select new Point([choice, 20 + 10 * temperature, 1 + amount])];
        var space = new SearchSpace(
            [
                new CategoricalDimension("catalyst", [.. Enumerable.Range(1, choices).Select(k => $"C{k}")], described),
                new DiscreteDimension("temperature", [.. Enumerable.Range(0, temperatures).Select(k => 20.0 + 10 * k)]),
                new IntegerDimension("amount", 1, amounts),
            ], pool: [.. rows]);
        ImmutableArray<double> values = [.. rows.Select(row => surface.At([.. described[(int)row[0]], (row[1] - 20) / (10 * (temperatures - 1)), (row[2] - 1) / (amounts - 1)]))];
        return new PoolProblem("catalysts", 30, space, values, [.. Enumerable.Range(0, seeds).Select(seed => Distinct(seed, rows.Length))]) { Targets = PoolProblem.TopTargets(values) };
    }

    private static int[] Distinct(int seed, int count)
    {
        var (stream, rows) = (new RandomStream(seed, Purpose), new HashSet<int>());
        while (rows.Count < 4) rows.Add(stream.NextIndex(count));
        return [.. rows];
    }
}
