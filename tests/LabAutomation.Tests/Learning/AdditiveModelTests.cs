using LabAutomation.Learning;
using MathNet.Numerics.LinearAlgebra;

namespace LabAutomation.Tests.Learning;

/// <summary>Models in which a share of the signal is a sum of functions of one dimension each.</summary>
public sealed class AdditiveModelTests
{
    private const double Share = 0.8;

    private static readonly UnitCube Cube = new([new RealDimension("a", 0, 1), new CategoricalDimension("c", ["x", "y", "z"]), new RealDimension("b", -1, 2)]);
    private static readonly double[] Theta = [Math.Log(0.4), Math.Log(0.9), Math.Log(1.3), Math.Log(Share / (1 - Share)), Math.Log(1.7), Math.Log(0.03)];

    public static TheoryData<Kernel> Kinds => [Kernel.Matern52, Kernel.SquaredExponential];

    [Theory, MemberData(nameof(Kinds))]
    public void The_gradient_of_the_likelihood_is_that_of_finite_differences(Kernel kernel)
    {
        var (points, outputs) = Data(60);
        var designs = Designs.Of(Cube, [.. points.Select(point => new Observation(point, 0))]);
        var likelihood = new Likelihood(kernel, designs, designs.PairDistances(Cube), new HyperPrior([false, true, false], isAdditive: true), outputs);
        var (gradient, ignored) = (new double[6], new double[6]);
        likelihood.Evaluate(Theta, gradient);

        for (var i = 0; i < 6; i++)
        {
            var (up, down) = ((double[])Theta.Clone(), (double[])Theta.Clone());
            up[i] += 1e-5;
            down[i] -= 1e-5;
            var slope = (likelihood.Evaluate(up, ignored) - likelihood.Evaluate(down, ignored)) / 2e-5;
            gradient[i].Should().BeApproximately(slope, 1e-5 * (1 + Math.Abs(slope)), $"of parameter {i}");
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Predictions_are_those_of_the_textbook_and_their_slopes_those_of_finite_differences(Kernel kernel)
    {
        var (points, outputs) = Data(15);
        var posterior = Given(points, outputs, kernel);
        double[] row = [0.37, 0.1, 0.5, 0.2, 0.61];
        var (meanSlope, varianceSlope) = (new double[5], new double[5]);

        var (mean, variance) = posterior.PredictWithSlopes(row, meanSlope, varianceSlope);

        var covariance = Matrix<double>.Build.Dense(points.Count, points.Count, (i, j) => Covary(kernel, Encode([points[i]]), Encode([points[j]])) + (i == j ? 0.03 : 0));
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

    [Fact]
    public void Many_rows_are_predicted_as_one_by_one()
    {
        var (points, outputs) = Data(70);
        var posterior = Given(points, outputs, Kernel.Matern52);
        var rows = Encode(Data(61, seed: 8).Points);
        var (means, variances) = (new double[61], new double[61]);

        posterior.Predict(rows, means, variances);

        for (var i = 0; i < 61; i++)
        {
            var (mean, variance) = posterior.PredictWithSlopes(rows.AsSpan(5 * i, 5), new double[5], new double[5]);
            means[i].Should().BeApproximately(mean, 1e-10);
            variances[i].Should().BeApproximately(variance, 1e-10);
        }
    }

    [Fact]
    public void What_a_measurement_says_of_the_space_has_the_slopes_of_finite_differences()
    {
        var (points, outputs) = Data(12);
        var worth = new VarianceReduction(Given(points, outputs, Kernel.Matern52), 0.03, Encode(Data(9, seed: 4).Points));

        AcquisitionSlopes.ShouldBeRight(worth, [[0.37, 0.1, 0.5, 0.2, 0.61]]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Surfaces_drawn_from_it_vary_together_as_it_says(Kernel kernel)
    {
        var (points, outputs) = Data(4);
        var posterior = Given(points, outputs, kernel);
        var rows = Encode(Data(2, seed: 4).Points);
        var covariance = new double[1];
        posterior.CovarianceWith(rows.AsSpan(0, 5)).At(rows.AsSpan(5, 5), covariance);

        var draws = posterior.PathDraws(rows, 4000, new RandomStream(5));

        var (first, second) = (draws.Average(draw => draw[0]), draws.Average(draw => draw[1]));
        draws.Average(draw => (draw[0] - first) * (draw[1] - second)).Should().BeApproximately(covariance[0], 0.12);
    }

    [Fact]
    public void Effects_that_add_up_are_found_to_and_predicted_where_nothing_was_measured()
    {
        var model = Fitted(x => Math.Sin(6 * x[0]) + 2 * Math.Pow(x[1] - 0.3, 2) + Math.Cos(5 * x[2]) + Math.Abs(x[3] - 0.6), out var worst);

        model.Members[0].Posterior.Hyper.AdditiveShare.Should().BeGreaterThan(0.7);
        worst.Should().BeLessThan(0.35);
    }

    [Fact]
    public void Effects_that_multiply_are_not_taken_to_add_up()
    {
        var model = Fitted(x => Math.Sin(6 * x[0]) * Math.Cos(5 * x[1]), out _);

        model.Members[0].Posterior.Hyper.AdditiveShare.Should().Be(0);
    }

    [Fact]
    public void A_single_dimension_has_nothing_to_add_up()
    {
        var space = new SearchSpace([new RealDimension("x", 0, 1)]);

        var model = GaussianProcess.Fit(space, [.. Enumerable.Range(0, 8).Select(k => new Observation(new Point([k / 7.0]), Math.Sin(k)))], seed: 1);

        model.Members.Should().OnlyContain(member => member.Posterior.Hyper.AdditiveShare == 0);
    }

    private static GaussianProcess Fitted(Func<Point, double> surface, out double worst)
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 4).Select(d => new RealDimension($"x{d}", 0, 1))]);
        var points = SpaceFilling.Candidates(space, new UnitCube(space), 40, seed: 2);
        var model = GaussianProcess.Fit(space, [.. points.Select(point => new Observation(point, surface(point)))], seed: 1, noiseSd: 0);
        worst = SpaceFilling.Candidates(space, new UnitCube(space), 50, seed: 9).Max(point => Math.Abs(model.Predict(point).Mean - surface(point)));
        return model;
    }

    private static (List<Point> Points, double[] Outputs) Data(int count, int seed = 3)
    {
        var stream = new RandomStream(seed);
        List<Point> points = [.. Enumerable.Range(0, count).Select(_ => Cube.At([stream.NextUniform(), stream.NextUniform(), stream.NextUniform()]))];
        return (points, [.. points.Select(point => Math.Sin(5 * point[0]) + point[2] * (1 + point[1]) * 0.4 + 0.1 * stream.NextNormal())]);
    }

    private static Posterior Given(List<Point> points, double[] outputs, Kernel kernel) =>
        Posterior.Of(Cube, Hyperparameters.FromLogarithms(kernel, Theta, isAdditive: true), Encode(points), outputs, [.. outputs.Select(_ => 0.03)]);

    private static double[] Encode(List<Point> points)
    {
        var columns = new double[points.Count * 5];
        for (var i = 0; i < points.Count; i++) Cube.Encode(points[i], columns.AsSpan(5 * i, 5));
        return columns;
    }

    /// <summary>The formula, term by term.</summary>
    private static double Covary(Kernel kernel, double[] a, double[] b)
    {
        double Square(int c, double length) => (a[c] - b[c]) * (a[c] - b[c]) / (length * length);
        double[] squares = [Square(0, 0.4), Square(1, 0.9) + Square(2, 0.9) + Square(3, 0.9), Square(4, 1.3)];
        double Correlation(double square) => kernel == Kernel.SquaredExponential
            ? Math.Exp(-square / 2)
            : (1 + Math.Sqrt(5 * square) + 5 * square / 3) * Math.Exp(-Math.Sqrt(5 * square));
        return 1 + 1.7 * ((1 - Share) * Correlation(squares.Sum()) + Share * squares.Average(Correlation));
    }
}
