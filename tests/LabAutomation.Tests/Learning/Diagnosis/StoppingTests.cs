using System.Collections.Immutable;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using static LabAutomation.Tests.Learning.Diagnosis.Studies;

namespace LabAutomation.Tests.Learning.Diagnosis;

public sealed class StoppingTests
{
    private static readonly StudyProblem Bowls = Problem(Square, noise: MeasurementNoise.None);

    [Fact]
    public void A_study_that_was_carried_through_may_stop_and_one_that_has_begun_goes_on()
    {
        var late = Run(Bowls, Bowl, 30).Diagnose().Stopping!;
        var early = Run(Bowls, Wavy, 7).Diagnose().Stopping!;

        late.Decision.Should().Be(StoppingDecision.MayStop, late.Reason);
        late.WithinTolerance.Should().BeGreaterThanOrEqualTo(0.95);
        late.Reason.Should().Contain("within").And.Contain("of the best there is with probability");
        early.Decision.Should().Be(StoppingDecision.GoOn, early.Reason);
        early.WithinTolerance.Should().BeLessThan(0.95);
        early.ExpectedRegret.Should().BeGreaterThan(late.ExpectedRegret!.Value);
        early.NextGain.Should().BeGreaterThan(late.NextGain!.Value);
    }

    [Fact]
    public void The_first_trials_are_too_few_to_say()
    {
        var verdict = Of(Bowls, Spread(Bowls.Space, 3, Bowl)).Diagnose().Stopping!;

        verdict.Decision.Should().Be(StoppingDecision.TooEarly);
        verdict.Reason.Should().StartWith("3 trials are too few");
    }

    [Fact]
    public void A_tolerance_is_a_hundredth_of_the_range_without_noise_and_at_least_the_noise_with_it()
    {
        var trials = Spread(Bowls.Space, 20, Bowl);
        double[] sorted = [.. trials.Select(trial => trial.Values!["y"]).Order()];

        Of(Bowls, trials).Diagnose().Stopping!.Tolerance.Should().BeApproximately(0.01 * (sorted[17] - sorted[0]), 1e-9);
        Of(Problem(Square, noise: new MeasurementNoise(0.2)), trials).Diagnose().Stopping!.Tolerance.Should().BeApproximately(0.2, 0.05);
        Of(Bowls, trials).Diagnose(new DiagnosisQuestion { Tolerance = 0.5 }).Stopping!.Should().Match<StoppingVerdict>(verdict => verdict.Tolerance == 0.5 && verdict.Decision == StoppingDecision.MayStop);
    }

    [Fact]
    public void A_verdict_on_surfaces_that_nobody_chose_is_as_often_right_as_it_says()
    {
        var ends = Enumerable.Range(0, 8).Select(seed => StoppingCoverage.Searched(StoppingCoverage.Drawn(2, 0.25, seed), 2, seed)).OfType<(int Trials, bool IsWrong)>().ToArray();

        ends.Should().NotBeEmpty("some of them are known well enough after thirty trials");
        ends.Count(end => end.IsWrong).Should().Be(0, "three of eight were wrong when the most probable length scales alone were believed");
    }

    [Fact]
    public void A_model_that_tells_nothing_cannot_say_stop()
    {
        var noise = new RandomStream(7);

        var verdict = Of(Problem(Square), Spread(Bowls.Space, 24, _ => noise.NextNormal())).Diagnose(new DiagnosisQuestion { Tolerance = 100 }).Stopping!;

        verdict.WithinTolerance.Should().Be(1);
        verdict.Decision.Should().Be(StoppingDecision.GoOn);
        verdict.Reason.Should().EndWith("but the model tells left-out values no better than their mean does, so this cannot be relied on yet");
    }

