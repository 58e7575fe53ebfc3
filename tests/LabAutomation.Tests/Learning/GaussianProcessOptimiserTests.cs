using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class GaussianProcessOptimiserTests
{
    private static readonly GaussianProcessOptimiser Optimiser = new();
    private static readonly SearchSpace Line = new([new RealDimension("x", 0, 1)]);

    [Fact]
    public void A_colour_is_matched_to_two_percent_of_a_random_distance_within_forty_trials()
    {
        var matched = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var colour = new DyeColour(seed);
            var trials = Trials.Run(Optimiser, DyeColour.Space, point => colour.Distance(point), 40, seed);
            var typical = trials.Take(8).Select(trial => trial.Value!.Value).Order().ElementAt(4);
            if (trials.Min(trial => trial.Value) <= 0.02 * typical) matched++;
        }

        matched.Should().BeGreaterThanOrEqualTo(9);
    }

    [Fact]
    public void A_smooth_function_of_six_dimensions_is_minimised_far_below_random_search()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 6).Select(d => new RealDimension($"x{d}", 0, 1))]);
        static double? Measure(Point point) => point.Coordinates.Select((x, d) => Math.Pow(x - 0.2 - 0.1 * d, 2)).Sum();

        var learnt = Trials.Run(Optimiser, space, Measure, 35, seed: 1).Min(trial => trial.Value);
        var random = Trials.Run(new RandomOptimiser(), space, Measure, 35, seed: 1).Min(trial => trial.Value);

        learnt.Should().BeLessThan(0.01 * random!.Value);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 5)]
    [InlineData(5, 6)]
    [InlineData(12, 13)]
    public void One_trial_more_than_there_are_parameters_is_spread_and_never_fewer_than_five(int parameters, int first)
    {
        var space = new SearchSpace([.. Enumerable.Range(0, parameters).Select(d => new RealDimension($"x{d}", 0, 1))]);
        var history = Trials.Run(Optimiser, space, point => point.Coordinates.Sum(), first, seed: 2);

        Optimiser.Suggest(space, [.. history.Take(first - 1)], [], 2).Reason.Should().Be($"initial point {first} of {first}");
        Optimiser.Suggest(space, history, [], 2).Mean.Should().NotBeNull("it is chosen by what the first ones taught");
    }

    [Fact]
    public void The_first_points_are_an_even_spread_and_say_so()
    {
        var suggestion = Optimiser.Suggest(DyeColour.Space, [], [], 3);

        suggestion.Point.Should().Be(new SobolOptimiser().Suggest(DyeColour.Space, [], [], 3).Point);
        suggestion.Reason.Should().Be("initial point 1 of 5");
        new GaussianProcessOptimiser(new() { InitialPoints = 20 }).Suggest(DyeColour.Space, [], [], 3).Reason.Should().Be("initial point 1 of 20");
    }

    [Fact]
    public void A_suggestion_carries_what_the_model_expects_in_the_unit_of_the_objective()
    {
        var history = Trials.Run(Optimiser, Line, point => 100 + 50 * Math.Abs(point[0] - 0.3), 12, seed: 1);

        var suggestion = Optimiser.Suggest(Line, history, [], 1);

        suggestion.Mean.Should().BeInRange(95, 110);
        suggestion.Sd.Should().BeInRange(0, 10);
        double.IsFinite(suggestion.Acquisition!.Value).Should().BeTrue();
        suggestion.Reason.Should().Contain("expected").And.Contain("model:");
    }

    [Fact]
    public void The_same_arguments_give_the_same_suggestion()
    {
        var colour = new DyeColour(1);
        var history = Trials.Run(Optimiser, DyeColour.Space, point => colour.Distance(point), 12, seed: 1);

        Optimiser.Suggest(DyeColour.Space, history, [], 1).Should().Be(new GaussianProcessOptimiser().Suggest(DyeColour.Space, history, [], 1));
    }

    [Fact]
    public void Suggestions_keep_to_the_constraint_also_where_the_optimum_lies_on_it()
    {
        var space = new SearchSpace([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)], point => point[0] + point[1] <= 1);

        var trials = Trials.Run(Optimiser, space, point => Math.Pow(point[0] - 0.8, 2) + Math.Pow(point[1] - 0.6, 2), 25, seed: 1);

        trials.Should().OnlyContain(trial => space.IsFeasible(trial.Point));
        trials.Min(trial => trial.Value).Should().BeLessThan(0.08 + 0.002);
    }

    [Fact]
    public void Mixed_dimensions_are_searched_together()
    {
        var space = new SearchSpace([
            new RealDimension("t", 1, 1000, Logarithmic: true), new IntegerDimension("n", 0, 5000), new DiscreteDimension("r", [1, 2, 5]),
            new CategoricalDimension("base", ["a", "b", "c", "d"])]);
        static double? Measure(Point p)
            => Math.Pow(Math.Log10(p[0]) - 2, 2) + 4 * Math.Pow(p[1] / 5000 - 0.25, 2) + (p[2] == 2 ? 0 : 0.3) + (p[3] == 2 ? 0 : 0.5);

        var trials = Trials.Run(Optimiser, space, Measure, 45, seed: 2);

        trials.Should().OnlyContain(trial => trial.Point[1] == Math.Round(trial.Point[1]) && new[] { 1.0, 2, 5 }.Contains(trial.Point[2]));
        trials.Min(trial => trial.Value).Should().BeLessThan(0.01);
    }

    [Fact]
    public void A_small_product_of_choices_is_gone_through_and_never_repeated()
    {
        var space = new SearchSpace([new IntegerDimension("n", 1, 5), new CategoricalDimension("base", ["x", "y", "z"])]);

        var trials = Trials.Run(Optimiser, space, point => Math.Abs(point[0] - 4) + (point[1] == 1 ? 0 : 2), 15, seed: 2);

        trials.Select(trial => trial.Point).Should().OnlyHaveUniqueItems();
        trials.FindIndex(trial => trial.Value == 0).Should().BeLessThan(12);
        var asking = () => Optimiser.Suggest(space, trials, [], 2);
        asking.Should().Throw<SpaceExhaustedException>();
    }

    [Fact]
    public void A_pool_never_offers_a_row_that_was_tried_failed_or_is_pending()
    {
        ImmutableArray<Point> rows = [.. Enumerable.Range(0, 15).Select(i => new Point([i / 14.0]))];
        var pool = new SearchSpace(Line.Dimensions, pool: rows);
        List<Observation> history = [.. rows.Take(10).Select((row, i) => new Observation(row, i == 3 ? null : -i))];

        var suggestion = Optimiser.Suggest(pool, history, [.. rows[10..14]], 1);

        suggestion.Point.Should().Be(rows[14]);
        var asking = () => Optimiser.Suggest(pool, history, [.. rows[10..]], 1);
        asking.Should().Throw<SpaceExhaustedException>();
    }

    [Fact]
    public void Pending_points_push_the_next_ones_away()
    {
        var history = Trials.Run(Optimiser, Line, point => Math.Sin(9 * point[0]) + point[0], 7, seed: 1);

        var first = Optimiser.Suggest(Line, history, [], 1).Point;
        var second = Optimiser.Suggest(Line, history, [first], 1).Point;
        var third = Optimiser.Suggest(Line, history, [first, second], 1).Point;

        double[] gaps = [Math.Abs(first[0] - second[0]), Math.Abs(first[0] - third[0]), Math.Abs(second[0] - third[0])];
        gaps.Should().OnlyContain(gap => gap > 1e-3);
    }

    [Fact]
    public void Failures_steer_away_and_nothing_but_failures_keeps_spreading()
    {
        List<Observation> history = [.. new[] { 0.05, 0.3, 0.5, 0.7, 0.95 }.Select(x => new Observation(new Point([x]), x))];
        var before = Optimiser.Suggest(Line, history, [], 1).Point;
        List<Observation> failed = [.. history, new Observation(before, null), new Observation(before, null)];

        var after = Optimiser.Suggest(Line, failed, [], 1);
        var spread = Trials.Run(Optimiser, Line, _ => null, 9, seed: 1);

        Math.Abs(after.Point[0] - before[0]).Should().BeGreaterThan(0.01);
        spread.Select(trial => trial.Point).Should().OnlyHaveUniqueItems();
    }

    /// <summary>Tables in which many trials failed, on a surface that is known almost everywhere.</summary>
    [Theory]
    [InlineData(100, 2, 0.5, 1)]
    [InlineData(100, 2, 0.5, 2)]
    [InlineData(100, 6, 0.5, 1)]
    [InlineData(60, 2, 0.3, 3)]
    public void Beside_a_region_that_fails_the_best_of_the_rest_is_found(int rows, int dimensions, double edge, int seed)
    {
        var history = Table(rows, dimensions, seed, place => place[0] < edge);

        var next = new GaussianProcessOptimiser().Suggest(Box(dimensions), history, [], 1).Point;

        next[0].Should().BeGreaterThan(edge - 0.05);
        Hollow(next).Should().BeLessThan(history.Min(observation => observation.Value)!.Value, "the bottom lies where nothing fails, and its place is known");
    }

    [Theory]
    [InlineData(100, 3, 2, 1)]
    [InlineData(60, 2, 2, 2)]
    [InlineData(60, 2, 7, 1)]
    [InlineData(60, 2, 7, 2)]
    public void Failures_that_no_place_explains_keep_nobody_from_the_best(int rows, int dimensions, int oneIn, int seed)
    {
        var stream = new RandomStream(seed, 99);
        var history = Table(rows, dimensions, seed, _ => stream.NextUniform() < 1.0 / oneIn);

        var next = new GaussianProcessOptimiser().Suggest(Box(dimensions), history, [], 1).Point;

        Hollow(next).Should().BeLessThan(history.Min(observation => observation.Value)!.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_best_place_beside_the_edge_of_what_fails_is_found_to_a_thousandth(int seed)
    {
        var (optimiser, history) = (new GaussianProcessOptimiser(new GaussianProcessOptions { NoiseSd = 0 }), new List<Observation>());
        while (history.Count < 40)
        {
            var point = optimiser.Suggest(Box(2), history, [], seed).Point;
            history.Add(new Observation(point, point[0] < 0.5 ? null : Math.Pow(point[0] - 0.3, 2) + Math.Pow(point[1] - 0.6, 2)));
        }

        history.Min(observation => observation.Value).Should().BeLessThan(0.041, "0.04 is the best that does not fail");
        history.Skip(20).Count(observation => observation.Value is null).Should().BeLessThanOrEqualTo(18, "nothing is left to gain but the edge itself");
    }

    private static SearchSpace Box(int dimensions) => new([.. Enumerable.Range(0, dimensions).Select(d => new RealDimension($"p{d}", 0, 1))]);

    private static double Hollow(Point point) => point.Coordinates.Sum(x => (x - 0.6) * (x - 0.6));

    private static List<Observation> Table(int rows, int dimensions, int seed, Func<Point, bool> fails)
    {
        var stream = new RandomStream(seed, 98);
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var point = new Point([.. Enumerable.Range(0, dimensions).Select(_ => stream.NextUniform())]);
            return new Observation(point, fails(point) ? null : Hollow(point));
        })];
    }

    [Fact]
    public void Constant_values_and_repeated_trials_are_harmless()
    {
        var same = new Observation(new Point([0.5]), 1);

        Optimiser.Suggest(Line, [same, same, same, same, same, same], [], 1).Point[0].Should().BeInRange(0, 1);
    }

    [Fact]
    public void A_space_without_feasible_points_says_so()
    {
        List<Observation> history = [.. Enumerable.Range(0, 6).Select(i => new Observation(new Point([i / 5.0]), i))];
        var asking = () => Optimiser.Suggest(new SearchSpace(Line.Dimensions, _ => false), history, [], 1);

        asking.Should().Throw<SpaceExhaustedException>().WithMessage("*no feasible point*");
    }

    [Fact]
    public void A_value_that_is_no_number_is_refused_with_its_row()
    {
        var asking = () => Optimiser.Suggest(Line, [new Observation(new Point([0.1]), 1), new Observation(new Point([0.2]), double.NaN)], [], 1);

        asking.Should().Throw<ArgumentException>().WithMessage("observation 1: its value is NaN*");
    }

    [Fact]
    public void Fewer_than_two_initial_points_are_refused()
    {
        var making = () => new GaussianProcessOptimiser(new() { InitialPoints = 1 });

        making.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*at least 2*");
    }
}
