using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using static LabAutomation.Tests.Learning.Diagnosis.Studies;

namespace LabAutomation.Tests.Learning.Diagnosis;

public sealed class HealthTests
{
    private static readonly CategoricalDimension Base = new("base", ["K2CO3", "NaOtBu", "Et3N"]);

    [Fact]
    public void A_sound_problem_and_sound_trials_have_no_findings()
    {
        HealthCheck.OfProblem(Problem(Square), remaining: 40).Should().BeEmpty();
        HealthCheck.OfTrials(Problem(Square), Spread(new SearchSpace(Square), 20, Bowl)).Should().BeEmpty();
    }

    [Fact]
    public void A_space_with_nothing_in_it_is_an_error()
    {
        Finding(HealthCheck.OfProblem(Problem(Square, isFeasible: point => point[0] > 2)), "infeasible").Severity.Should().Be(FindingSeverity.Error);
        Finding(HealthCheck.OfProblem(Problem(Square) with { Space = new SearchSpace(Square, point => point[0] > 2, [At(0, 0), At(1, 1)]) }), "infeasible").Where.Should().Be("the candidates");
        Finding(HealthCheck.OfProblem(Problem([new RealDimension("a", 2, 1)])), "space").What.Should().Contain("'a'");
    }

    [Fact]
    public void A_tiny_feasible_part_is_told_with_its_share()
    {
        var finding = Finding(HealthCheck.OfProblem(Problem(Square, isFeasible: point => Math.Abs(point[0] - 0.5) < 1e-4)), "small-feasible-share");

        finding.Severity.Should().Be(FindingSeverity.Warning);
        finding.What.Should().Contain("of 8192 places");
    }

    [Fact]
    public void Mixtures_are_met_by_construction_and_are_no_finding()
    {
        var problem = Problem(Square) with { Space = new SearchSpace(Square, rules: new SpaceRules { Linear = [new LinearConstraint([1, 1], 1, 1)] }) };

        HealthCheck.OfProblem(problem).Should().BeEmpty();
    }

    [Fact]
    public void A_parameter_with_one_value_is_named()
    {
        Finding(HealthCheck.OfProblem(Problem([.. Square, new RealDimension("c", 3, 3)])), "constant-parameter").Where.Should().Be("parameter 'c'");
        Finding(HealthCheck.OfProblem(Problem(Square) with { Space = new SearchSpace(Square, pool: [At(0, 0.5), At(1, 0.5)]) }), "constant-parameter").Where.Should().Be("parameter 'b'");
    }

    [Fact]
    public void Equal_candidates_are_counted() =>
        Finding(HealthCheck.OfProblem(Problem(Square) with { Space = new SearchSpace(Square, pool: [At(0, 0), At(1, 1), At(0, 0)]) }), "equal-candidates").What.Should().StartWith("1 of 3");

    [Fact]
    public void A_budget_that_is_spent_before_anything_is_learnt_is_a_warning_with_a_better_number()
    {
        var finding = Finding(HealthCheck.OfProblem(Problem(Square), told: 2, remaining: 3), "small-budget");

        finding.Severity.Should().Be(FindingSeverity.Warning);
        finding.What.Should().StartWith("5 trials for 2 parameters");
        finding.Right.Should().Contain("11 trials or more");
        Finding(HealthCheck.OfProblem(Problem(Square), remaining: 8), "small-budget").Severity.Should().Be(FindingSeverity.Note);
        Finding(HealthCheck.OfProblem(Problem([Base]), remaining: 5), "budget-covers-space").What.Should().Contain("all 3 points");
        Finding(HealthCheck.OfProblem(Problem([.. Square, Base]), remaining: 2), "more-choices-than-trials").Where.Should().Be("parameter 'base'");
    }

    [Fact]
    public void Replicates_that_contradict_each_other_are_named_by_their_trials()
    {
        var trials = Spread(new SearchSpace(Square), 8, Bowl);
        ImmutableArray<StudyTrial> told = [.. trials, Measured(trials[2].Point, Bowl(trials[2].Point) + 0.5)];

        var unknown = Finding(HealthCheck.OfTrials(Problem(Square), told), "contradictory-replicates");
        unknown.Where.Should().Be("trials 3, 9, 'y'");
        unknown.What.Should().Contain("of the range");
        Finding(HealthCheck.OfTrials(Problem(Square, noise: new MeasurementNoise(0.05)), told), "contradictory-replicates").What.Should().Contain("7.1 standard deviations");
        Finding(HealthCheck.OfTrials(Problem(Square, noise: MeasurementNoise.None), told), "contradictory-replicates").What.Should().Contain("said not to differ");
        HealthCheck.OfTrials(Problem(Square, noise: new MeasurementNoise(0.3)), told).Should().BeEmpty();
    }

    [Fact]
    public void A_trial_told_twice_is_noticed_where_there_is_noise()
    {
        var trials = Spread(new SearchSpace(Square), 6, Bowl);

        Finding(HealthCheck.OfTrials(Problem(Square), [.. trials, trials[1]]), "told-twice").Where.Should().Be("trials 2, 7");
        HealthCheck.OfTrials(Problem(Square, noise: MeasurementNoise.None), [.. trials, trials[1]]).Should().BeEmpty();
    }

    [Fact]
    public void Parameters_that_were_never_varied_or_only_together_are_named()
    {
        var trials = Enumerable.Range(0, 8).Select(k => Measured(At(k / 7.0, 1 - k / 7.0, 0.5, k % 2, k % 2), k)).ToArray();
        var problem = Problem([.. Square, new RealDimension("c", 0, 1), new CategoricalDimension("p", ["u", "v"]), new CategoricalDimension("q", ["u", "v"])]);

        var findings = HealthCheck.OfTrials(problem, trials);

        Finding(findings, "never-varied").Where.Should().Be("parameter 'c'");
        findings.Where(finding => finding.Name == "confounded").Select(finding => finding.Where).Should().Equal("parameters 'a' and 'b'", "parameters 'p' and 'q'");
    }

