using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>Points that were measured often, with or without standard deviations of their own, and values of exactly zero.</summary>
public sealed class RepeatedMeasurementsTests
{
    private static readonly SearchSpace Square = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);

    [Fact]
    public void Ten_thousand_measurements_of_one_point_do_not_hide_the_others()
    {
        Observation[] others = [.. Spread(30).Select(point => new Observation(point, Wave(point)))];
        Observation[] all = [.. Enumerable.Repeat(new Observation(new Point([0.5, 0.5]), Wave(new Point([0.5, 0.5]))), 10_000), .. others];

        var model = GaussianProcess.Fit(Square, all, seed: 1);

        Worst(model, Wave).Should().BeLessThan(3 * Worst(GaussianProcess.Fit(Square, [all[0], .. others], seed: 1), Wave) + 50);
    }

    [Fact]
    public void Measurements_with_standard_deviations_of_their_own_count_by_inverse_variance()
    {
        var point = new Point([0.3, 0.6]);
        Observation[] others = [.. Spread(12).Select(one => new Observation(one, Wave(one), 5))];
        Observation[] apart = [new(point, 900, 10), new(point, 1100, 20), new(point, 1000, 40)];
        double[] weights = [1 / 100.0, 1 / 400.0, 1 / 1600.0];
        var mean = apart.Zip(weights, (one, weight) => one.Value!.Value * weight).Sum() / weights.Sum();

        var many = GaussianProcess.Fit(Square, [.. others, .. apart], seed: 1, isWarped: false);
        var one = GaussianProcess.Fit(Square, [.. others, new Observation(point, mean, Math.Sqrt(1 / weights.Sum()))], seed: 1, isWarped: false);

        foreach (var place in Spread(5, seed: 7))
        {
            many.Predict(place).Mean.Should().BeApproximately(one.Predict(place).Mean, 1e-6 * Math.Abs(one.Predict(place).Mean));
            many.Predict(place).Sd.Should().BeApproximately(one.Predict(place).Sd, 1e-6 * one.Predict(place).Sd);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_value_of_exactly_zero_does_not_choose_the_warp(int seed)
    {
        static double Bowl(Point point) => 100 * (Math.Pow(point[0] - 0.5, 2) + 2 * Math.Pow(point[1] - 0.5, 2));
        Observation[] trials = [.. Spread(19, seed).Select(point => new Observation(point, Bowl(point))), new Observation(new Point([0.5, 0.5]), 0)];

        Worst(GaussianProcess.Fit(Square, trials, seed, noiseSd: 0), Bowl).Should().BeLessThan(1);
    }

    [Fact]
    public void Failures_at_one_point_count_each_as_much_as_apart()
    {
        var cube = new UnitCube(Square);
        Observation other = new(new Point([0.8, 0.8]), 1);
        Observation Near(int k, bool succeeded, double apart) => new(new Point([0.2 + k * apart, 0.2]), succeeded ? 1 : null);
        Observation[] Trials(double apart) => [.. Enumerable.Range(0, 4).Select(k => Near(k, k == 3, apart)), other];

        var (together, apart) = (FailureRisk.Of(cube, Trials(0))!, FailureRisk.Of(cube, Trials(1e-9))!);

        foreach (var row in new double[][] { [0.2, 0.2], [0.5, 0.5], [0.8, 0.8] }) together.Success(row).Should().BeApproximately(apart.Success(row), 1e-6);
        together.Success([0.2, 0.2]).Should().BeInRange(0.25, 0.5, "one of four succeeded, and nine in ten were believed to");
    }

    [Theory]
    [InlineData(3, 0, 10)]
    [InlineData(5, 0, 100)]
    [InlineData(5, 1, 1)]
    [InlineData(5, 4, 10)]
    [InlineData(8, 4, 100)]
    public void A_point_is_not_known_better_than_its_repeats_say(int repeats, int others, double scatter)
    {
        var at = new Point([0.5, 0.5]);
        double[] shape = [.. Enumerable.Range(0, repeats).Select(k => k - (repeats - 1) / 2.0)];
        var unit = Math.Sqrt(shape.Sum(one => one * one) / (repeats - 1));
        Observation[] trials = [.. shape.Select(one => new Observation(at, 50 + scatter * one / unit)), .. Spread(others).Select(point => new Observation(point, 50 + point[0]))];

        var known = GaussianProcess.Fit(Square, trials, seed: 1).Predict(at);

        // The noise is that of all points: those beside it, which seem to have none, speak for less.
        known.Sd.Should().BeInRange(0.4 * scatter / Math.Sqrt(repeats), 1.2 * scatter / Math.Sqrt(repeats));
    }

    [Fact]
    public void Repeats_that_contradict_each_other_are_no_outliers()
    {
        Observation[] trials =
        [
            .. new double[] { 30, 50, 70 }.Select(value => new Observation(new Point([0.5, 0.5]), value)),
            .. Spread(10).Select(point => new Observation(point, 50 + point[0] - 2 * point[1] * point[1])),
        ];

        var model = GaussianProcess.Fit(Square, trials, seed: 1);

        model.Doubted.Should().BeEmpty();
        model.Predict(new Point([0.5, 0.5])).Sd.Should().BeGreaterThan(1);
    }

    private static double Wave(Point point) => 1000 * (1 + Math.Sin(6 * point[0]) + point[1]);

    private static double Worst(GaussianProcess model, Func<Point, double> surface) => Spread(60, seed: 11).Max(point => Math.Abs(model.Predict(point).Mean - surface(point)));

    private static List<Point> Spread(int count, int seed = 1) => SpaceFilling.Candidates(Square, new UnitCube(Square), count, seed);
}
