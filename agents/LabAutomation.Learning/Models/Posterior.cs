using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace LabAutomation.Learning;

/// <summary>
/// A Gaussian process given data, in encoded columns and standardised outputs. Rasmussen and Williams 2006, algorithm 2.1.
/// The variance is that of the surface, without the noise of a measurement.
/// </summary>
internal sealed partial class Posterior
{
    /// <summary>Observations up to which working memory of one prediction is taken from the stack.</summary>
    private const int Few = 512;

    private readonly double[] _inverseLengths;
    private readonly double[] _scaled;
    private readonly double[] _turned;
    private readonly double[] _noises;
    private readonly Cholesky _factor;
    private readonly double[] _alpha;

    private Posterior(Hyperparameters hyper, double[] inverseLengths, double[] scaled, double[] turned, double[] outputs, double[] noises, Cholesky factor)
    {
        (Hyper, _inverseLengths, _scaled, _turned, Outputs, _noises, _factor) = (hyper, inverseLengths, scaled, turned, outputs, noises, factor);
        _alpha = (double[])outputs.Clone();
        factor.SolveLower(_alpha);
        factor.SolveUpper(_alpha);
    }

    public Hyperparameters Hyper { get; }

    public double[] Outputs { get; }

    public int Count => Outputs.Length;

    public int Width => _inverseLengths.Length;

    private double PriorVariance => Hyper.Signal + Likelihood.MeanVariance;

    /// <param name="columns">One encoded row per output.</param>
    /// <param name="noises">Variance of each output about the surface.</param>
    public static Posterior Of(UnitCube cube, Hyperparameters hyper, ReadOnlySpan<double> columns, double[] outputs, double[] noises)
    {
        var inverseLengths = new double[cube.Width];
        for (var d = 0; d < cube.Dimensions.Length; d++)
            inverseLengths.AsSpan(cube.FirstColumnOf(d), cube.ColumnsOf(d)).Fill(1 / hyper.LengthScales[d]);
        return Of(hyper, inverseLengths, Scaled(columns, inverseLengths), outputs, noises);
    }

    /// <summary>The same process with more rows, its hyperparameters as they are.</summary>
    public Posterior With(ReadOnlySpan<double> columns, ReadOnlySpan<double> outputs, ReadOnlySpan<double> noises)
        => Of(Hyper, _inverseLengths, [.. _scaled, .. Scaled(columns, _inverseLengths)], [.. Outputs, .. outputs], [.. _noises, .. noises]);

