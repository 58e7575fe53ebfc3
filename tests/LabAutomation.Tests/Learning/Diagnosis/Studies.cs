using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning.Diagnosis;

/// <summary>Studies to be diagnosed.</summary>
internal static class Studies
{
    public static readonly ImmutableArray<SearchDimension> Square = [new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)];

    public static StudyProblem Problem(ImmutableArray<SearchDimension> dimensions, Aim? aim = null, MeasurementNoise? noise = null, Func<Point, bool>? isFeasible = null) => new()
    {
        Space = new SearchSpace(dimensions, isFeasible),
        Objectives = [new Objective("y", aim ?? new Aim.Minimise())],
        Noise = noise ?? MeasurementNoise.Unknown,
        Seed = 5,
    };

    public static StudyTrial Measured(Point point, double value) => new(point, ImmutableSortedDictionary<string, double>.Empty.Add("y", value), null);

    public static StudyTrial Failed(Point point) => new(point, null, "clogged");

    public static Point At(params double[] coordinates) => new([.. coordinates]);

    /// <summary>Values of a function at points spread over the space.</summary>
    public static ImmutableArray<StudyTrial> Spread(SearchSpace space, int count, Func<Point, double> measure, int seed = 3) =>
        [.. SpaceFilling.Candidates(space, new UnitCube(space), count, seed).Select(point => Measured(point, measure(point)))];

    public static Study Of(StudyProblem problem, IEnumerable<StudyTrial> trials) => Study.Open(problem).With(trials, [], 0);

    public static double Bowl(Point point) => Math.Pow(point[0] - 0.3, 2) + 0.5 * Math.Pow(point[1] - 0.7, 2);
}