    [Fact]
    public void Trials_that_have_just_bettered_the_best_speak_against_stopping()
    {
        var (best, others) = (Measured(At(0.3, 0.7), 0), Spread(Bowls.Space, 30, Bowl));
        var question = new DiagnosisQuestion { Tolerance = 0.5 * others.Min(trial => trial.Values!["y"]) };

        var first = Of(Bowls, [best, .. others]).Diagnose(question).Stopping!;
        var last = Of(Bowls, [.. others, best]).Diagnose(question).Stopping!;

        first.Decision.Should().Be(StoppingDecision.MayStop, first.Reason);
        last.WithinTolerance.Should().BeGreaterThanOrEqualTo(0.95);
        last.Decision.Should().Be(StoppingDecision.GoOn);
        last.Reason.Should().EndWith("but the last 5 trials have bettered the best by more than that, so the next ones may, too");
    }

    [Fact]
    public void Values_outside_the_constraints_are_no_part_of_the_range()
    {
        var problem = Problem(Square, isFeasible: point => point[0] <= 0.8);
        StudyTrial[] outside = [.. new[] { 0.85, 0.9, 0.95 }.Select(a => Measured(At(a, 0.5), 200))];

        var verdict = Of(problem, [.. outside, .. Spread(problem.Space, 12, Bowl)]).Diagnose().Stopping!;

        verdict.Tolerance.Should().BeLessThan(0.2, "values inside lie between 0 and 0.7");
    }

    [Fact]
    public void A_goal_that_was_reached_is_told_with_its_trial()
    {
        var trials = Spread(Bowls.Space, 6, Bowl);

        var verdict = Of(Bowls, trials).Diagnose(new DiagnosisQuestion { Goal = trials.Min(trial => trial.Values!["y"]) }).Stopping!;

        verdict.Decision.Should().Be(StoppingDecision.GoalReached);
        verdict.Reason.Should().StartWith($"trial {1 + trials.IndexOf(trials.MinBy(trial => trial.Values!["y"])!)} has reached the goal");
    }

    [Fact]
    public void A_goal_below_all_that_the_model_can_imagine_is_out_of_reach()
    {
        var verdict = Of(Bowls, Spread(Bowls.Space, 30, Bowl)).Diagnose(new DiagnosisQuestion { Goal = -1, Remaining = 10 }).Stopping!;

        verdict.Decision.Should().Be(StoppingDecision.GoalOutOfReach);
        verdict.GoalReachable.Should().BeLessThan(0.05);
        verdict.Reason.Should().Contain("cannot be reached").And.Contain("lies between");
    }

    [Fact]
    public void More_trials_are_likelier_to_reach_a_goal_and_never_likelier_than_the_whole_space()
    {
        var study = Of(Problem(Square), Spread(Bowls.Space, 8, Wavy));
        var goal = study.Trials.Min(trial => trial.Values!["y"]) - 0.1;
        StoppingVerdict With(int remaining) => study.Diagnose(new DiagnosisQuestion { Goal = goal, Remaining = remaining }).Stopping!;

        With(0).GoalWithinBudget.Should().Be(0);
        With(1).GoalWithinBudget.Should().BeLessThan(With(20).GoalWithinBudget!.Value);
        With(20).Decision.Should().Be(StoppingDecision.GoOn);
        With(20).Reason.Should().Contain("can be reached with probability").And.Contain("within the 20 trials that are left");
    }

    [Fact]
    public void A_maximised_objective_stops_as_its_negative_does()
    {
        var trials = Spread(Bowls.Space, 15, Bowl);
        var minimised = Of(Bowls, trials).Diagnose(new DiagnosisQuestion { Goal = 0.001 }).Stopping!;
        var maximised = Of(Problem(Square, new Aim.Maximise(), MeasurementNoise.None), trials.Select(trial => Measured(trial.Point, -trial.Values!["y"]))).Diagnose(new DiagnosisQuestion { Goal = -0.001 }).Stopping!;

        (maximised.Decision, maximised.Tolerance, maximised.WithinTolerance, maximised.GoalReachable)
            .Should().Be((minimised.Decision, minimised.Tolerance, minimised.WithinTolerance, minimised.GoalReachable));
    }