    /// <summary>Mean and variance at encoded rows. What is said of a row does not depend on the others.</summary>
    /// <param name="variances">Empty where means are all that is wanted, which takes a small part of the time.</param>
    public void Predict(ReadOnlySpan<double> columns, Span<double> means, Span<double> variances)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns.Length, means.Length * Width);
        if (!variances.IsEmpty) ArgumentOutOfRangeException.ThrowIfNotEqual(variances.Length, means.Length);
        var parts = new PosteriorParts(Hyper.Kernel, Hyper.Signal, PriorVariance, Floor, _inverseLengths, _scaled, _alpha, _factor);
        if (Vector512.IsHardwareAccelerated) PosteriorPanels<Vector512<double>, WideLanes>.Predict(parts, columns, means, variances);
        else PosteriorPanels<Vector<double>, NarrowLanes>.Predict(parts, columns, means, variances);
    }

    /// <summary>Mean and variance at one encoded row, and how they change with each column.</summary>
    public (double Mean, double Variance) PredictWithSlopes(ReadOnlySpan<double> row, Span<double> meanSlope, Span<double> varianceSlope)
    {
        var n = Count;
        Span<double> memory = n <= Few ? stackalloc double[4 * n] : new double[4 * n];
        var covariance = memory[..n];
        var slopes = memory.Slice(n, n);
        var weights = memory.Slice(2 * n, n);
        var difference = memory.Slice(3 * n, n);
        Squares(row, _inverseLengths, _turned, n, covariance, difference);
        Kernels.Evaluate(Hyper.Kernel, covariance, covariance, slopes);
        TensorPrimitives.Multiply(covariance, Hyper.Signal, covariance);
        TensorPrimitives.Add(covariance, Likelihood.MeanVariance, covariance);
        var mean = Vectors.Dot(covariance, _alpha);
        covariance.CopyTo(weights);
        _factor.SolveLower(weights);
        var variance = PriorVariance - Vectors.Dot(weights, weights);
        _factor.SolveUpper(weights);
        TensorPrimitives.Multiply(weights, slopes, weights);
        TensorPrimitives.Multiply(slopes, _alpha, slopes);
        for (var c = 0; c < row.Length; c++)
        {
            TensorPrimitives.Subtract(_turned.AsSpan(c * n, n), row[c] * _inverseLengths[c], difference);
            var factor = Hyper.Signal * _inverseLengths[c];
            meanSlope[c] = factor * Vectors.Dot(difference, slopes);
            varianceSlope[c] = -2 * factor * Vectors.Dot(difference, weights);
        }
        return (mean, Math.Max(variance, Floor));
    }

    /// <summary>Encoded rows beside which covariances are wanted again and again.</summary>
    public PosteriorCovariance CovarianceWith(ReadOnlySpan<double> columns)
    {
        var rows = Scaled(columns, _inverseLengths);
        var weights = new double[rows.Length / Width][];
        for (var q = 0; q < weights.Length; q++)
        {
            weights[q] = new double[Count];
            PosteriorCovariance.Kernel(Hyper, rows.AsSpan(q * Width, Width), _scaled, weights[q], []);
            _factor.SolveLower(weights[q]);
            _factor.SolveUpper(weights[q]);
        }
        return new PosteriorCovariance(Hyper, _inverseLengths, _scaled, rows, weights);
    }

    /// <summary>What is expected of each output from all the others: mean, and variance of a measurement.</summary>
    public (double[] Means, double[] Variances) LeaveOneOut()
    {
        var precisions = _factor.InverseDiagonal();
        var (means, variances) = (new double[Count], new double[Count]);
        for (var i = 0; i < Count; i++)
        {
            variances[i] = 1 / precisions[i];
            means[i] = Outputs[i] - _alpha[i] * variances[i];
        }
        return (means, variances);
    }

    /// <summary>Below this a variance is rounding error of the prior variance.</summary>
    private double Floor => 1e-12 * PriorVariance;

    private static Posterior Of(Hyperparameters hyper, double[] inverseLengths, double[] scaled, double[] outputs, double[] noises)
    {
        var (n, width) = (outputs.Length, inverseLengths.Length);
        var (turned, units) = (new double[scaled.Length], new double[width]);
        units.AsSpan().Fill(1);
        for (var i = 0; i < n; i++)
            for (var c = 0; c < width; c++) turned[c * n + i] = scaled[i * width + c];
        // What lies above the diagonal is never touched, and takes no memory so long as nobody writes zeros to it.
        var factor = Cholesky.Of(n, GC.AllocateUninitializedArray<double>(n * n), Fill)
            ?? throw new ArgumentException("the covariance of the observations cannot be factored; are all of them finite?");
        return new Posterior(hyper, inverseLengths, scaled, turned, outputs, noises, factor);

        void Fill(double[] matrix)
        {
            var difference = new double[n];
            for (var i = 0; i < n; i++)
            {
                var row = matrix.AsSpan(i * n, i + 1);
                Squares(scaled.AsSpan(i * width, width), units, turned, n, row, difference.AsSpan(0, i + 1));
                Kernels.Evaluate(hyper.Kernel, row, row, []);
                TensorPrimitives.Multiply(row, hyper.Signal, row);
                TensorPrimitives.Add(row, Likelihood.MeanVariance, row);
                row[i] += noises[i];
            }
        }
    }

    /// <summary>r² of one row and the first of the data's, which lie column by column.</summary>
    private static void Squares(ReadOnlySpan<double> row, double[] inverseLengths, double[] turned, int stride, Span<double> squares, Span<double> difference)
    {
        squares.Clear();
        for (var c = 0; c < row.Length; c++)
        {
            TensorPrimitives.Subtract(turned.AsSpan(c * stride, squares.Length), row[c] * inverseLengths[c], difference);
            TensorPrimitives.MultiplyAdd(difference, difference, squares, squares);
        }
    }

    private static double[] Scaled(ReadOnlySpan<double> columns, double[] inverseLengths)
    {
        var scaled = new double[columns.Length];
        for (var start = 0; start < columns.Length; start += inverseLengths.Length)
            TensorPrimitives.Multiply(columns.Slice(start, inverseLengths.Length), inverseLengths, scaled.AsSpan(start, inverseLengths.Length));
        return scaled;
    }
}
