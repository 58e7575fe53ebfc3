using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class SpaceFillingOptimisersTests
{
    private static readonly SearchSpace Box = new(
        [new RealDimension("a", 0, 0.8), new RealDimension("b", 0, 0.8), new RealDimension("c", 0, 0.8)],
        point => point[0] + point[1] + point[2] <= 1);

    private static readonly SearchSpace Choices = new(
        [new IntegerDimension("n", 1, 4), new CategoricalDimension("base", ["x", "y", "z"])],
        point => !(point[0] == 2 && point[1] == 1));

    public static TheoryData<IOptimiser> Both => [new RandomOptimiser(), new SobolOptimiser()];

    [Theory, MemberData(nameof(Both))]
    public void Points_are_feasible_inside_bounds_and_different(IOptimiser optimiser)
    {
        var points = Trials.Run(optimiser, Box, _ => 0, 60, seed: 1).ConvertAll(trial => trial.Point);

        points.Should().OnlyHaveUniqueItems().And.OnlyContain(point => Box.IsFeasible(point) && point.Coordinates.All(x => x >= 0 && x <= 0.8));
    }

    [Theory, MemberData(nameof(Both))]
    public void The_same_arguments_give_the_same_point_and_another_seed_another(IOptimiser optimiser)
    {
        var first = Trials.Run(optimiser, Box, _ => 0, 10, seed: 1);

        Trials.Run(optimiser, Box, _ => 0, 10, seed: 1).Should().Equal(first);
        Trials.Run(optimiser, Box, _ => 0, 10, seed: 2).Should().NotIntersectWith(first);
    }

    [Theory, MemberData(nameof(Both))]
    public void Values_do_not_matter_and_pending_points_count_as_chosen(IOptimiser optimiser)
    {
        var trials = Trials.Run(optimiser, Box, _ => 0, 6, seed: 3);
        var points = trials.ConvertAll(trial => trial.Point);

        var next = optimiser.Suggest(Box, [.. trials.Take(4).Select(trial => trial with { Value = null })], points[4..5], 3);

        next.Point.Should().Be(points[5]);
    }

    [Theory, MemberData(nameof(Both))]
    public void A_finite_space_is_visited_once_and_then_exhausted(IOptimiser optimiser)
    {
        var points = Trials.Run(optimiser, Choices, _ => 0, 11, seed: 5);

        points.Should().OnlyHaveUniqueItems();
        var asking = () => optimiser.Suggest(Choices, points, [], 5);
        asking.Should().Throw<SpaceExhaustedException>().WithMessage("*all 11 of the space that are feasible were tried*");
    }

    [Theory, MemberData(nameof(Both))]
    public void A_pool_is_offered_row_by_row_and_then_exhausted(IOptimiser optimiser)
    {
        var rows = Enumerable.Range(0, 20).Select(i => new Point([i * 0.1, i % 3])).ToArray();
        var pool = new SearchSpace([new RealDimension("x", 0, 2), new CategoricalDimension("k", ["a", "b", "c"])], pool: [.. rows]);

        var trials = Trials.Run(optimiser, pool, _ => 0, 20, seed: 5);

        trials.Select(trial => trial.Point).Should().BeEquivalentTo(rows);
        var asking = () => optimiser.Suggest(pool, trials, [], 5);
        asking.Should().Throw<SpaceExhaustedException>();
    }

    [Theory, MemberData(nameof(Both))]
    public void An_infeasible_space_says_so(IOptimiser optimiser)
    {
        var asking = () => optimiser.Suggest(new SearchSpace([new RealDimension("a", 0, 1)], _ => false), [], [], 1);

        asking.Should().Throw<SpaceExhaustedException>().WithMessage("*no feasible point*constraints*");
    }

    [Theory, MemberData(nameof(Both))]
    public void A_value_that_is_no_number_is_refused_with_its_row(IOptimiser optimiser)
    {
        var history = Trials.Run(optimiser, Box, _ => 0, 5, seed: 1);
        history[3] = history[3] with { Value = double.NaN };

        var asking = () => optimiser.Suggest(Box, history, [], 1);

        asking.Should().Throw<ArgumentException>().WithMessage("observation 3: its value is NaN*none (null)*");
    }

    [Fact]
    public void More_dimensions_than_the_Sobol_table_has_are_filled_up()
    {
        var wide = new SearchSpace([.. Enumerable.Range(0, 70).Select(i => new RealDimension($"x{i}", 0, 1))]);

        var points = Trials.Run(new SobolOptimiser(), wide, _ => 0, 5, seed: 1).ConvertAll(trial => trial.Point);

        points.SelectMany(point => point.Coordinates).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_spread_goes_on_after_a_point_that_was_asked_for_though_the_trial_was_made_beside_it()
    {
        var sobol = new SobolOptimiser();
        var points = Trials.Run(sobol, Box, _ => 0, 4, seed: 3).ConvertAll(trial => trial.Point);
        var beside = new Observation(new Point([.. points[1].Coordinates.Select(x => x * 0.999)]), 1) { Asked = points[1] };

        sobol.Suggest(Box, [beside], [], 3).Point.Should().Be(points[2], "number 1 of the sequence was tried");
    }
}
