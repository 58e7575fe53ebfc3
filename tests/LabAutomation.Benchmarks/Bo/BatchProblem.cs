using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>Four parts in batches of three trials; together they may be no more than 1.4 and no less than 0.6.</summary>
internal sealed record BatchProblem() : Problem("lab", "batches", 40)
{
    private static readonly DrawnSurface Surface = new(4, 0.5, 11);
    private static readonly double Least = LeastOf(place => place.Sum() is >= 0.6 and <= 1.4 ? Surface.At(place) : double.PositiveInfinity, 4);

    public override int Batch => 3;

    public override SearchSpace Space { get; } = new([.. Enumerable.Range(0, 4).Select(d => new RealDimension($"x{d}", 0, 1))], rules: new SpaceRules { Linear = [new LinearConstraint([1, 1, 1, 1], 0.6, 1.4)] });

    public override IReadOnlyList<Point> Start(int seed) => [];

    public override double[] True(Point point) => [Surface.At(point.Coordinates)];

    public override double Regret(IReadOnlyList<double[]> truths) => truths.Min(values => values[0]) - Least;

    /// <summary>By much random search that narrows down.</summary>
    internal static double LeastOf(Func<double[], double> value, int dimensions)
    {
        var (stream, least, best) = (new RandomStream(5, 1204), double.PositiveInfinity, new double[dimensions]);
        for (var k = 0; k < 60_000; k++) Try([.. Enumerable.Range(0, dimensions).Select(_ => stream.NextUniform())]);
        for (var step = 0.1; step > 1e-4; step *= 0.9)
            for (var k = 0; k < 100; k++) Try([.. best.Select(x => Math.Clamp(x + step * stream.NextNormal(), 0, 1))]);
        return least;

        void Try(double[] place)
        {
            if (value(place) is var found && found < least) (least, best) = (found, place);
        }
    }
}
