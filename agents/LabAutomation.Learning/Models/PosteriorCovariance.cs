using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>The covariance, given the data, of a process at any row and at each of some reference rows, with its slopes.</summary>
/// <param name="signal">Variance of the surface.</param>
/// <param name="data">The data's rows in units of the length scales, column by column.</param>
/// <param name="references">The reference rows in the same.</param>
/// <param name="weights">K⁻¹·k of each reference row.</param>
internal sealed class PosteriorCovariance(PriorCovariance prior, double signal, double[] data, double[] references, double[][] weights)
{
    public int Count => weights.Length;

    private int Observations => data.Length / prior.Width;

    /// <param name="row">Encoded.</param>
    /// <param name="covariances">Receives one a reference row.</param>
    public void At(ReadOnlySpan<double> row, Span<double> covariances) => Fill(prior.Scaled(row), covariances, new double[prior.Memory * Count], new double[prior.Memory * Observations]);

    /// <summary>Covariances, and the slope by each column of their sum of squares.</summary>
    public double SquaresWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        var (x, n) = (prior.Scaled(row), Observations);
        var (covariances, slopes, dataSlopes) = (new double[Count], new double[prior.Memory * Count], new double[prior.Memory * n]);
        Fill(x, covariances, slopes, dataSlopes);
        var pull = new double[n];
        for (var q = 0; q < Count; q++) TensorPrimitives.MultiplyAdd(weights[q], covariances[q], pull, pull);
        for (var c = 0; c < slope.Length; c++)
            slope[c] = 2 * signal * prior.InverseLengths[c] * (Sum(c, references, covariances, slopes) - Sum(c, data, pull, dataSlopes));
        return Vectors.Dot(covariances, covariances);

        double Sum(int c, double[] others, double[] factors, double[] theirs)
        {
            var sum = 0.0;
            for (var i = 0; i < factors.Length; i++) sum += factors[i] * theirs[prior.SlopeOf(c) * factors.Length + i] * (others[c * factors.Length + i] - x[c]);
            return sum;
        }
    }

    private void Fill(double[] x, Span<double> covariances, double[] slopes, double[] dataSlopes)
    {
        var toData = new double[Observations];
        prior.Of(x, data, Observations, toData, dataSlopes);
        prior.Of(x, references, Count, covariances, slopes);
        for (var q = 0; q < Count; q++) covariances[q] -= Vectors.Dot(toData, weights[q]);
    }
}
