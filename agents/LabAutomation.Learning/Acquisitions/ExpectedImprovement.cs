namespace LabAutomation.Learning;

/// <summary>How promising encoded rows are: the logarithm of the expected improvement, averaged over posteriors, below what each takes for the best.</summary>
internal sealed class ExpectedImprovement((Posterior Posterior, double Best, double LogWeight)[] members) : IAcquisition
{
    public int Width => members[0].Posterior.Width;

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        var (means, variances) = (new double[scores.Length], new double[scores.Length]);
        scores.Fill(double.NegativeInfinity);
        foreach (var (posterior, best, logWeight) in members)
        {
            posterior.Predict(rows, means, variances);
            for (var i = 0; i < scores.Length; i++) scores[i] = LogSum(scores[i], logWeight + LogExpectedImprovement.Value(means[i], variances[i], best));
        }
    }

    /// <summary>Score of one row, and its slope by each column.</summary>
    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        Span<double> byMean = stackalloc double[row.Length];
        Span<double> byVariance = stackalloc double[row.Length];
        slope.Clear();
        var sum = double.NegativeInfinity;
        foreach (var (posterior, best, logWeight) in members)
        {
            var (mean, variance) = posterior.PredictWithSlopes(row, byMean, byVariance);
            var (value, meanFactor, varianceFactor) = LogExpectedImprovement.WithSlopes(mean, variance, best);
            // Beside it anything counts, and its slopes are without meaning.
            if (double.IsNegativeInfinity(logWeight + value)) continue;
            var next = LogSum(sum, logWeight + value);
            var (old, share) = (Math.Exp(sum - next), Math.Exp(logWeight + value - next));
            for (var c = 0; c < row.Length; c++) slope[c] = old * slope[c] + share * (meanFactor * byMean[c] + varianceFactor * byVariance[c]);
            sum = next;
        }

        return sum;
    }

    private static double LogSum(double a, double b)
    {
        var (most, least) = a > b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(least) ? most : most + Math.Log(1 + Math.Exp(least - most));
    }
}
