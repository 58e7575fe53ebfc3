using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class GridOptimiserTests
{
    private static readonly SearchSpace Space = new(
        [new RealDimension("t", 0, 1), new IntegerDimension("n", 1, 41), new DiscreteDimension("r", [1, 2]),
         new CategoricalDimension("c", ["x", "y"])],
        point => point[0] < 0.99);

    [Fact]
    public void Every_feasible_grid_point_is_visited_once_in_an_order_of_the_seed()
    {
        // 11 steps of t, 21 of n, 2 values of r and 2 choices; the last step of t is not feasible.
        const int Feasible = 10 * 21 * 2 * 2;
        var trials = Trials.Run(new GridOptimiser(), Space, _ => 0, Feasible, seed: 1);

        trials.Select(trial => trial.Point).Should().OnlyHaveUniqueItems().And.OnlyContain(point => Space.IsFeasible(point));
        Trials.Run(new GridOptimiser(), Space, _ => 0, 5, seed: 2).Should().NotEqual(trials.Take(5));
        var asking = () => new GridOptimiser().Suggest(Space, trials, [], 1);
        asking.Should().Throw<SpaceExhaustedException>();
    }

    [Fact]
    public void The_grid_ends()
    {
        var space = new SearchSpace([new RealDimension("a", 0, 1, false), new RealDimension("b", 1, 100, Logarithmic: true)]);

        var trials = Trials.Run(new GridOptimiser(), space, _ => 0, 441, seed: 1);

        trials.Select(trial => trial.Point[0]).Distinct().Should().HaveCount(21).And.Contain([0, 0.5, 1]);
        trials.Select(trial => trial.Point[1]).Distinct().Should().HaveCount(21).And.Contain(x => Math.Abs(x - 10) < 1e-9);
        var asking = () => new GridOptimiser().Suggest(space, trials, [], 1);
        asking.Should().Throw<SpaceExhaustedException>().WithMessage("*grid of 441*");
    }

    [Fact]
    public void The_grid_of_a_pool_is_the_pool()
    {
        var rows = Enumerable.Range(0, 9).Select(i => new Point([i])).ToArray();
        var pool = new SearchSpace([new RealDimension("x", 0, 8)], pool: [.. rows]);

        Trials.Run(new GridOptimiser(), pool, _ => 0, 9, seed: 1).Select(trial => trial.Point).Should().BeEquivalentTo(rows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(1000)]
    public void A_permutation_holds_every_number_once(long count)
        => Enumerable.Range(0, (int)count).Select(i => new Permutation(count, 3)[i]).Should().OnlyHaveUniqueItems()
            .And.OnlyContain(n => n >= 0 && n < count);
}
