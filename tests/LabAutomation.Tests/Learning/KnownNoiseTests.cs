using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class KnownNoiseTests
{
    private static readonly SearchSpace Line = new([new RealDimension("a", 0, 1)]);

    [Fact]
    public void A_value_that_is_known_to_be_bad_is_believed_less()
    {
        Observation[] good = [.. Enumerable.Range(0, 9).Select(k => At(k / 8.0, Math.Sin(3 * k / 8.0), 0.01))];
        Observation[] doubtful = [.. good, At(0.44, 3, 2)], trusted = [.. good, At(0.44, 3, 0.01)];
        var truth = Math.Sin(3 * 0.44);

        Miss(doubtful).Should().BeLessThan(0.05);
        Miss(trusted).Should().BeGreaterThan(0.5);

        double Miss(Observation[] observations) => Math.Abs(GaussianProcess.Fit(Line, observations, 1).Predict(new Point([0.44])).Mean - truth);
    }

    [Fact]
    public void Measurements_of_one_point_count_by_how_good_they_are()
    {
        Observation[] observations = [At(0, 0, 0.1), At(1, 1, 0.1), At(0.5, 0.2, 0.05), At(0.5, 0.8, 0.5)];

        GaussianProcess.Fit(Line, observations, 1).Predict(new Point([0.5])).Mean.Should().BeLessThan(0.35);
    }

    [Fact]
    public void The_gradient_of_the_likelihood_is_right_where_some_noises_are_known()
    {
        var cube = new UnitCube(Line);
        Observation[] observations = [At(0.1, 0.3, 0.2), At(0.1, 0.5, null), At(0.1, 0.6, null), At(0.5, 0.9, null), At(0.8, 0.1, 0.05), At(0.8, 0.12, 0.05)];
        double[] values = [.. observations.Select(one => one.Value!.Value)];
        var (designs, scale) = (Designs.Of(cube, observations), Standardisation.Of(OutputWarp.Identity, values));
        var likelihood = new Likelihood(Kernel.Matern52, designs, designs.PairDistances(cube), new HyperPrior(1), scale.Outputs(values), designs.KnownNoises(scale, values));
        double[] theta = [-1, 0.3, -2], gradient = new double[3], ignored = new double[3];

        likelihood.Evaluate(theta, gradient);

        for (var i = 0; i < 3; i++)
        {
            double[] up = [.. theta], down = [.. theta];
            (up[i], down[i]) = (theta[i] + 1e-5, theta[i] - 1e-5);
            gradient[i].Should().BeApproximately((likelihood.Evaluate(up, ignored) - likelihood.Evaluate(down, ignored)) / 2e-5, 1e-5 * Math.Max(1, Math.Abs(gradient[i])));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_standard_deviation_that_is_none_is_refused_with_its_row(double sd) =>
        FluentActions.Invoking(() => GaussianProcess.Fit(Line, [At(0, 0, null), At(1, 1, sd)], 1)).Should().Throw<ArgumentException>().WithMessage("observation 1: its standard deviation*");

    private static Observation At(double a, double value, double? sd) => new(new Point([a]), value, sd);
}
