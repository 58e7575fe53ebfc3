using System.Collections.Immutable;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning.Sessions;

/// <summary>What earlier campaigns teach, and what they must not spoil.</summary>
public sealed class EarlierTaskTests
{
    private const double Least = 0.397887;
    private static readonly SearchSpace Space = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new TaskDimension("campaign", ["old", "now"], Target: 1)]);
    private static readonly SearchSpace Asked = StudyEngine.Asked(Space);

    [Theory]
    [InlineData("inverted")]
    [InlineData("noise")]
    [InlineData("unrelated")]
    public void Data_that_tell_nothing_of_this_campaign_cost_a_few_trials_at_most(string old)
    {
        var regrets = Enumerable.Range(0, 3).Select(seed => Regret(old, seed, trials: 18)).Order().ToArray();

        regrets[1].Should().BeLessThan(1, "without them it is about 0.1, and was 1.5 to 2.6 when they were believed");
    }

    [Theory]
    [InlineData("same")]
    [InlineData("scaled")]
    public void Data_of_the_same_surface_spare_trials_in_whatever_unit_they_are(string old)
    {
        var regrets = Enumerable.Range(0, 3).Select(seed => Regret(old, seed, trials: 8)).Order().ToArray();

        regrets[1].Should().BeLessThan(1, "without them it is about 5 after so few");
    }

    [Fact]
    public void Scale_and_shift_are_found_and_nonsense_is_left_out()
    {
        Reading("same").Should().Be(TaskReading.Plain);
        Reading("scaled")!.Factor.Should().BeApproximately(0.01, 0.001);
        Reading("scaled")!.Offset.Should().BeApproximately(-5, 3);
        Reading("inverted")!.Factor.Should().BeApproximately(-1, 0.15);
        Reading("noise").Should().BeNull();

        static TaskReading? Reading(string old) => Model(old, 12).Transfer.Readings[0];
    }

    [Fact]
    public void What_is_said_of_a_task_that_was_left_out_is_what_is_said_without_it()
    {
        var told = Model("noise", 12);
        var alone = GaussianProcess.Fit(Asked, [.. Now(12).Select(trial => trial.Of("y"))], 1);

        told.Predict(new Point([0.3, 0.6, 1])).Should().Be(alone.Predict(new Point([0.3, 0.6, 1])));
    }

    [Fact]
    public void Trials_and_values_of_another_campaign_are_none_of_the_verdicts()
    {
        var problem = Problem(1);
        var few = Study.Open(problem).With([.. Old("scaled", 1), .. Now(4)], [], 0).Diagnose().Stopping!;
        var alone = Study.Open(problem).With(Now(14), [], 0).Diagnose();
        var beside = Study.Open(problem).With([.. Old("scaled", 1), .. Now(14)], [], 0).Diagnose();

        few.Decision.Should().Be(StoppingDecision.TooEarly);
        few.Reason.Should().StartWith("4 trials of 'now' are too few");
        beside.Stopping!.Tolerance.Should().BeApproximately(alone.Stopping!.Tolerance!.Value, 0.2 * alone.Stopping!.Tolerance!.Value);
        beside.Quantities[0].Calibration.Trials.Select(one => one.Number).Should().Equal(Enumerable.Range(26, 14));
        beside.Findings.Should().ContainSingle(one => one.Name == "rescaled-task").Which.Where.Should().Be("task 'old', 'y'");
    }

    [Fact]
    public void A_campaign_that_begins_after_one_like_it_goes_to_its_best_place_first()
    {
        var asked = Study.Open(Problem(1)).With(Old("same", 1), [], 0).Ask(1).Proposals[0];

        (Surface(asked.Point) - Least).Should().BeLessThan(10, "values lie between 0.4 and 300");
    }

    private static double Regret(string old, int seed, int trials)
    {
        var study = Study.Open(Problem(seed)).With(Old(old, seed), [], 0);
        var best = double.PositiveInfinity;
        for (var k = 0; k < trials; k++)
        {
            (study, var asked) = study.Ask(1);
            var value = Surface(asked[0].Point);
            best = Math.Min(best, value - Least);
            study = study.Tell(new TrialReport(asked[0].Number, null, Values(value), null));
        }
        return best;
    }

    private static StudyProblem Problem(int seed) => new() { Space = Space, Objectives = [new Objective("y", new Aim.Minimise())], Seed = seed };

    private static GaussianProcess Model(string old, int own) => GaussianProcess.Fit(Asked, [.. Old(old, 1).Concat(Now(own)).Select(trial => trial.Of("y"))], 1);

    private static IEnumerable<StudyTrial> Now(int count) => Places(count, 4, 1).Select(place => new StudyTrial(place, Values(Surface(place)), null));

    private static IEnumerable<StudyTrial> Old(string kind, int seed)
    {
        var noise = new RandomStream(seed, 99);
        return Places(25, 50 + seed, 0).Select(place => new StudyTrial(place, Values(kind switch
        {
            "scaled" => 100 * Surface(place) + 500,
            "inverted" => -Surface(place),
            "noise" => 50 * noise.NextNormal(),
            "unrelated" => 100 * Math.Sin(9 * place[0] + 2) * Math.Cos(7 * place[1]),
            _ => Surface(place),
        }), null));
    }

    private static IEnumerable<Point> Places(int count, int seed, int task)
    {
        var stream = new RandomStream(seed, 98);
        return Enumerable.Range(0, count).Select(_ => new Point([stream.NextUniform(), stream.NextUniform(), task])).ToArray();
    }

    private static ImmutableSortedDictionary<string, double> Values(double value) => ImmutableSortedDictionary<string, double>.Empty.Add("y", value);

    private static double Surface(Point at) => Surfaces.Of("branin2")([15 * at[0] - 5, 15 * at[1]])[0];
}
