using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Learning.Sessions;

public sealed class RepeatedTrialsTests
{
    private static readonly SearchSpace Space =
        new([new RealDimension("a", 0, 1)], pool: [.. Enumerable.Range(0, 12).Select(k => new Point([k / 11.0]))]);

    private static readonly StudyProblem Problem =
        new() { Space = Space, Objectives = [new Objective("y", new Aim.Minimise())], Repeats = true, Seed = 5 };

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Measuring_again_is_scored_by_the_model_that_the_optimiser_itself_fits(int measured)
    {
        var noise = new Random(4);
        Observation[] history = [.. Enumerable.Range(0, measured).Select(k => new Observation(
            Space.Pool!.Value[k], Math.Pow(Space.Pool.Value[k][0] - 0.4, 2) + 0.1 * noise.NextDouble()))];

        var again = StudyEngine.Next(Problem, Told(history), []);

        again.Reason.Should().StartWith("once more");
        var trials = Told(history);
        var models = StudyModels.Fit(Problem, trials, new TrialLog(Space, history, []));
        var score = new double[1];
        Worth.Of(Problem, models).Acquisition.Score(models.Quantities[0].Encode([again.Point]), score);
        again.Acquisition.Should().Be(score[0]);
    }

    [Fact]
    public void A_planner_without_a_model_repeats_only_where_nothing_is_left()
    {
        var problem = Problem with { Optimiser = new RandomOptimiser() };
        Observation[] history = [.. Space.Pool!.Value.Select((point, k) => new Observation(point, k))];

        StudyEngine.Next(problem, Told(history[..11]), []).Point.Should().Be(history[11].Point);
        StudyEngine.Next(problem, Told(history), []).Reason.Should().StartWith("once more");
    }

    [Theory]
    [InlineData("gaussian-process")]
    [InlineData("random")]
    public void What_has_no_noise_is_never_measured_again(string planner)
    {
        var exact = Problem with { Noise = MeasurementNoise.None, Optimiser = planner == "random" ? new RandomOptimiser() : Problem.Optimiser };
        Observation[] history = [.. Space.Pool!.Value.Select((point, k) => new Observation(point, k))];

        FluentActions.Invoking(() => StudyEngine.Next(exact, Told(history), [])).Should().Throw<SpaceExhaustedException>();
        Study.Open(exact).Notes.Should().Contain("nothing is repeated, since values without noise cannot become surer");
    }

    private static ImmutableArray<StudyTrial> Told(Observation[] history) =>
        [.. history.Select(one => new StudyTrial(one.Point, ImmutableSortedDictionary<string, double>.Empty.Add("y", one.Value!.Value), null))];
}
