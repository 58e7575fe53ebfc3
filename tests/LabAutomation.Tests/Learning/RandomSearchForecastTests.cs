using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class RandomSearchForecastTests
{
    private static readonly SearchSpace Square = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);

    [Fact]
    public void The_band_of_a_known_surface_is_that_of_order_statistics()
    {
        var forecast = RandomSearchForecast.Of(Fit(Square, point => point[0], 20), seed: 1);

        // The best of n uniform numbers is below t with probability 1 − (1 − t)ⁿ.
        var band = forecast.BestSoFar(10)[9];

        band.Trials.Should().Be(10);
        band.Low.Should().BeApproximately(1 - Math.Pow(0.9, 0.1), 0.01);
        band.Median.Should().BeApproximately(1 - Math.Pow(0.5, 0.1), 0.01);
        band.High.Should().BeApproximately(1 - Math.Pow(0.1, 0.1), 0.02);
    }

    [Fact]
    public void A_band_never_rises_and_its_quantiles_are_in_order()
    {
        var bands = RandomSearchForecast.Of(Fit(Square, Distance, 30), seed: 1).BestSoFar(30);

        bands.Should().OnlyContain(band => band.Low <= band.Median && band.Median <= band.High);
        bands.Zip(bands.Skip(1)).Should().OnlyContain(pair => pair.Second.Median <= pair.First.Median && pair.Second.High <= pair.First.High);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public void The_trials_to_a_threshold_are_one_over_the_share_of_the_space_below_it(double threshold)
    {
        var expected = 1 / (Math.PI * threshold * threshold);

        var trials = RandomSearchForecast.Of(Fit(Square, Distance, 40), seed: 1).TrialsTo(threshold);

        trials.ExpectedAtMean.Should().BeInRange(0.7 * expected, 1.4 * expected);
        trials.Expected.Should().BeInRange(0.3 * expected, 1.4 * expected);
    }

    [Fact]
    public void Only_feasible_points_count()
    {
        var half = new SearchSpace(Square.Dimensions, point => point[0] >= 0.5);

        RandomSearchForecast.Of(Fit(half, point => point[0], 20), seed: 1).TrialsTo(0.75).ExpectedAtMean.Should().BeApproximately(2, 0.1);
        RandomSearchForecast.Of(Fit(half, point => point[0], 20), seed: 1).TrialsTo(0.4).ExpectedAtMean.Should().Be(double.PositiveInfinity);
    }

    [Fact]
    public void A_pool_is_counted_exactly_and_without_replacement()
    {
        var rows = Enumerable.Range(0, 20).Select(i => new Point([i / 19.0])).ToArray();
        var pool = new SearchSpace([new RealDimension("x", 0, 1)], pool: [.. rows]);
        var model = GaussianProcess.Fit(pool, [.. rows.Select(row => new Observation(row, row[0]))], 1);
        var forecast = RandomSearchForecast.Of(model, seed: 1);

        // Four of twenty rows are at or below 0.17; the first of them comes at 21/5 on average.
        forecast.TrialsTo(0.17).ExpectedAtMean.Should().BeApproximately(4.2, 1e-9);
        forecast.BestSoFar(20)[19].High.Should().BeLessThan(0.03);
    }

    [Fact]
    public void The_same_seed_gives_the_same_forecast()
    {
        var model = Fit(Square, Distance, 15);

        RandomSearchForecast.Of(model, 4).BestSoFar(5).Should().Equal(RandomSearchForecast.Of(model, 4).BestSoFar(5));
    }

    private static double Distance(Point point) => double.Hypot(point[0] - 0.4, point[1] - 0.6);

    private static GaussianProcess Fit(SearchSpace space, Func<Point, double> measure, int count) => GaussianProcess.Fit(space,
        [.. SpaceFilling.Candidates(space, new UnitCube(space.Dimensions), count, 5).Select(point => new Observation(point, measure(point)))], 1);
}
