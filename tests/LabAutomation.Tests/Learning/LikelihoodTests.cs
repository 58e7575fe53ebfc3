using LabAutomation.Learning;
using MathNet.Numerics.LinearAlgebra;

namespace LabAutomation.Tests.Learning;

public sealed class LikelihoodTests
{
    private static readonly UnitCube Cube = new([new RealDimension("a", 0, 1), new RealDimension("b", -1, 2),
        new CategoricalDimension("c", ["x", "y", "z"])]);
    private static readonly double[] Theta = [Math.Log(0.4), Math.Log(0.9), Math.Log(1.3), Math.Log(1.7), Math.Log(0.03)];

    public static TheoryData<Kernel> Kinds => [Kernel.Matern52, Kernel.SquaredExponential];

    [Theory, MemberData(nameof(Kinds))]
    public void Its_gradient_is_that_of_finite_differences(Kernel kernel)
    {
        var (points, outputs) = WithReplicates();
        var likelihood = Make(kernel, points, outputs);
        var (gradient, ignored) = (new double[5], new double[5]);
        likelihood.Evaluate(Theta, gradient);

        for (var i = 0; i < 5; i++)
        {
            var (up, down) = ((double[])Theta.Clone(), (double[])Theta.Clone());
            up[i] += 1e-5;
            down[i] -= 1e-5;
            var slope = (likelihood.Evaluate(up, ignored) - likelihood.Evaluate(down, ignored)) / 2e-5;
            gradient[i].Should().BeApproximately(slope, 1e-5 * (1 + Math.Abs(slope)), $"of parameter {i}");
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Merging_replicates_changes_nothing(Kernel kernel)
    {
        var (points, outputs) = WithReplicates();
        var prior = new HyperPrior(3).Penalty(Theta, new double[5]);

        var merged = Make(kernel, points, outputs).Evaluate(Theta, new double[5]) - prior;

        var covariance = Covariance(kernel, points);
        var z = Vector<double>.Build.Dense(outputs);
        var whole = 0.5 * (z * covariance.Inverse() * z + covariance.Cholesky().DeterminantLn) + z.Count * 0.5 * Math.Log(2 * Math.PI);
        merged.Should().BeApproximately(whole, 1e-9 * Math.Abs(whole));
    }

    [Fact]
    public void Leaving_one_out_is_what_leaving_each_out_in_turn_gives()
    {
        var (all, values) = WithReplicates();
        var (points, outputs) = (all.Distinct().ToList(), values[..all.Distinct().Count()]);
        var expected = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            var rest = Enumerable.Range(0, points.Count).Where(j => j != i).ToArray();
            var posterior = Condition([.. rest.Select(j => points[j])], [.. rest.Select(j => outputs[j])]);
            var (mean, variance) = (new double[1], new double[1]);
            posterior.Predict(Encode([points[i]]), mean, variance);
            var spread = variance[0] + 0.03;
            expected += -0.5 * Math.Log(2 * Math.PI * spread) - 0.5 * (outputs[i] - mean[0]) * (outputs[i] - mean[0]) / spread;
        }

        Make(Kernel.Matern52, points, outputs).LeaveOneOut(Theta).Should().BeApproximately(expected, 1e-8);

        var (means, variances) = Condition(points, outputs).LeaveOneOut([]);
        Enumerable.Range(0, points.Count).Sum(i
            => -0.5 * Math.Log(2 * Math.PI * variances[i]) - 0.5 * Math.Pow(outputs[i] - means[i], 2) / variances[i])
            .Should().BeApproximately(expected, 1e-8);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Predictions_are_those_of_the_textbook_and_their_slopes_those_of_finite_differences(Kernel kernel)
    {
        var (points, outputs) = WithReplicates();
        points = [.. points.Distinct()];
        outputs = outputs[..points.Count];
        var posterior = Condition(points, outputs, kernel);
        double[] row = [0.37, 0.61, 0.1, 0.5, 0.2];
        var (meanSlope, varianceSlope) = (new double[5], new double[5]);
        var (mean, variance) = posterior.PredictWithSlopes(row, meanSlope, varianceSlope);

        var covariance = Covariance(kernel, points);
        var cross = Vector<double>.Build.Dense(points.Count, i => Covary(kernel, row, Encode([points[i]])));
        mean.Should().BeApproximately(cross * covariance.Inverse() * Vector<double>.Build.Dense(outputs), 1e-9);
        variance.Should().BeApproximately(1.7 + 1 - cross * covariance.Inverse() * cross, 1e-9);
        for (var c = 0; c < 5; c++)
        {
            var (up, down, means, variances) = ((double[])row.Clone(), (double[])row.Clone(), new double[2], new double[2]);
            up[c] += 1e-5;
            down[c] -= 1e-5;
            posterior.Predict([.. up, .. down], means, variances);
            meanSlope[c].Should().BeApproximately((means[0] - means[1]) / 2e-5, 1e-6);
            varianceSlope[c].Should().BeApproximately((variances[0] - variances[1]) / 2e-5, 1e-6);
        }
    }

    private static (List<Point> Points, double[] Outputs) WithReplicates()
    {
        var stream = new RandomStream(3);
        var points = Enumerable.Range(0, 14).Select(_ => Cube.At([stream.NextUniform(), stream.NextUniform(), stream.NextUniform()])).ToList();
        points.AddRange([points[2], points[5], points[2]]);
        return (points, [.. points.Select(point => Math.Sin(5 * point[0]) + point[1] * (1 + point[2]) * 0.4 + 0.1 * stream.NextNormal())]);
    }

    private static Likelihood Make(Kernel kernel, List<Point> points, double[] outputs)
    {
        var designs = Designs.Of(Cube, [.. points.Select(point => new Observation(point, 0))]);
        return new Likelihood(kernel, designs, designs.PairDistances(Cube), new HyperPrior(3), outputs);
    }

    private static Posterior Condition(List<Point> points, double[] outputs, Kernel kernel = Kernel.Matern52)
        => Posterior.Of(Cube, Hyperparameters.FromLogarithms(kernel, Theta), Encode(points), outputs, [.. outputs.Select(_ => 0.03)]);

    private static double[] Encode(List<Point> points)
    {
        var columns = new double[points.Count * 5];
        for (var i = 0; i < points.Count; i++) Cube.Encode(points[i], columns.AsSpan(5 * i, 5));
        return columns;
    }

    private static Matrix<double> Covariance(Kernel kernel, List<Point> points) => Matrix<double>.Build.Dense(points.Count, points.Count,
        (i, j) => Covary(kernel, Encode([points[i]]), Encode([points[j]])) + (i == j ? 0.03 : 0));

    private static double Covary(Kernel kernel, double[] a, double[] b)
    {
        double[] lengths = [0.4, 0.9, 1.3, 1.3, 1.3];
        var square = Enumerable.Range(0, 5).Sum(c => Math.Pow((a[c] - b[c]) / lengths[c], 2));
        var s = Math.Sqrt(5 * square);
        return 1.7 * (kernel == Kernel.Matern52 ? (1 + s + s * s / 3) * Math.Exp(-s) : Math.Exp(-0.5 * square)) + 1;
    }
}
