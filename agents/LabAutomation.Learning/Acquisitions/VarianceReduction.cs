namespace LabAutomation.Learning;

/// <summary>
/// Logarithm of how much a measurement would lower the variance over the whole space, in the mean over reference rows:
/// D. Cohn, "Neural network exploration using optimal experiment design", Neural Networks 9 (1996); for a Gaussian process
/// Σ cov(x, r)² / (var(x) + noise).
/// </summary>
/// <param name="noise">Variance of a measurement, in standardised outputs.</param>
/// <param name="references">Encoded rows that stand for the space, one after another.</param>
internal sealed class VarianceReduction(Posterior posterior, double noise, double[] references) : IAcquisition
{
    private readonly PosteriorCovariance _covariance = posterior.CovarianceWith(references);

    public int Width => posterior.Width;

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        var covariances = new double[_covariance.Count];
        var variances = new double[scores.Length];
        posterior.Predict(rows, new double[scores.Length], variances);
        for (var i = 0; i < scores.Length; i++)
        {
            _covariance.At(rows.Slice(i * Width, Width), covariances);
            scores[i] = Math.Log(Vectors.Dot(covariances, covariances) / _covariance.Count) - Math.Log(variances[i] + noise);
        }
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        Span<double> byMean = stackalloc double[row.Length];
        Span<double> byVariance = stackalloc double[row.Length];
        var (_, variance) = posterior.PredictWithSlopes(row, byMean, byVariance);
        var squares = _covariance.SquaresWithSlopes(row, slope);
        for (var c = 0; c < slope.Length; c++) slope[c] = slope[c] / squares - byVariance[c] / (variance + noise);
        return Math.Log(squares / _covariance.Count) - Math.Log(variance + noise);
    }
}
