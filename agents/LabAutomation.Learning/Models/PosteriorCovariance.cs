using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>The covariance, given the data, of a process at any row and at each of some reference rows, with its slopes.</summary>
/// <param name="scaled">The data's rows in units of the length scales.</param>
/// <param name="references">The reference rows in the same.</param>
/// <param name="weights">K⁻¹·k of each reference row.</param>
internal sealed class PosteriorCovariance(Hyperparameters hyper, double[] inverseLengths, double[] scaled, double[] references, double[][] weights)
{
    public int Count => weights.Length;

    private int Width => inverseLengths.Length;

    /// <param name="row">Encoded.</param>
    /// <param name="covariances">Receives one a reference row.</param>
    public void At(ReadOnlySpan<double> row, Span<double> covariances) => Fill(Scale(row), covariances, new double[scaled.Length / Width], [], []);

    /// <summary>Covariances, and the slope by each column of their sum of squares.</summary>
    public double SquaresWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        var x = Scale(row);
        var (toData, dataSlopes) = (new double[scaled.Length / Width], new double[scaled.Length / Width]);
        var (covariances, slopes) = (new double[Count], new double[Count]);
        Fill(x, covariances, toData, slopes, dataSlopes);
        var pull = new double[toData.Length];
        for (var q = 0; q < Count; q++) TensorPrimitives.MultiplyAdd(weights[q], covariances[q], pull, pull);
        slope.Clear();
        for (var q = 0; q < Count; q++) Add(2 * covariances[q] * slopes[q], references.AsSpan(q * Width, Width), slope);
        for (var i = 0; i < pull.Length; i++) Add(-2 * pull[i] * dataSlopes[i], scaled.AsSpan(i * Width, Width), slope);
        return Vectors.Dot(covariances, covariances);

        void Add(double factor, ReadOnlySpan<double> other, Span<double> to)
        {
            for (var c = 0; c < to.Length; c++) to[c] -= factor * hyper.Signal * (x[c] - other[c]) * inverseLengths[c];
        }
    }

    /// <summary>Prior covariances of one scaled row with others, and the c of <see cref="Kernels.Evaluate"/> where it is wanted.</summary>
    public static void Kernel(Hyperparameters hyper, ReadOnlySpan<double> x, ReadOnlySpan<double> others, Span<double> covariances, Span<double> slopes)
    {
        for (var i = 0; i < covariances.Length; i++)
        {
            var distance = TensorPrimitives.Distance(x, others.Slice(i * x.Length, x.Length));
            covariances[i] = distance * distance;
        }
        Kernels.Evaluate(hyper.Kernel, covariances, covariances, slopes);
        TensorPrimitives.Multiply(covariances, hyper.Signal, covariances);
        TensorPrimitives.Add(covariances, Likelihood.MeanVariance, covariances);
    }

    private void Fill(double[] x, Span<double> covariances, double[] toData, Span<double> slopes, Span<double> dataSlopes)
    {
        Kernel(hyper, x, scaled, toData, dataSlopes);
        Kernel(hyper, x, references, covariances, slopes);
        for (var q = 0; q < Count; q++) covariances[q] -= Vectors.Dot(toData, weights[q]);
    }

    private double[] Scale(ReadOnlySpan<double> row)
    {
        var x = new double[row.Length];
        TensorPrimitives.Multiply(row, inverseLengths, x);
        return x;
    }
}
