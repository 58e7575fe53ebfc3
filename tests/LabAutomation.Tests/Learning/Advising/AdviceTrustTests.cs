using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning.Advising;

public sealed class AdviceTrustTests
{
    private static readonly Advice Low = new([new AdvisedRegion([new PreferredRange(0, null, 0.3)])]);

    private static readonly StudyProblem Problem = new()
    {
        Space = new SearchSpace([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]),
        Objectives = [new Objective("y", new Aim.Minimise())],
        Outcomes = [],
        Advice = Low,
    };

    [Fact]
    public void Before_any_trial_and_where_all_places_are_alike_it_is_what_it_was()
    {
        Trust(Problem, []).Should().Be(0.8);
        Trust(Problem, [At(0.1, 1), At(0.2, 5), At(0.05, 3)]).Should().Be(0.8, "all of them are inside, and nothing was compared");
        Trust(Problem, [At(0.1, 2), At(0.9, 2)]).Should().Be(0.8, "equal results speak for neither");
    }

    [Fact]
    public void Trials_that_bear_it_out_raise_it_and_others_lower_it()
    {
        Trust(Problem, Spread(a => a)).Should().BeGreaterThan(0.95);
        Trust(Problem, Spread(a => -a)).Should().BeLessThan(AdviceTrust.Least);
        Trust(Problem, Spread(a => Math.Abs(a - 0.5))).Should().BeInRange(0.02, 0.6, "it has nothing to do with the results");
    }

    [Fact]
    public void Six_trials_against_it_are_enough_to_make_it_likelier_wrong_than_right() =>
        Trust(Problem, [At(0.1, 9), At(0.9, 1), At(0.2, 8), At(0.7, 2), At(0.15, 8.5), At(0.6, 3)]).Should().BeLessThan(AdviceTrust.Even);

    [Fact]
    public void What_is_better_is_for_the_aim_to_say()
    {
        var up = Problem with { Objectives = [new Objective("y", new Aim.Maximise())] };
        var reach = Problem with { Objectives = [new Objective("y", new Aim.Reach(0.1))] };
        var both = Problem with { Objectives = [new Objective("y", new Aim.Minimise()), new Objective("z", new Aim.Maximise())] };

        Trust(up, Spread(a => -a)).Should().Be(Trust(Problem, Spread(a => a)));
        Trust(reach, Spread(a => a)).Should().BeGreaterThan(0.9);
        Trust(both, [.. Spread(a => a).Select(trial => trial with { Values = trial.Values!.Add("z", -trial.Values["y"]) })]).Should().Be(Trust(Problem, Spread(a => a)));
    }

    [Fact]
    public void A_failed_trial_and_one_that_breaks_a_limit_come_last()
    {
        StudyTrial[] good = [At(0.9, 1), At(0.8, 2), At(0.7, 3)];
        StudyTrial[] failed = [.. new[] { 0.1, 0.2, 0.25 }.Select(a => new StudyTrial(new Point([a, 0.5]), null, "clogged"))];
        var limited = Problem with { Outcomes = [new OutcomeLimit("y", 1, null)] };

        Trust(Problem, [.. good, .. failed]).Should().BeLessThan(AdviceTrust.Even);
        Trust(limited, [.. good, At(0.1, -5), At(0.2, -6), At(0.25, -7)]).Should().BeLessThan(AdviceTrust.Even, "what breaks a limit is no good result");
    }

    [Fact]
    public void The_order_of_telling_does_not_matter()
    {
        var trials = Spread(a => Math.Sin(9 * a));

        Trust(Problem, [.. trials.Reverse()]).Should().BeApproximately(Trust(Problem, trials), 1e-12);
    }

    [Fact]
    public void Trials_of_another_task_say_nothing()
    {
        var problem = Problem with { Space = new SearchSpace([new RealDimension("a", 0, 1), new TaskDimension("campaign", ["now", "then"], 0)]) };
        ImmutableArray<StudyTrial> trials = [.. Enumerable.Range(0, 10).Select(k => new StudyTrial(new Point([k / 9.0, 1]), Told(-k), null))];

        Trust(problem, trials).Should().Be(0.8);
    }

    private static double Trust(StudyProblem problem, ImmutableArray<StudyTrial> trials) => AdviceTrust.After(problem.Advice!, problem, trials);

    private static ImmutableArray<StudyTrial> Spread(Func<double, double> cost) => [.. Enumerable.Range(0, 12).Select(k => At(k / 11.0, cost(k / 11.0)))];

    private static StudyTrial At(double a, double y) => new(new Point([a, 0.5]), Told(y), null);

    private static ImmutableSortedDictionary<string, double> Told(double y) => ImmutableSortedDictionary<string, double>.Empty.Add("y", y);
}
