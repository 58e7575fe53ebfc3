using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class GaussianProcessTests
{
    private static readonly SearchSpace Square = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 10)]);

    [Fact]
    public void It_passes_through_measurements_without_noise_and_is_unsure_elsewhere()
    {
        var observations = Observe(point => Math.Sin(4 * point[0]) + 0.05 * point[1] * point[1], 30);
        var model = GaussianProcess.Fit(Square, observations, seed: 1);

        foreach (var observation in observations)
        {
            var there = model.Predict(observation.Point);
            there.Mean.Should().BeApproximately(observation.Value!.Value, 0.02);
            there.Sd.Should().BeLessThan(0.05);
        }
        model.Predict(new Point([3, 30])).Sd.Should().BeGreaterThan(1);
    }

    [Fact]
    public void Between_measurements_its_error_is_within_its_own_uncertainty()
    {
        static double Truth(Point point) => Math.Sin(4 * point[0]) + 0.05 * point[1] * point[1];
        var noise = new RandomStream(9);
        var observations = Observe(point => Truth(point) + 0.1 * noise.NextNormal(), 60);
        var model = GaussianProcess.Fit(Square, observations, seed: 1);

        var scores = SpaceFilling.Candidates(Square, new UnitCube(Square.Dimensions), 200, 77)
            .Select(point => (Truth(point) - model.Predict(point).Mean) / model.Predict(point).Sd).ToList();

        Math.Sqrt(scores.Average(z => z * z)).Should().BeInRange(0.4, 2);
    }

    [Fact]
    public void A_distance_to_a_target_is_modelled_as_its_square()
    {
        var observations = Observe(point => Math.Sqrt(Math.Pow(point[0] - 0.4, 2) + Math.Pow(point[1] / 10 - 0.7, 2)), 25);

        GaussianProcess.Fit(Square, observations, seed: 1).Warp.Should().Be("square");
    }

    [Fact]
    public void A_long_tail_of_bad_values_is_pulled_in_by_a_logarithm()
    {
        var observations = Observe(point => Math.Exp(5 * point[0] + 0.4 * point[1]), 25);

        GaussianProcess.Fit(Square, observations, seed: 1).Warp.Should().Contain("log");
    }

    [Fact]
    public void A_dimension_without_effect_gets_a_long_length_scale()
    {
        var model = GaussianProcess.Fit(Square, Observe(point => Math.Sin(7 * point[0]), 30), seed: 1);

        model.LengthScales[1].Should().BeGreaterThan(5 * model.LengthScales[0]);
    }

    [Fact]
    public void Replicates_tell_the_noise()
    {
        var noise = new RandomStream(4);
        var once = Observe(point => point[0], 10);
        var observations = once.Concat(once).Concat(once).Select(o => o with { Value = o.Value + 0.2 * noise.NextNormal() }).ToList();
        var model = GaussianProcess.Fit(Square, observations, seed: 1);

        var residuals = model.LeaveOneOut();

        residuals.Should().HaveCount(30);
        Math.Sqrt(model.Noise).Should().BeApproximately(0.2 / model.Scale.Sd, 0.1 / model.Scale.Sd);
    }

    [Fact]
    public void Leave_one_out_residuals_are_in_the_unit_of_the_objective()
    {
        var observations = Observe(point => 1000 + 50 * point[0], 20);

        GaussianProcess.Fit(Square, observations, seed: 1).LeaveOneOut().Should()
            .OnlyContain(result => Math.Abs(result.Value - result.Expected.Mean) < 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(12)]
    public void Constant_values_and_few_of_them_are_harmless(int count)
    {
        var prediction = GaussianProcess.Fit(Square, Observe(_ => 7, count), seed: 1).Predict(new Point([0.3, 3]));

        prediction.Mean.Should().BeApproximately(7, 0.5);
        double.IsFinite(prediction.Sd).Should().BeTrue();
    }

    [Fact]
    public void Constant_columns_and_repeated_rows_are_harmless()
    {
        var point = new Point([0.2, 5]);
        List<Observation> observations =
            [.. Enumerable.Range(0, 15).Select(i => new Observation(i % 3 == 0 ? point : new Point([i / 15.0, 5]), i % 3))];

        var model = GaussianProcess.Fit(Square, observations, seed: 1);

        double.IsFinite(model.Predict(point).Mean).Should().BeTrue();
    }

    [Fact]
    public void More_observations_than_are_fitted_are_all_used_to_predict()
    {
        var model = GaussianProcess.Fit(Square, Observe(point => Math.Sin(4 * point[0]), 350), seed: 1);

        model.Posterior.Count.Should().Be(350);
        model.Predict(new Point([0.5, 5])).Mean.Should().BeApproximately(Math.Sin(2), 0.01);
    }

    [Fact]
    public void Values_that_are_no_numbers_and_points_of_another_space_are_refused_with_their_row()
    {
        var observations = Observe(_ => 1, 5);
        Fitting([.. observations, new Observation(new Point([0, 0]), double.PositiveInfinity)]).Should().Throw<ArgumentException>()
            .WithMessage("observation 5: its value is *");
        Fitting([.. observations, new Observation(new Point([0]), 1)]).Should().Throw<ArgumentException>()
            .WithMessage("observation 5: the point has 1 coordinates*");
        Fitting([new Observation(new Point([0, 0]), null)]).Should().Throw<ArgumentException>()
            .WithMessage("*at least one observation with a value*");

        static Action Fitting(List<Observation> observations) => () => GaussianProcess.Fit(Square, observations, 1);
    }

    private static List<Observation> Observe(Func<Point, double> measure, int count)
        => [.. SpaceFilling.Candidates(Square, new UnitCube(Square.Dimensions), count, 5).Select(point => new Observation(point, measure(point)))];
}
