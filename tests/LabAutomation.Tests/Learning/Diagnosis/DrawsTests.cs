using LabAutomation.Learning;
using static LabAutomation.Tests.Learning.Diagnosis.Studies;

namespace LabAutomation.Tests.Learning.Diagnosis;

public sealed class DrawsTests
{
    private static readonly SearchSpace Space = new(Square);

    private static readonly GaussianProcess Model = GaussianProcess.Fit(Space, [.. Spread(Space, 9, Bowl).Select(trial => trial.Of("y"))], seed: 1);

    private static readonly Point[] Points = [At(0.1, 0.1), At(0.12, 0.1), At(0.9, 0.2), At(0.5, 0.95)];

    [Theory]
    [InlineData(Kernel.Matern52, true)]
    [InlineData(Kernel.Matern52, false)]
    [InlineData(Kernel.SquaredExponential, true)]
    [InlineData(Kernel.SquaredExponential, false)]
    public void Draws_have_the_mean_and_covariance_of_the_process(Kernel kernel, bool isJoint)
    {
        var hyper = new Hyperparameters(kernel, [0.4, 0.7], 1.3, 0.01);
        var posterior = Posterior.Of(Model.Cube, hyper, Model.ObservedColumns, [.. Model.Posterior.Outputs], [.. Model.Posterior.Outputs.Select(_ => 0.01)]);
        var rows = Model.Encode(Points);
        var (means, variances) = (new double[4], new double[4]);
        posterior.Predict(rows, means, variances);
        // Paths of one call share their waves: several calls average over these, too.
        double[][] draws = [.. Enumerable.Range(0, 40).SelectMany(k => isJoint ? posterior.JointDraws(rows, 250, new RandomStream(1, k)) : posterior.PathDraws(rows, 250, new RandomStream(1, k)))];

        for (var i = 0; i < 4; i++)
        {
            var sd = Math.Sqrt(variances[i]);
            draws.Average(draw => draw[i]).Should().BeApproximately(means[i], 0.05 * sd + 1e-3);
            Math.Sqrt(draws.Average(draw => Math.Pow(draw[i] - means[i], 2))).Should().BeApproximately(sd, 0.06 * sd);
        }
        var covariance = new double[4];
        posterior.CovarianceWith(rows).At(rows.AsSpan(0, 2), covariance);
        draws.Average(draw => (draw[0] - means[0]) * (draw[1] - means[1])).Should().BeApproximately(covariance[1], 0.08 * variances[0]);
    }

    [Fact]
    public void Means_alone_are_those_of_a_prediction()
    {
        var rows = Model.Encode(Points);
        var means = new double[4];
        Model.Posterior.Predict(rows, means, new double[4]);

        Model.Posterior.Means(rows).Zip(means).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-10);
    }

    [Fact]
    public void A_draw_goes_through_what_was_measured_without_noise()
    {
        var hyper = new Hyperparameters(Kernel.Matern52, [0.5, 0.5], 1, 1e-7);
        var posterior = Posterior.Of(Model.Cube, hyper, Model.ObservedColumns, [.. Model.Posterior.Outputs], [.. Model.Posterior.Outputs.Select(_ => 1e-7)]);

        foreach (var draw in posterior.PathDraws(Model.ObservedColumns, 3, new RandomStream(2)).Concat(posterior.JointDraws(Model.ObservedColumns, 3, new RandomStream(2))))
            draw.Zip(posterior.Outputs).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 3e-3);
    }
}