    [Fact]
    public void A_limit_that_the_recommended_point_may_break_keeps_a_study_going()
    {
        var limited = Bowls with { Outcomes = [new OutcomeLimit("z", null, 0.9)] };
        StudyTrial Both(Point point) => new(point, ImmutableSortedDictionary<string, double>.Empty.Add("y", Bowl(point)).Add("z", point[0] + point[1]), null);
        var trials = Spread(Bowls.Space, 25, Bowl).Select(trial => Both(trial.Point)).ToArray();

        var free = Of(Bowls, trials).Diagnose();
        var bound = Of(limited, trials).Diagnose();

        bound.Quantities.Select(quantity => quantity.Name).Should().Equal("y", "z");
        bound.Stopping!.WithinTolerance.Should().BeLessThan(free.Stopping!.WithinTolerance!.Value + 1e-9);
        (bound.Recommended![0] + bound.Recommended[1]).Should().BeLessThanOrEqualTo(0.9);
    }

    [Fact]
    public void A_target_is_met_when_the_recommended_point_is_near_enough()
    {
        var problem = Problem(Square, new Aim.Reach(0.5), MeasurementNoise.None);

        var verdict = Run(problem, point => point[0] + point[1], 14).Diagnose().Stopping!;

        verdict.Decision.Should().Be(StoppingDecision.MayStop, verdict.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_learnt_may_stop_when_it_is_known(bool isLevel)
    {
        var problem = Problem(Square, isLevel ? new Aim.FindLevel(0.2) : new Aim.Learn(), MeasurementNoise.None);

        var few = Of(problem, Spread(problem.Space, 6, Wavy)).Diagnose().Stopping!;
        var many = Of(problem, Spread(problem.Space, 60, Bowl)).Diagnose().Stopping!;

        few.Decision.Should().Be(StoppingDecision.GoOn, few.Reason);
        many.Decision.Should().Be(StoppingDecision.MayStop, many.Reason);
    }

    [Fact]
    public void Several_objectives_stop_when_little_hypervolume_is_missing()
    {
        var problem = Bowls with { Objectives = [new Objective("y", new Aim.Minimise()), new Objective("z", new Aim.Maximise())], Noise = MeasurementNoise.Unknown };
        StudyTrial Both(Point point) => new(point, ImmutableSortedDictionary<string, double>.Empty.Add("y", point[0] * point[0] + 0.2 * point[1]).Add("z", -Math.Pow(point[0] - 1, 2) - 0.2 * point[1]), null);
        var few = Of(problem, Spread(Bowls.Space, 8, Bowl).Select(trial => Both(trial.Point))).Diagnose().Stopping!;
        var many = Of(problem, Enumerable.Range(0, 40).Select(k => Both(At(k / 39.0, 0))).Concat(Spread(Bowls.Space, 10, Bowl).Select(trial => Both(trial.Point)))).Diagnose().Stopping!;

        few.Decision.Should().Be(StoppingDecision.GoOn, few.Reason);
        few.ExpectedRegret.Should().BeGreaterThan(many.ExpectedRegret!.Value);
        many.Decision.Should().Be(StoppingDecision.MayStop, many.Reason);
    }

    [Theory]
    [InlineData(0.5, null, null, null, "confidence")]
    [InlineData(0.9, 0.0, null, null, "tolerance")]
    [InlineData(0.9, null, double.NaN, null, "goal")]
    [InlineData(0.9, null, null, -1, "remain")]
    public void A_question_without_sense_is_refused(double confidence, double? tolerance, double? goal, int? remaining, string named) =>
        Of(Bowls, []).Invoking(study => study.Diagnose(new DiagnosisQuestion { Confidence = confidence, Tolerance = tolerance, Goal = goal, Remaining = remaining }))
            .Should().Throw<StudyException>().WithMessage($"*{named}*");

    private static double Wavy(Point point) => Math.Sin(9 * point[0]) * Math.Cos(7 * point[1]) + point[0];

    private static Study Run(StudyProblem problem, Func<Point, double> measure, int count)
    {
        var study = Study.Open(problem);
        for (var k = 0; k < count; k++)
        {
            var (next, proposals) = study.Ask(1);
            study = next.Tell(new TrialReport(proposals[0].Number, null, ImmutableSortedDictionary<string, double>.Empty.Add("y", measure(proposals[0].Point)), null));
        }
        return study;
    }
}
