namespace LabAutomation.Learning;

/// <summary>How promising encoded rows are: log expected improvement of a posterior below the best output known.</summary>
internal sealed class Acquisition(Posterior posterior, double best)
{
    public int Width => posterior.Width;

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        var variances = new double[scores.Length];
        posterior.Predict(rows, scores, variances);
        for (var i = 0; i < scores.Length; i++) scores[i] = LogExpectedImprovement.Value(scores[i], variances[i], best);
    }

    /// <summary>Score of one row, and its slope by each column.</summary>
    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        Span<double> byVariance = stackalloc double[row.Length];
        var (mean, variance) = posterior.PredictWithSlopes(row, slope, byVariance);
        var (value, meanFactor, varianceFactor) = LogExpectedImprovement.WithSlopes(mean, variance, best);
        for (var c = 0; c < row.Length; c++) slope[c] = meanFactor * slope[c] + varianceFactor * byVariance[c];
        return value;
    }
}
