using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

internal static class AcquisitionSlopes
{
    /// <summary>Slopes against central differences of the score, and both forms of the score against each other.</summary>
    public static void ShouldBeRight(IAcquisition acquisition, double[][] rows)
    {
        const double Step = 1e-5;
        var (slope, score) = (new double[acquisition.Width], new double[1]);
        foreach (var row in rows)
        {
            var value = acquisition.ScoreWithSlopes(row, slope);
            acquisition.Score(row, score);
            score[0].Should().BeApproximately(value, 1e-8 * Math.Max(1, Math.Abs(value)));
            for (var c = 0; c < row.Length; c++)
            {
                var (up, down) = (Moved(row, c, Step), Moved(row, c, -Step));
                slope[c].Should().BeApproximately((up - down) / (2 * Step), 2e-3 * Math.Max(1, Math.Abs(slope[c])), $"column {c} of {string.Join(", ", row)}");
            }
        }

        double Moved(double[] row, int column, double by)
        {
            var moved = (double[])row.Clone();
            moved[column] += by;
            acquisition.Score(moved, score);
            return score[0];
        }
    }
}
