using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using static LabAutomation.Tests.Learning.Diagnosis.Studies;

namespace LabAutomation.Tests.Learning.Diagnosis;

/// <summary>Whole diagnoses, of data of every kind.</summary>
public sealed class DiagnoseTests
{
    [Fact]
    public void Without_a_measured_trial_there_are_findings_only()
    {
        Of(Problem(Square), []).Diagnose().Should().BeEquivalentTo(new StudyDiagnosis([], [], null, null));

        var failed = Of(Problem(Square), Enumerable.Range(0, 4).Select(k => Failed(At(k / 3.0, 0.5)))).Diagnose();
        failed.Findings.Should().ContainSingle().Which.Name.Should().Be("all-failed");
        failed.Stopping.Should().BeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_few_trials_are_said_to_be_few(int count)
    {
        var diagnosis = Of(Problem(Square), Spread(new SearchSpace(Square), count, Bowl)).Diagnose();

        diagnosis.Stopping!.Decision.Should().Be(StoppingDecision.TooEarly);
        diagnosis.Quantities.Should().HaveCount(count < 2 ? 0 : 1);
        diagnosis.Quantities.All(quantity => quantity.Calibration.Judgement == CalibrationJudgement.TooFew).Should().BeTrue();
        IsFinite(diagnosis);
    }

    public static TheoryData<string> Kinds => ["constant", "duplicates", "categorical", "pool", "mixture", "fidelity", "conditional", "integers", "failures", "limit never kept", "huge"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_data_is_diagnosed_in_finite_numbers_the_same_every_time(string kind)
    {
        var study = Kind(kind);

        var diagnosis = study.Diagnose(new DiagnosisQuestion { Remaining = 5, Goal = -1 });

        IsFinite(diagnosis);
        diagnosis.Quantities.Should().NotBeEmpty();
        diagnosis.Stopping.Should().NotBeNull();
        study.Diagnose(new DiagnosisQuestion { Remaining = 5, Goal = -1 }).Should().BeEquivalentTo(diagnosis, options => options.WithStrictOrdering());
    }

    [Fact]
    public void A_constant_objective_is_no_reason_to_stop()
    {
        var diagnosis = Kind("constant").Diagnose();

        diagnosis.Stopping!.Decision.Should().Be(StoppingDecision.TooEarly);
        diagnosis.Stopping.Reason.Should().StartWith("all 12 measured values are 2");
        diagnosis.Findings.Should().Contain(finding => finding.Name == "constant-value");
    }

    [Fact]
    public void Curves_begin_with_the_most_important_parameter_and_go_through_the_recommended_point()
    {
        var study = Of(Problem([.. Square, new RealDimension("idle", 0, 1)], noise: MeasurementNoise.None), Spread(new SearchSpace([.. Square, new RealDimension("idle", 0, 1)]), 40, point => 5 * Math.Pow(point[1] - 0.6, 2) + point[0]));

        var diagnosis = study.Diagnose();

        var quantity = diagnosis.Quantities.Single();
        quantity.Curves[0].Parameter.Should().Be(quantity.Importance.Ranked.First().Name);
        quantity.Curves.Select(curve => curve.Parameter).Should().NotContain("idle");
        (quantity.Map!.Column, quantity.Map.Row).Should().Be((quantity.Importance.Ranked.First().Name, quantity.Importance.Ranked.Skip(1).First().Name));
        diagnosis.Recommended.Should().Be(study.Best().Point);
    }

    [Fact]
    public void Several_objectives_are_diagnosed_one_by_one()
    {
        var problem = Problem(Square) with { Objectives = [new Objective("y", new Aim.Minimise()), new Objective("z", new Aim.Maximise())] };
        var study = Of(problem, Spread(problem.Space, 14, Bowl).Select(trial => trial with { Values = trial.Values!.Add("z", trial.Point[0]) }));

        var diagnosis = study.Diagnose();

        diagnosis.Quantities.Select(quantity => quantity.Name).Should().Equal("y", "z");
        diagnosis.Quantities[1].Curves[0].Points[^1].Mean.Should().BeGreaterThan(diagnosis.Quantities[1].Curves[0].Points[0].Mean);
        study.Front().Trades.Select(trade => trade.Point).Should().Contain(diagnosis.Recommended!);
        IsFinite(diagnosis);
    }

    private static Study Kind(string kind)
    {
        var space = new SearchSpace(Square);
        switch (kind)
        {
            case "constant": return Of(Problem(Square), Spread(space, 12, _ => 2));
            case "duplicates": return Of(Problem(Square), Spread(space, 6, Bowl) is var once ? [.. once, .. once, .. once, .. Enumerable.Repeat(once[0], 20)] : []);
            case "huge": return Of(Problem(Square), Spread(space, 15, point => Math.Exp(60 * point[0])));
            case "failures": return Of(Problem(Square), Spread(space, 20, Bowl).Select(trial => trial.Point[0] > 0.6 ? Failed(trial.Point) : trial));
            case "limit never kept":
                return Of(Problem(Square) with { Outcomes = [new OutcomeLimit("z", 10, null)] }, Spread(space, 12, Bowl).Select(trial => trial with { Values = trial.Values!.Add("z", trial.Point[1]) }));
            case "pool":
                var rows = SpaceFilling.Candidates(space, new UnitCube(space), 50, 1);
                return Of(Problem(Square) with { Space = new SearchSpace(Square, pool: [.. rows]) }, rows.Take(12).Select(point => Measured(point, Bowl(point))));
            case "categorical":
                ImmutableArray<SearchDimension> choices = [new CategoricalDimension("p", ["u", "v", "w"]), new CategoricalDimension("q", ["u", "v", "w", "x"])];
                return Of(Problem(choices), Enumerable.Range(0, 10).Select(k => Measured(At(k % 3, k % 4), k % 3 * 2 + k % 4)));
            case "integers":
                ImmutableArray<SearchDimension> whole = [new IntegerDimension("n", 1, 50), new DiscreteDimension("r", [1, 2, 5]), new OrdinalDimension("o", ["low", "high"])];
                return Of(Problem(whole), Spread(new SearchSpace(whole), 12, point => point[0] + point[1]));
            case "mixture":
                ImmutableArray<SearchDimension> parts = [new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new RealDimension("c", 0, 1)];
                var mixture = new SearchSpace(parts, rules: new SpaceRules { Linear = [new LinearConstraint([1, 1, 1], 1, 1)] });
                return Of(Problem(parts) with { Space = mixture }, Spread(mixture, 12, point => point[0] * point[1]));
            case "fidelity":
                ImmutableArray<SearchDimension> grades = [.. Square, new FidelityDimension("grade", [0.2, 1], [1, 5])];
                return Of(Problem(grades), Spread(new SearchSpace(grades), 16, point => Bowl(point) + 0.1 * (1 - point[2])));
            default:
                ImmutableArray<SearchDimension> nested = [new CategoricalDimension("k", ["p", "q"]), new RealDimension("t", 0, 1)];
                var conditional = new SearchSpace(nested, rules: new SpaceRules { Activations = [new Activation(1, 0, [1])] });
                return Of(Problem(nested) with { Space = conditional }, Spread(conditional, 14, point => point[0] * point[1]));
        }
    }

    private static void IsFinite(StudyDiagnosis diagnosis)
    {
        var numbers = diagnosis.Quantities.SelectMany(quantity => quantity.Calibration.Trials.SelectMany(one => new[] { one.Expected, one.Sd, one.Low, one.High, one.Z })
            .Concat(quantity.Importance.Parameters.SelectMany(one => new[] { one.First, one.Total, one.FirstLow, one.FirstHigh, one.TotalLow, one.TotalHigh }))
            .Concat(quantity.Curves.SelectMany(curve => curve.Points).SelectMany(one => new[] { one.Mean, one.Sd })).Concat(quantity.Map?.Mean ?? []).Concat(quantity.Map?.Sd ?? []).Append(quantity.NoiseSd));
        if (diagnosis.Stopping is { } stopping) numbers = numbers.Concat(new[] { stopping.Tolerance, stopping.WithinTolerance, stopping.ExpectedRegret, stopping.NextGain, stopping.NoiseSd, stopping.GoalReachable, stopping.GoalWithinBudget }.OfType<double>());

        numbers.All(double.IsFinite).Should().BeTrue();
    }
}
