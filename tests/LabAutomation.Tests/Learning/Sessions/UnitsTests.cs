using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using LabAutomation.Tests.Learning.Diagnosis;

namespace LabAutomation.Tests.Learning.Sessions;

/// <summary>Answers do not depend on the unit in which values or descriptors are written.</summary>
public sealed class UnitsTests
{
    private static readonly ImmutableArray<SearchDimension> Box = [.. Studies.Square, new IntegerDimension("n", 0, 9)];

    public static TheoryData<string, double> Scales
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (var aim in new[] { "minimise", "maximise", "target", "learn", "level", "trades" })
                foreach (var scale in new[] { 1e-13, 1e9 }) data.Add(aim, scale);
            return data;
        }
    }

    [Theory, MemberData(nameof(Scales))]
    public void Of_values(string aim, double scale)
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            var (one, other) = (Answers(aim, 1, seed), Answers(aim, scale, seed));

            other.Asked.Select(point => (point[0], point[1])).Should().Equal(one.Asked.Select(point => (point[0], point[1])), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-3, $"seed {seed}");
            other.Asked.Select(point => point[2]).Should().Equal(one.Asked.Select(point => point[2]));
            other.Diagnosis.Quantities[0].Importance.Parameters.Select(parameter => parameter.Total).Should().Equal(one.Diagnosis.Quantities[0].Importance.Parameters.Select(parameter => parameter.Total), Near);
            other.Diagnosis.Quantities[0].Calibration.Judgement.Should().Be(one.Diagnosis.Quantities[0].Calibration.Judgement);
            Near(other.Diagnosis.Quantities[0].Calibration.Explained ?? -9, one.Diagnosis.Quantities[0].Calibration.Explained ?? -8).Should().BeTrue();
            other.Diagnosis.Stopping!.Decision.Should().Be(one.Diagnosis.Stopping!.Decision);
            other.Diagnosis.Findings.Select(finding => (finding.Name, finding.Where)).Should().Equal(one.Diagnosis.Findings.Select(finding => (finding.Name, finding.Where)));
        }
    }

    [Theory]
    [InlineData(1e-13)]
    [InlineData(1e-200)]
    [InlineData(1e9)]
    public void Of_values_that_are_all_the_same(double scale)
    {
        var (one, other) = (Same(1), Same(scale));

        other.Mean.Should().BeApproximately(scale * one.Mean, 1e-9 * scale);
        other.Sd.Should().BeApproximately(scale * one.Sd, 1e-6 * scale * one.Sd);

        Prediction Same(double value) => GaussianProcess.Fit(new SearchSpace(Studies.Square), [.. Enumerable.Range(0, 6).Select(k => new Observation(Studies.At(k / 5.0, 0.5), value))], 1).Predict(Studies.At(0.1, 0.9));
    }

    [Theory]
    [InlineData(3.3e-30)]
    [InlineData(1e-200)]
    [InlineData(1e12)]
    public void Of_descriptors(double scale)
    {
        var (one, other) = (Columns(1), Columns(scale));

        other.Should().HaveSameCount(one);
        for (var i = 0; i < one.Length; i++)
            for (var j = 0; j < i; j++) Distance(other, i, j).Should().BeApproximately(Distance(one, i, j), 1e-9);

        double[][] Columns(double unit)
        {
            var stream = new RandomStream(5);
            return DescriptorTable.Of(new CategoricalDimension("solvent", [.. Enumerable.Range(0, 12).Select(k => $"s{k}")],
                [.. Enumerable.Range(0, 12).Select(_ => ImmutableArray.Create(unit * (1 + stream.NextNormal()), unit * stream.NextNormal()))]));
        }

        static double Distance(double[][] rows, int i, int j) => Math.Sqrt(rows[i].Zip(rows[j], (a, b) => (a - b) * (a - b)).Sum());
    }

    private static (Point[] Asked, StudyDiagnosis Diagnosis) Answers(string aim, double scale, int seed)
    {
        Aim meant = aim switch { "maximise" => new Aim.Maximise(), "target" => new Aim.Reach(0.3 * scale), "learn" => new Aim.Learn(), "level" => new Aim.FindLevel(0.3 * scale), _ => new Aim.Minimise() };
        var problem = Studies.Problem(Box, meant) with { Seed = seed };
        if (aim == "trades") problem = problem with { Objectives = [problem.Objectives[0], new Objective("z", new Aim.Maximise())] };
        var noise = new RandomStream(seed);
        StudyTrial[] trials = [.. SpaceFilling.Candidates(problem.Space, new UnitCube(problem.Space), 14, seed).Select(point =>
            Studies.Measured(point, scale * Value(point)) is var told && aim == "trades" ? told with { Values = told.Values!.Add("z", scale * (point[0] + 0.01 * noise.NextNormal())) } : told)];
        var study = Studies.Of(problem, trials);
        return ([.. study.Ask(2).Proposals.Select(proposal => proposal.Point)], study.Diagnose());

        double Value(Point point) => Studies.Bowl(point) + 0.02 * point[2] + 0.01 * noise.NextNormal();
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-3;
}
