using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>A test function on the unit cube, or a measured data set, with the starts and noise that every optimiser shares.</summary>
internal abstract record Problem(string Suite, string Name, int Budget)
{
    public string Key => $"{Suite}/{Name}";

    public abstract SearchSpace Space { get; }

    /// <summary>The trials that every optimiser of a seed starts from.</summary>
    public abstract IReadOnlyList<Point> Start(int seed);

    /// <summary>The <paramref name="number"/>-th evaluation of a run, from 0.</summary>
    /// <returns>What is measured, and the truth behind it.</returns>
    public abstract (double Measured, double True) Evaluate(Point point, int seed, int number);

    /// <summary>The least true value there is.</summary>
    public abstract double Least { get; }

    /// <summary>With noise the recommended point is judged, otherwise the best one seen.</summary>
    public bool IsNoisy => Suite == "noisy";
}

internal sealed record FunctionProblem(
    string Suite, string Name, int Budget, double[] Low, double[] High, double Sigma, double Optimum, double[][][] Starts, double[][] Noise) : Problem(Suite, Name, Budget)
{
    private readonly Func<double[], double[]> _surface = Surfaces.Of(Name);

    public override SearchSpace Space { get; } = new([.. Low.Select((_, d) => new RealDimension($"x{d}", 0, 1))]);

    public override double Least => Optimum;

    public override IReadOnlyList<Point> Start(int seed) => [.. Starts[seed].Select(place => new Point([.. place]))];

    public override (double Measured, double True) Evaluate(Point point, int seed, int number)
    {
        var value = Value([.. point.Coordinates]);
        return (Sigma == 0 ? value : value + Sigma * Noise[seed][number], value);
    }

    public double Value(double[] unit) => _surface([.. unit.Select((u, d) => Low[d] + u * (High[d] - Low[d]))])[0];
}

internal sealed record PoolProblem(string Name, int Budget, SearchSpace Pool, ImmutableArray<double> Values, int[][] Starts) : Problem("pool", Name, Budget)
{
    private readonly Dictionary<Point, int> _rows = Pool.Pool!.Value.Select((point, row) => (point, row)).DistinctBy(pair => pair.point).ToDictionary(pair => pair.point, pair => pair.row);

    public override SearchSpace Space => Pool;

    public override double Least { get; } = Values.Min();

    public override IReadOnlyList<Point> Start(int seed) => [.. Starts[seed].Select(row => Pool.Pool!.Value[row])];

    public override (double Measured, double True) Evaluate(Point point, int seed, int number) => (Values[_rows[point]], Values[_rows[point]]);
}
