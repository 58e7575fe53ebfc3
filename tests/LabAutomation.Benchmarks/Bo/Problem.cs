using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>Test functions or a measured data set, all minimised, with the starts and noise that every optimiser shares.</summary>
internal abstract record Problem(string Suite, string Name, int Budget)
{
    public string Key => $"{Suite}/{Name}";

    public abstract SearchSpace Space { get; }

    /// <summary>Trials that are asked for at once.</summary>
    public virtual int Batch => 1;

    /// <summary>The trials that every optimiser of a seed starts from.</summary>
    public abstract IReadOnlyList<Point> Start(int seed);

    /// <summary>The true values at a point, one for each objective.</summary>
    public abstract double[] True(Point point);

    /// <summary>What the <paramref name="number"/>-th evaluation of a run gives, from 0.</summary>
    public virtual double[] Measured(Point point, int seed, int number) => True(point);

    /// <summary>How far these true values, or the best of them, stay behind what can be had.</summary>
    public abstract double Regret(IReadOnlyList<double[]> truths);

    /// <summary>Regrets that count as a target reached, the hardest last.</summary>
    public ImmutableArray<double> Targets { get; init; } = [];

    /// <summary>With noise the recommended point is judged, otherwise the best one seen.</summary>
    public bool IsNoisy => Suite == "noisy";

    public virtual StudyProblem Posed(int seed) => new()
    {
        Space = Space,
        Objectives = [new Objective("y", new Aim.Minimise())],
        Noise = Suite == "cont" ? MeasurementNoise.None : MeasurementNoise.Unknown,
        Seed = seed,
        Optimiser = new GaussianProcessOptimiser(new GaussianProcessOptions { NoiseSd = Suite is "cont" or "moo" ? 0 : null }),
    };

    /// <summary>The number of the trial, from 1, with which a regret was reached; one more than the budget where it was not.</summary>
    public int TrialsTo(double target, IReadOnlyList<double> regrets)
    {
        for (var k = 0; k < regrets.Count; k++)
            if (regrets[k] <= target) return k + 1;
        return Budget + 1;
    }

    /// <summary>The regret after each trial, from what the trace of a run holds: values of one objective, or what is missing of two.</summary>
    public virtual IReadOnlyList<double> Regrets(IReadOnlyList<double> trace)
    {
        var (regrets, best) = (new double[trace.Count], double.PositiveInfinity);
        for (var k = 0; k < regrets.Length; k++) regrets[k] = best = Math.Min(best, Regret([[trace[k]]]));
        return regrets;
    }
}

internal sealed record FunctionProblem(
    string Suite, string Name, int Budget, double[] Low, double[] High, double Sigma, double Optimum, double[][][] Starts, double[][] Noise) : Problem(Suite, Name, Budget)
{
    private readonly Func<double[], double[]> _surface = Surfaces.Of(Name);

    public override SearchSpace Space { get; } = UnitBox(Low.Length);

    public override IReadOnlyList<Point> Start(int seed) => [.. Starts[seed].Select(place => new Point([.. place]))];

    public override double[] True(Point point) => [Value([.. point.Coordinates])];

    public override double[] Measured(Point point, int seed, int number) => Sigma == 0 ? True(point) : [True(point)[0] + Sigma * Noise[seed][number]];

    public override double Regret(IReadOnlyList<double[]> truths) => truths.Min(values => values[0]) - Optimum;

    public double Value(double[] unit) => _surface([.. unit.Select((u, d) => Low[d] + u * (High[d] - Low[d]))])[0];

    internal static SearchSpace UnitBox(int dimensions) => new([.. Enumerable.Range(0, dimensions).Select(d => new RealDimension($"x{d}", 0, 1))]);
}

/// <summary>Two objectives; what counts is the hypervolume that is missing below the reference.</summary>
internal sealed record TradeProblem(string Name, int Budget, int Dimensions, double[] Reference, double Most, double[][][] Starts) : Problem("moo", Name, Budget)
{
    private readonly Func<double[], double[]> _surface = Surfaces.Of(Name);

    public override SearchSpace Space { get; } = FunctionProblem.UnitBox(Dimensions);

    public override IReadOnlyList<Point> Start(int seed) => [.. Starts[seed].Select(place => new Point([.. place]))];

    public override double[] True(Point point) => _surface([.. point.Coordinates]);

    public override double Regret(IReadOnlyList<double[]> truths) => Most - Area(truths, Reference);

    public override StudyProblem Posed(int seed) => base.Posed(seed) with
    {
        Objectives = [new Objective("a", new Aim.Minimise()), new Objective("b", new Aim.Minimise())],
        Noise = MeasurementNoise.None,
    };

    public override IReadOnlyList<double> Regrets(IReadOnlyList<double> trace) => trace;

    /// <summary>The area between a corner and the points below it, strip by strip: apart from the product's own, so that it checks it.</summary>
    internal static double Area(IEnumerable<double[]> points, double[] corner)
    {
        var (area, lowest) = (0.0, corner[1]);
        foreach (var point in points.Where(point => point[0] < corner[0] && point[1] < corner[1]).OrderBy(point => point[0]).ThenBy(point => point[1]))
        {
            if (point[1] >= lowest) continue;
            area += (corner[0] - point[0]) * (lowest - point[1]);
            lowest = point[1];
        }
        return area;
    }
}

internal sealed record PoolProblem(string Name, int Budget, SearchSpace Pool, ImmutableArray<double> Values, int[][] Starts) : Problem("pool", Name, Budget)
{
    private readonly Dictionary<Point, int> _rows = Pool.Pool!.Value.Select((point, row) => (point, row)).DistinctBy(pair => pair.point).ToDictionary(pair => pair.point, pair => pair.row);

    private double Least { get; } = Values.Min();

    public override SearchSpace Space => Pool;

    public override IReadOnlyList<Point> Start(int seed) => [.. Starts[seed].Select(row => Pool.Pool!.Value[row])];

    public override double[] True(Point point) => [Values[_rows[point]]];

    public override double Regret(IReadOnlyList<double[]> truths) => truths.Min(values => values[0]) - Least;

    /// <summary>Whether a row belongs to the best hundredth.</summary>
    public bool IsBest(int row) => Values[row] - Least <= Targets[0];

    /// <summary>The regret of the last of the best hundredth of the rows, and none.</summary>
    public static ImmutableArray<double> TopTargets(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return [sorted[Math.Max(1, (int)Math.Round(sorted.Length / 100.0)) - 1] - sorted[0], 0];
    }
}
