using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class HypervolumeTests
{
    private static readonly SearchSpace Space = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_points_on_a_grid_dominate_is_that_of_counting_cells(int objectives)
    {
        var stream = new RandomStream(objectives, 1);
        const int Cells = 8;
        for (var round = 0; round < 20; round++)
        {
            double[][] points = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, objectives).Select(_ => (double)stream.NextIndex(Cells + 2)).ToArray())];
            double[] reference = [.. Enumerable.Repeat((double)Cells, objectives)];
            var counted = Enumerable.Range(0, (int)Math.Pow(Cells, objectives)).Count(cell => points.Any(point => Cell(cell, objectives, Cells).Zip(point).All(pair => pair.Second <= pair.First)));

            Hypervolume.Of(points, reference).Should().Be(counted);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_boxes_hold_every_point_that_is_not_dominated_once_and_no_other(int objectives)
    {
        var stream = new RandomStream(objectives, 2);
        double[][] points = [.. Enumerable.Range(0, 7).Select(_ => Draw())];
        double[] reference = [.. Enumerable.Repeat(0.9, objectives)];

        var boxes = Hypervolume.Undominated([.. Hypervolume.Front(points).Select(i => points[i])], reference);

        for (var k = 0; k < 2000; k++)
        {
            var place = Draw();
            var isOpen = place.All(value => value < 0.9) && !points.Any(point => point.Zip(place).All(pair => pair.First <= pair.Second));
            boxes.Count(box => Enumerable.Range(0, objectives).All(m => place[m] > box.Low[m] && place[m] <= box.High[m])).Should().Be(isOpen ? 1 : 0);
        }

        double[] Draw() => [.. Enumerable.Range(0, objectives).Select(_ => stream.NextUniform())];
    }

    [Fact]
    public void Of_equal_points_the_front_keeps_one() =>
        Hypervolume.Front([[1, 2], [2, 1], [1, 2], [3, 3]]).Should().Equal(0, 1);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_expected_improvement_is_the_mean_over_draws(int objectives)
    {
        var (improvement, posteriors, front, reference) = Known(objectives);
        // Where most is expected, so that draws tell something.
        var row = Enumerable.Range(0, 121).Select(k => new[] { k % 11 / 10.0, k / 11 / 10.0 }).MaxBy(place => improvement.ScoreWithSlopes(place, new double[2]))!;
        var (mean, variance) = (new double[objectives], new double[objectives]);
        for (var m = 0; m < objectives; m++) posteriors[m].Predict(row, mean.AsSpan(m, 1), variance.AsSpan(m, 1));
        var (stream, sum, before, score) = (new RandomStream(5, 3), 0.0, Hypervolume.Of(front, reference), new double[1]);
        const int Draws = 40_000;
        for (var k = 0; k < Draws; k++)
        {
            double[] drawn = [.. mean.Select((value, m) => value + Math.Sqrt(variance[m]) * stream.NextNormal())];
            sum += Hypervolume.Of([.. front, drawn], reference) - before;
        }

        improvement.Score(row, score);

        Math.Exp(score[0]).Should().BeApproximately(sum / Draws, 0.05 * sum / Draws);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Its_slopes_are_those_of_finite_differences(int objectives)
    {
        var (improvement, _, _, _) = Known(objectives);
        AcquisitionSlopes.ShouldBeRight(improvement, [[0.35, 0.6], [0.9, 0.05], [0.101, 0.2]]);
    }

    private static (HypervolumeImprovement, Posterior[], double[][] Front, double[] Reference) Known(int objectives)
    {
        var places = new[] { (0.1, 0.2), (0.9, 0.5), (0.4, 0.8), (0.6, 0.1), (0.2, 0.9) };
        Posterior[] posteriors = [.. Enumerable.Range(0, objectives).Select(m => GaussianProcess.Fit(Space, [.. places.Select(at =>
            new Observation(new Point([at.Item1, at.Item2]), Math.Pow(at.Item1 - 0.3 * m, 2) + Math.Abs(at.Item2 - 0.25 * (objectives - m))))], seed: 1, isWarped: false).Posterior)];
        var rows = places.SelectMany(at => new[] { at.Item1, at.Item2 }).ToArray();
        var means = posteriors.Select(posterior =>
        {
            var mean = new double[places.Length];
            posterior.Predict(rows, mean, new double[places.Length]);
            return mean;
        }).ToArray();
        double[][] points = [.. Enumerable.Range(0, places.Length).Select(i => means.Select(mean => mean[i]).ToArray())];
        double[][] front = [.. Hypervolume.Front(points).Select(i => points[i])];
        var reference = Hypervolume.InferredReference(points);
        return (new HypervolumeImprovement(posteriors, front, reference), posteriors, front, reference);
    }

    private static double[] Cell(int number, int objectives, int cells)
    {
        var corner = new double[objectives];
        for (var m = 0; m < objectives; m++, number /= cells) corner[m] = number % cells;
        return corner;
    }
}
