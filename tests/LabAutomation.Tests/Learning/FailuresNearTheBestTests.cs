using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>How sure of success a trial must be, and lists of points of which a part always fails.</summary>
public sealed class FailuresNearTheBestTests
{
    private static readonly SearchSpace Box = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new CategoricalDimension("base", ["p", "q", "r", "s"])]);
    private static readonly UnitCube Cube = new(Box);

    [Fact]
    public void The_order_of_telling_does_not_count()
    {
        Observation[] trials = [.. Places(24).Select((point, k) => new Observation(point, point[0] > 0.6 ? null : k % 5))];
        Observation[][] orders = [trials, [.. trials.Reverse()], [.. trials.OrderBy(trial => trial.Value is null)], [.. trials.OrderBy(trial => trial.Value is not null)]];

        double[] wanted = [.. orders.Select(order => Success.Wanted(Cube, order, BestOf(order)))];
        double[] chances = [.. orders.Select(order => FailureRisk.Of(Cube, order)!.Success(Encoded(new Point([0.5, 0.5, 1]))))];

        wanted.Should().OnlyContain(one => one == wanted[0]);
        chances.Should().OnlyContain(one => one == chances[0]);
    }

    [Fact]
    public void The_order_of_hundreds_of_trials_does_not_count_either()
    {
        Observation[] trials = [.. Places(150).Select(point => new Observation(point, point[0] > 0.6 ? null : point[1]))];

        FailureRisk.Of(Cube, trials)!.Success(Encoded(new Point([0.6, 0.5, 1])))
            .Should().Be(FailureRisk.Of(Cube, [.. trials.Reverse()])!.Success(Encoded(new Point([0.6, 0.5, 1]))));
    }

    [Fact]
    public void More_is_wanted_where_trials_near_the_best_fail_than_where_others_do()
    {
        Point best = new([0.2, 0.2, 0]);
        Observation[] Trials(double failing) => [new(best, 0), .. Enumerable.Range(1, 9).Select(k => new Observation(new Point([failing + 0.01 * k, failing, 0]), null)),
            .. Enumerable.Range(1, 9).Select(k => new Observation(new Point([1 - failing - 0.01 * k, 1 - failing, 0]), 1))];

        Success.Wanted(Cube, Trials(failing: 0.2), [best]).Should().BeGreaterThan(0.99);
        Success.Wanted(Cube, Trials(failing: 0.8), [best]).Should().Be(0.75);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_a_pool_a_choice_that_always_fails_is_left_alone_after_three_failures(int seed)
    {
        var space = new SearchSpace(Box.Dimensions, null, [.. Places(60)]);
        var trials = Run(space, 30, seed);

        trials.Count(trial => trial.Value is null).Should().BeInRange(1, 3);
    }

    [Fact]
    public void What_fails_is_tried_where_nothing_else_is_left()
    {
        var space = new SearchSpace(Box.Dimensions, null, [.. Places(24)]);
        var (trials, failing) = (Run(space, 24, seed: 1), space.Pool!.Value.Count(point => point[2] == 2));

        failing.Should().BeGreaterThan(3);
        trials.Select(trial => trial.Point).Should().OnlyHaveUniqueItems();
        trials.TakeLast(failing - 3).Should().OnlyContain(trial => trial.Value == null);
    }

    private static List<Observation> Run(SearchSpace space, int count, int seed)
    {
        var trials = new List<Observation>();
        while (trials.Count < count)
        {
            var point = new GaussianProcessOptimiser().Suggest(space, trials, [], seed).Point;
            trials.Add(new Observation(point, point[2] == 2 ? null : Math.Pow(point[0] - 0.3, 2) + Math.Pow(point[1] - 0.6, 2) + 0.2 * point[2]));
        }

        return trials;
    }

    private static Point[] BestOf(Observation[] trials) => [.. trials.Where(trial => trial.Value == trials.Min(one => one.Value)).Select(trial => trial.Point)];

    private static List<Point> Places(int count) => SpaceFilling.Candidates(Box, Cube, count, seed: 7);

    private static double[] Encoded(Point point)
    {
        var row = new double[Cube.Width];
        Cube.Encode(point, row);
        return row;
    }
}
