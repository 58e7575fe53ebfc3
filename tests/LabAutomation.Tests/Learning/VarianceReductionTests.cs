using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class VarianceReductionTests
{
    private static readonly SearchSpace Space = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);
    private static readonly double[] References = [0.2, 0.3, 0.8, 0.9, 0.5, 0.1];

    private static readonly GaussianProcess Model = GaussianProcess.Fit(
        Space, [.. new[] { (0.1, 0.2), (0.9, 0.5), (0.4, 0.8), (0.6, 0.1), (0.2, 0.9) }.Select(at => new Observation(new Point([at.Item1, at.Item2]), Math.Sin(5 * at.Item1) + at.Item2))], seed: 1);

    [Fact]
    public void It_is_the_variance_that_a_measurement_really_takes_away()
    {
        double[] row = [0.7, 0.7];
        var (before, after, score) = (new double[3], new double[3], new double[1]);
        Model.Posterior.Predict(References, new double[3], before);
        Model.Posterior.With(row, [0.0], [0.05]).Predict(References, new double[3], after);

        new VarianceReduction(Model.Posterior, 0.05, References).Score(row, score);

        Math.Exp(score[0]).Should().BeApproximately(before.Zip(after, (one, other) => one - other).Average(), 1e-9);
    }

    [Fact]
    public void Its_slopes_are_those_of_finite_differences() =>
        AcquisitionSlopes.ShouldBeRight(new VarianceReduction(Model.Posterior, 0.05, References), [[0.7, 0.7], [0.05, 0.45], [0.5, 0.11]]);
}
