using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning.Sessions;

/// <summary>Whole studies of every aim, asked and told until their budget is spent.</summary>
public sealed class StudyAimsTests
{
    private static readonly SearchSpace Box = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);

    [Fact]
    public void A_target_is_reached_from_both_sides()
    {
        var problem = new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Reach(0.7))], Noise = MeasurementNoise.None, Seed = 3 };

        var study = Run(problem, at => [at[0] * at[0] + 0.5 * Math.Sin(4 * at[1])], trials: 16);

        study.Best().Observed[0].Should().BeApproximately(0.7, 0.01);
    }

    [Fact]
    public void A_level_is_learnt_where_it_runs_and_not_elsewhere()
    {
        var problem = new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.FindLevel(0.5))], Noise = MeasurementNoise.None, Seed = 3 };

        var study = Run(problem, at => [at[0] + 0.3 * Math.Sin(6 * at[1])], trials: 26);

        var after = study.Knowledge();
        (after.Above + after.Below).Should().BeGreaterThan(0.93);
        study.Trials.Skip(10).Average(trial => Math.Abs(trial.Values!["y"] - 0.5)).Should().BeLessThan(study.Trials.Take(6).Average(trial => Math.Abs(trial.Values!["y"] - 0.5)));
    }

    [Fact]
    public void A_surface_is_learnt_better_than_by_an_even_spread()
    {
        var problem = new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Learn())], Noise = MeasurementNoise.None, Seed = 3 };
        Func<Point, double[]> surface = at => [Math.Sin(9 * at[0]) + 0.1 * at[1]];

        var learnt = Run(problem, surface, trials: 20);
        var spread = Run(problem with { Optimiser = new SobolOptimiser() }, surface, trials: 20);

        learnt.Knowledge().MeanSd.Should().BeLessThan(spread.Knowledge().MeanSd);
    }

    [Fact]
    public void A_limit_on_what_is_measured_holds_at_the_best_point()
    {
        // The lowest cost lies where the limit is broken; on the limit a + b = 1 the best cost is 0.5 at (0.5, 0.5).
        var problem = new StudyProblem
        {
            Space = Box, Objectives = [new Objective("cost", new Aim.Minimise())], Outcomes = [new OutcomeLimit("strength", Min: 1, Max: null)], Noise = MeasurementNoise.None, Seed = 4,
        };

        var study = Run(problem, at => [at[0] * at[0] + at[1] * at[1], at[0] + at[1]], trials: 24);

        var best = study.Best();
        best.BestTrial!.Values!["strength"].Should().BeGreaterThanOrEqualTo(1);
        best.Observed[0].Should().BeLessThan(0.55);
    }

    [Fact]
    public void Until_a_limit_is_kept_a_place_that_keeps_it_is_sought()
    {
        var problem = new StudyProblem
        {
            Space = Box, Objectives = [new Objective("y", new Aim.Minimise())], Outcomes = [new OutcomeLimit("z", Min: null, Max: -0.9)], Noise = MeasurementNoise.None, Seed = 1,
        };

        var study = Run(problem, at => [at[0], -Math.Exp(-20 * (Math.Pow(at[0] - 0.83, 2) + Math.Pow(at[1] - 0.22, 2)))], trials: 16);

        study.Trials.Should().Contain(trial => trial.Values!["z"] <= -0.9);
    }

    [Fact]
    public void Where_no_trial_keeps_the_limits_best_says_so()
    {
        var problem = new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Minimise())], Outcomes = [new OutcomeLimit("z", Min: 9, Max: null)] };
        var study = Run(problem, at => [at[0], at[1]], trials: 8);

        study.Invoking(one => one.Best()).Should().Throw<StudyException>().WithMessage("*limits on 'z'*");
    }

    [Fact]
    public void A_region_that_fails_is_left_alone_once_it_is_known()
    {
        var problem = new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Minimise())], Noise = MeasurementNoise.None, Seed = 2 };
        // The value falls towards the region that fails.
        var study = Run(problem, at => at[0] + at[1] > 1.2 ? null : [-at[0] - at[1]], trials: 30);

        study.Best().Observed[0].Should().BeLessThan(-1.19);
        study.Trials.Skip(15).Count(trial => trial.Values is null).Should().BeLessThan(14);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Trades_cover_the_front(int objectives)
    {
        var problem = new StudyProblem
        {
            Space = Box, Objectives = [.. Enumerable.Range(0, objectives).Select(m => new Objective($"y{m}", new Aim.Minimise(), Reference: 1.5))], Noise = MeasurementNoise.None, Seed = 5,
        };
        Func<Point, double[]> costs = at =>
            [.. new[] { (0.2, 0.2), (0.8, 0.3), (0.4, 0.9) }.Take(objectives).Select(centre => Math.Sqrt(Math.Pow(at[0] - centre.Item1, 2) + Math.Pow(at[1] - centre.Item2, 2)))];

        var front = Run(problem, costs, trials: 22).Front();
        var chance = Run(problem with { Optimiser = new RandomOptimiser() }, costs, trials: 22).Front();

        front.Trades.Length.Should().BeGreaterThan(6);
        front.Hypervolume.Should().BeGreaterThan(chance.Hypervolume);
        front.Reference.Should().AllBeEquivalentTo(1.5);
    }

    [Fact]
    public void A_maximised_objective_trades_with_a_minimised_one()
    {
        var problem = new StudyProblem
        {
            Space = Box, Objectives = [new Objective("yield", new Aim.Maximise()), new Objective("price", new Aim.Minimise())], Noise = MeasurementNoise.None, Seed = 5,
        };

        var front = Run(problem, at => [at[0], at[0] * at[0] + at[1]], trials: 18).Front();

        front.Trades.Select(trade => trade.Observed[0]).Should().BeInDescendingOrder();
        front.Trades.Select(trade => trade.Observed[1]).Should().BeInDescendingOrder();
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Trades_are_of_the_target_and_the_highest_fidelity(bool isTask, bool isExact)
    {
        SearchSpace space = new([new RealDimension("t", 0, 1), isTask ? new TaskDimension("campaign", ["before", "now"], Target: 1) : new FidelityDimension("volume", [0, 1], [1, 8])]);
        var problem = new StudyProblem
        {
            Space = space, Objectives = [new Objective("a", new Aim.Minimise()), new Objective("b", new Aim.Maximise())], Noise = isExact ? MeasurementNoise.None : MeasurementNoise.Unknown, Seed = 4,
        };
        // What was measured elsewhere looks better in everything.
        Func<Point, double[]> values = at => [at[0] - (at[1] == 0 ? 5 : 0), -Math.Pow(1 - at[0], 2) + (at[1] == 0 ? 5 : 0)];
        var study = Study.Open(problem);
        for (var k = 0; k < 10; k++) study = Tell(study, null, new Point([k / 9.0, 0]), values);

        study.Front().Trades.Should().NotBeEmpty().And.OnlyContain(trade => trade.Point[1] == 1 && trade.Observed.IsEmpty);

        foreach (var t in new[] { 0.1, 0.5, 0.9 }) study = Tell(study, null, new Point([t, 1]), values);
        var front = study.Front();

        front.Trades.Select(trade => trade.Point[0]).Should().Equal(0.1, 0.5, 0.9);
        front.Trades.Should().OnlyContain(trade => trade.Point[1] == 1 && trade.Observed[0] == trade.Point[0]);
        front.Reference[0].Should().BeInRange(0.9, 1.3);
        front.Hypervolume.Should().BeLessThan(2);
    }

    [Fact]
    public void Data_of_a_task_that_is_alike_spare_trials()
    {
        SearchSpace space = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new TaskDimension("campaign", ["before", "now"], Target: 1)]);
        var problem = new StudyProblem { Space = space, Objectives = [new Objective("y", new Aim.Minimise())], Noise = MeasurementNoise.None, Seed = 2 };
        Func<Point, double[]> valley = at => [Math.Pow(at[0] - 0.71, 2) + Math.Pow(at[1] - 0.33, 2) + (at[2] == 0 ? 0.05 : 0)];
        var study = Study.Open(problem);
        for (var k = 0; k < 25; k++) study = Tell(study, null, new Point([(k % 5) / 4.0, (k / 5) / 4.0, 0]), valley);

        study = Run(study, valley, trials: 28);

        study.Trials.Skip(25).Should().OnlyContain(trial => trial.Point[2] == 1);
        study.Best().Observed[0].Should().BeLessThan(0.01);
    }

    [Fact]
    public void Cheap_fidelities_are_used_where_they_tell_enough()
    {
        SearchSpace space = new([new RealDimension("a", 0, 1), new FidelityDimension("grid", [0.5, 1], [1, 20])]);
        var problem = new StudyProblem { Space = space, Objectives = [new Objective("y", new Aim.Minimise())], Noise = MeasurementNoise.None, Seed = 2 };

        var study = Run(problem, at => [Math.Pow(at[0] - 0.62, 2) + 0.05 * (1 - at[1])], trials: 20);

        study.Trials.Count(trial => trial.Point[1] == 0.5).Should().BeGreaterThan(3);
        study.Best().Point[0].Should().BeApproximately(0.62, 0.05);
    }

    [Fact]
    public void What_cannot_be_weighed_together_is_refused_by_name() =>
        FluentActions.Invoking(() => Study.Open(new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Minimise()), new Objective("z", new Aim.Reach(3))] }))
            .Should().Throw<StudyException>().WithMessage("*'z'*target*");

    [Fact]
    public void An_answer_says_what_is_expected_of_everything_and_which_trial_is_like_it()
    {
        var problem = new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Minimise())], Outcomes = [new OutcomeLimit("z", null, 1)], Seed = 4 };
        var study = Run(problem, at => [at[0], at[1]], trials: 9);

        var proposal = study.Ask(1).Proposals[0];

        proposal.Expected!.Value.Should().HaveCount(2);
        proposal.Feasible.Should().BeInRange(0, 1);
        proposal.Nearest!.Number.Should().BeInRange(1, 9);
        proposal.Matters.Should().NotBeEmpty().And.BeSubsetOf(["a", "b"]);
    }

    [Fact]
    public void Nothing_but_failures_is_no_promise_of_success()
    {
        var study = Study.Open(new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Minimise())], Seed = 4 });
        for (var k = 0; k < 30; k++) study = study.Tell(new TrialReport(null, new Point([k * 0.618 % 1, k * 0.755 % 1]), null, "clogged"));

        study.Ask(1).Proposals[0].Feasible.Should().BeLessThan(0.4);
    }

    [Theory]
    [InlineData(0.5, 0.05)]
    [InlineData(0.25, 0.01)]
    public void Failures_at_any_place_cost_their_trials_and_nothing_more(double share, double regret)
    {
        var regrets = Enumerable.Range(0, 5).Select(seed =>
        {
            var (stream, best) = (new RandomStream(seed, 99), double.PositiveInfinity);
            var problem = new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Minimise())], Seed = seed };
            Run(problem, at =>
            {
                if (stream.NextUniform() < share) return null;
                var value = SixHump(at[0] * 6 - 3, at[1] * 4 - 2);
                best = Math.Min(best, value);
                return [value, 0];
            }, trials: 50);
            return best + 1.0316285;
        }).Order().ToArray();

        regrets[2].Should().BeLessThan(regret, $"the regrets are {string.Join(", ", regrets)}");
    }

    [Fact]
    public void One_success_among_failures_is_followed()
    {
        var successes = Enumerable.Range(1, 5).Select(seed =>
        {
            var study = Study.Open(new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Minimise())], Seed = seed });
            foreach (var at in Enumerable.Range(0, 20).Select(k => new Point([k * 0.618 % 1, k * 0.755 % 1])).Where(at => !IsInside(at))) study = study.Tell(new TrialReport(null, at, null, "clogged"));
            study = study.Tell(new TrialReport(null, new Point([0.7, 0.7]), ImmutableSortedDictionary<string, double>.Empty.Add("y", 0.01), null));
            var told = study.Trials.Count;
            return Run(study, at => IsInside(at) ? [Math.Pow(at[0] - 0.72, 2) + Math.Pow(at[1] - 0.72, 2), 0] : null, trials: told + 15).Trials.Skip(told).Count(trial => trial.Failure is null);
        }).Order().ToArray();

        successes[2].Should().BeGreaterThan(5, $"of 15 trials there succeeded {string.Join(", ", successes)}");

        static bool IsInside(Point at) => Math.Abs(at[0] - 0.7) < 0.1 && Math.Abs(at[1] - 0.7) < 0.1;
    }

    private static double SixHump(double a, double b) => (4 - 2.1 * a * a + Math.Pow(a, 4) / 3) * a * a + a * b + (-4 + 4 * b * b) * b * b;

    [Fact]
    public void What_is_said_of_success_is_the_probability_also_where_much_failed_lately()
    {
        var problem = new StudyProblem { Space = Box, Objectives = [new Objective("y", new Aim.Minimise())], Noise = MeasurementNoise.None, Seed = 4 };
        var study = Study.Open(problem);
        foreach (var at in Enumerable.Range(0, 24).Select(k => new Point([k * 0.618 % 1, k * 0.755 % 1])))
            study = study.Tell(at[0] + at[1] > 0.9 ? new TrialReport(null, at, null, "clogged") : new TrialReport(null, at, ImmutableSortedDictionary<string, double>.Empty.Add("y", at[0] * at[1]), null));
        study.Trials.TakeLast(10).Count(trial => trial.Failure is not null).Should().BeGreaterThan(3);

        var proposal = study.Ask(1).Proposals[0];

        Observation[] history = [.. study.Trials.Select(trial => trial.Of("y", 1))];
        var expected = FailureRisk.Of(new UnitCube(Box), history)!.Success([.. proposal.Point.Coordinates]);
        proposal.Feasible.Should().BeApproximately(expected, 1e-9);
        proposal.Reason.Should().Contain(FormattableString.Invariant($"succeeds with probability {expected:F2}"));
    }

    private static Study Run(StudyProblem problem, Func<Point, double[]?> measure, int trials) => Run(Study.Open(problem), measure, trials);

    private static Study Run(Study study, Func<Point, double[]?> measure, int trials)
    {
        while (study.Trials.Count < trials)
        {
            var (next, proposals) = study.Ask(1);
            study = Tell(next, proposals[0].Number, proposals[0].Point, measure);
        }
        return study;
    }

    private static Study Tell(Study study, int? number, Point point, Func<Point, double[]?> measure) => measure(point) is { } values
        ? study.Tell(new TrialReport(number, point, study.Problem.Measured.Zip(values).ToImmutableSortedDictionary(pair => pair.First, pair => pair.Second), null))
        : study.Tell(new TrialReport(number, point, null, "failed"));
}
