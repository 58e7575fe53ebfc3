namespace LabAutomation.Learning;

/// <summary>The worth of a row by one quantity, averaged over posteriors: the logarithm of the weighted mean of what each says.</summary>
/// <param name="members">Logarithms of weights that sum to 1.</param>
internal sealed class MarginalAcquisition((Posterior Posterior, IMarginalUtility Utility, double LogWeight)[] members) : IAcquisition
{
    public IAcquisition Leading => members.Length == 1 ? this : new MarginalAcquisition([members[0]]);

    public int Width => members[0].Posterior.Width;

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        var (means, variances) = (new double[scores.Length], new double[scores.Length]);
        scores.Fill(double.NegativeInfinity);
        foreach (var (posterior, utility, logWeight) in members)
        {
            posterior.Predict(rows, means, variances);
            for (var i = 0; i < scores.Length; i++) scores[i] = LogSpace.Sum(scores[i], logWeight + utility.Value(means[i], variances[i]));
        }
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        Span<double> byMean = stackalloc double[row.Length];
        Span<double> byVariance = stackalloc double[row.Length];
        slope.Clear();
        var sum = double.NegativeInfinity;
        foreach (var (posterior, utility, logWeight) in members)
        {
            var (mean, variance) = posterior.PredictWithSlopes(row, byMean, byVariance);
            var (value, meanFactor, varianceFactor) = utility.WithSlopes(mean, variance);
            // Beside it anything counts, and its slopes are without meaning.
            if (double.IsNegativeInfinity(logWeight + value)) continue;
            var next = LogSpace.Sum(sum, logWeight + value);
            var (old, share) = (Math.Exp(sum - next), Math.Exp(logWeight + value - next));
            for (var c = 0; c < row.Length; c++) slope[c] = old * slope[c] + share * (meanFactor * byMean[c] + varianceFactor * byVariance[c]);
            sum = next;
        }

        return sum;
    }
}
