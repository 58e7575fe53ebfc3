using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class ExhaustiveTests
{
    private const int Rows = 150_000;

    private static readonly SearchSpace Line = new([new RealDimension("a", 0, 1)]);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_a_large_pool_the_best_open_row_is_found_wherever_it_stands(int threads)
    {
        foreach (var best in new[] { 0, 65_535, 65_536, 130_001, Rows - 1 })
        {
            var pool = new SearchSpace(Line.Dimensions, pool: [.. Enumerable.Range(0, Rows).Select(i => new Point([Math.Abs(i - best) / (double)Rows]))]);

            Best(pool, [], threads).Should().Be(pool.Pool!.Value[best]);
        }
    }

    [Fact]
    public void Of_equal_rows_the_first_is_taken_and_tried_and_infeasible_ones_are_passed_over()
    {
        var pool = new SearchSpace([new RealDimension("a", 0, 1), new RealDimension("b", 0, Rows)], at => at[1] != 1,
            [.. Enumerable.Range(0, Rows).Select(i => new Point([0.25, i]))]);

        Best(pool, [pool.Pool!.Value[0]], threads: 2).Should().Be(pool.Pool!.Value[2]);
    }

    private static Point Best(SearchSpace pool, IReadOnlyList<Point> pending, int threads)
    {
        var log = new TrialLog(pool, [], pending);
        return new Exhaustive(log, log.Catalogue!, new Nearness(log.Cube.Width), threads).Best().Point;
    }

    /// <summary>The nearer the first column is to nought, the better.</summary>
    private sealed class Nearness(int width) : IAcquisition
    {
        public int Width => width;

        public void Score(ReadOnlySpan<double> rows, Span<double> scores)
        {
            for (var i = 0; i < scores.Length; i++) scores[i] = -rows[i * width];
        }

        public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope) => throw new NotSupportedException("a list needs no slopes");
    }
}
