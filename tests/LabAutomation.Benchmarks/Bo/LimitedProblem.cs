using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>Three parameters; a second quantity that is measured with the first must not pass a limit, which rules out most of the box.</summary>
internal sealed record LimitedProblem() : Problem("lab", "limited", 35)
{
    private const double Limit = -0.3;
    private static readonly DrawnSurface Surface = new(3, 0.5, 21), Impurity = new(3, 0.7, 22);
    private static readonly double Least = BatchProblem.LeastOf(place => Impurity.At(place) <= Limit ? Surface.At(place) : double.PositiveInfinity, 3);

    public override SearchSpace Space { get; } = FunctionProblem.UnitBox(3);

    public override IReadOnlyList<Point> Start(int seed) => [];

    public override double[] True(Point point) => [Surface.At(point.Coordinates), Impurity.At(point.Coordinates)];

    /// <summary>Infinite where no trial kept the limit.</summary>
    public override double Regret(IReadOnlyList<double[]> truths) => truths.Where(values => values[1] <= Limit).Select(values => values[0] - Least).DefaultIfEmpty(double.PositiveInfinity).Min();

    public override StudyProblem Posed(int seed) => base.Posed(seed) with { Outcomes = [new OutcomeLimit("impurity", null, Limit)] };
}