    [Fact]
    public void Choices_that_were_never_tried_are_a_warning_once_there_was_room_for_them()
    {
        StudyTrial[] trials = [.. Enumerable.Range(0, 6).Select(k => Measured(At(k / 5.0, k % 2), k))];
        var problem = Problem([Square[0], Base]);

        Finding(HealthCheck.OfTrials(problem, trials), "untried-choice").Should().Match<HealthFinding>(finding => finding.Severity == FindingSeverity.Warning && finding.What.Contains("Et3N"));
        Finding(HealthCheck.OfTrials(problem, trials[..5]), "untried-choice").Severity.Should().Be(FindingSeverity.Note);
    }

    [Fact]
    public void Values_that_never_change_or_span_a_huge_range_are_named()
    {
        Finding(HealthCheck.OfTrials(Problem(Square), Spread(new SearchSpace(Square), 8, _ => 3.5)), "constant-value").What.Should().Contain("3.5");
        Finding(HealthCheck.OfTrials(Problem(Square), Spread(new SearchSpace(Square), 20, point => Math.Exp(14 * point[0]))), "huge-range").Right.Should().Contain("logarithm");
    }

    [Fact]
    public void Failures_that_gather_in_one_region_are_told_with_its_bound()
    {
        StudyTrial[] trials = [.. Spread(new SearchSpace(Square), 24, Bowl).Select(trial => trial.Point[0] > 0.7 ? Failed(trial.Point) : trial)];
        var bound = trials.Where(trial => trial.Values is null).Min(trial => trial.Point[0]);

        var finding = Finding(HealthCheck.OfTrials(Problem(Square), trials), "failures-in-a-region");

        finding.Where.Should().Be("parameter 'a'");
        finding.What.Should().Contain(FormattableString.Invariant($"with a at {bound:G4} or more failed, and 0 of the"));
    }

    [Fact]
    public void Failures_with_one_choice_are_told_with_its_name()
    {
        StudyTrial[] trials = [.. Enumerable.Range(0, 18).Select(k => k % 3 == 2 ? Failed(At(k / 17.0, 2)) : Measured(At(k / 17.0, k % 3), k))];

        Finding(HealthCheck.OfTrials(Problem([Square[0], Base]), trials), "failures-in-a-region").What.Should().StartWith("6 of 6 trials with base 'Et3N' failed");
    }

    [Fact]
    public void Failures_everywhere_are_a_finding_without_a_region()
    {
        var stream = new RandomStream(2);
        StudyTrial[] trials = [.. Enumerable.Range(0, 16).Select(k => At(stream.NextUniform(), stream.NextUniform()) is var point && k % 2 == 0 ? Failed(point) : Measured(point, k))];

        Finding(HealthCheck.OfTrials(Problem(Square), trials), "many-failures").What.Should().StartWith("8 of 16");
        Finding(HealthCheck.OfTrials(Problem(Square), [.. trials.Where(trial => trial.Values is null)]), "all-failed").Severity.Should().Be(FindingSeverity.Error);
    }

    [Fact]
    public void Trials_outside_the_constraints_and_limits_that_are_never_kept_are_named()
    {
        var trials = Spread(new SearchSpace(Square), 8, Bowl);
        var outside = HealthCheck.OfTrials(Problem(Square, isFeasible: point => point[0] < 0.9), [.. trials, Measured(At(0.95, 0.5), 1)]);
        Finding(outside, "outside-constraints").Where.Should().EndWith("9");

        var limited = Problem(Square) with { Outcomes = [new OutcomeLimit("z", null, 1)] };
        StudyTrial[] told = [.. trials.Select(trial => trial with { Values = trial.Values!.Add("z", 2 + trial.Point[0]) })];
        Finding(HealthCheck.OfTrials(limited, told), "limits-never-kept").Where.Should().Be("limits on 'z'");
    }

    [Fact]
    public void An_outlier_is_named_with_what_was_expected()
    {
        var trials = Spread(new SearchSpace(Square), 30, point => 3 + point[0]).ToBuilder();
        trials[16] = Measured(trials[16].Point, 9);

        var finding = Finding(Of(Problem(Square), trials).Diagnose().Findings, "outlier");

        finding.Where.Should().Be("trial 17, 'y'");
        finding.What.Should().Contain("9 was measured").And.Contain("above");
    }

    [Fact]
    public void Noise_as_large_as_the_signal_is_a_warning()
    {
        var noise = new RandomStream(3);

        Finding(Of(Problem(Square), Spread(new SearchSpace(Square), 30, _ => noise.NextNormal())).Diagnose().Findings, "noise-like-signal").Severity.Should().Be(FindingSeverity.Warning);
    }

    [Fact]
    public void A_best_point_on_a_bound_is_noted_with_the_bound()
    {
        var trials = Spread(new SearchSpace(Square), 15, point => 2 * point[0] + Math.Pow(point[1] - 0.5, 2)).Add(Measured(At(0, 0.5), 0));

        var finding = Finding(Of(Problem(Square, noise: MeasurementNoise.None), trials).Diagnose().Findings, "best-at-bound");

        (finding.Where, finding.Severity).Should().Be(("parameter 'a'", FindingSeverity.Note));
        finding.What.Should().Contain("lower bound (0)");
    }

    private static HealthFinding Finding(IEnumerable<HealthFinding> findings, string name) => findings.Should().ContainSingle(finding => finding.Name == name).Subject;
}
