using System.Numerics;
using System.Runtime.Intrinsics;
using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class PosteriorPanelsTests
{
    private static readonly UnitCube Cube = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new CategoricalDimension("c", ["x", "y"])]);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(61)]
    [InlineData(130)]
    public void What_is_said_of_a_row_is_bit_for_bit_the_same_whatever_is_asked_beside_it(int trials)
    {
        var posterior = Given(trials);
        var rows = Rows(70, seed: 9);
        var (means, variances) = (new double[70], new double[70]);
        posterior.Predict(rows, means, variances);

        for (var first = 0; first < 70; first += 7)
            for (var count = 1; count <= 70 - first; count += 13)
            {
                var (some, doubts) = (new double[count], new double[count]);
                posterior.Predict(rows.AsSpan(first * Cube.Width, count * Cube.Width), some, doubts);
                some.Should().Equal(means[first..(first + count)]);
                doubts.Should().Equal(variances[first..(first + count)]);
            }
    }

    [Fact]
    public void Means_alone_are_the_means()
    {
        var (means, alone) = (new double[40], new double[40]);
        Given(30).Predict(Rows(40, seed: 2), means, new double[40]);

        Given(30).Predict(Rows(40, seed: 2), alone, []);

        alone.Should().Equal(means);
    }

    [Theory]
    [InlineData(Kernel.Matern52)]
    [InlineData(Kernel.SquaredExponential)]
    public void Rows_together_are_what_each_is_by_the_other_way(Kernel kernel)
    {
        var posterior = Given(57, kernel);
        var rows = Rows(40, seed: 3);
        var (means, variances) = (new double[40], new double[40]);

        posterior.Predict(rows, means, variances);

        for (var i = 0; i < 40; i++)
        {
            var (mean, variance) = posterior.PredictWithSlopes(rows.AsSpan(i * Cube.Width, Cube.Width), new double[Cube.Width], new double[Cube.Width]);
            means[i].Should().BeApproximately(mean, 1e-11);
            variances[i].Should().BeApproximately(variance, 1e-11);
        }
    }

    [Fact]
    public void More_trials_than_fit_on_the_stack_are_predicted_in_the_same_way()
    {
        var posterior = Given(530);
        var row = Rows(1, seed: 5);
        var (mean, variance) = (new double[1], new double[1]);

        posterior.Predict(row, mean, variance);
        var (same, doubt) = posterior.PredictWithSlopes(row, new double[Cube.Width], new double[Cube.Width]);

        mean[0].Should().BeApproximately(same, 1e-10);
        variance[0].Should().BeApproximately(doubt, 1e-10);
    }

    [Fact]
    public void The_widest_registers_say_what_the_narrow_ones_say()
    {
        var hyper = new Hyperparameters(Kernel.Matern52, [1], 2, 0.1);
        var factor = Cholesky.Of([3.1, 2, 2, 3.1], 2)!;
        var parts = new PosteriorParts(hyper, new PriorCovariance(new UnitCube([new RealDimension("x", 0, 1)]), hyper), 1e-12, [0.1, 0.9], [0.3, -0.4], factor);
        double[] rows = [.. Enumerable.Range(0, 31).Select(i => i / 30.0)];
        var (means, variances, wideMeans, wideVariances) = (new double[31], new double[31], new double[31], new double[31]);

        PosteriorPanels<Vector<double>, NarrowLanes>.Predict(parts, rows, means, variances);
        PosteriorPanels<Vector512<double>, WideLanes>.Predict(parts, rows, wideMeans, wideVariances);

        wideMeans.Should().Equal(means);
        wideVariances.Should().Equal(variances);
    }

    private static Posterior Given(int trials, Kernel kernel = Kernel.Matern52)
    {
        var outputs = Enumerable.Range(0, trials).Select(i => Math.Sin(3 * i)).ToArray();
        return Posterior.Of(Cube, new Hyperparameters(kernel, [0.3, 0.6, 1.1], 1.4, 0.02), Rows(trials, seed: 1), outputs, [.. Enumerable.Repeat(0.02, trials)]);
    }

    private static double[] Rows(int count, int seed)
    {
        var (stream, columns) = (new RandomStream(seed), new double[count * Cube.Width]);
        for (var i = 0; i < count; i++)
            Cube.Encode(new Point([stream.NextUniform(), stream.NextUniform(), stream.NextIndex(2)]), columns.AsSpan(i * Cube.Width, Cube.Width));
        return columns;
    }
}
