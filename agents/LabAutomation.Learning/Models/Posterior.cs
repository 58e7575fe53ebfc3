using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// A Gaussian process given data, in encoded columns and standardised outputs. Rasmussen and Williams 2006, algorithm 2.1.
/// The variance is that of the surface, without the noise of a measurement.
/// </summary>
internal sealed partial class Posterior
{
    /// <summary>Queries predicted at once, so that what a block needs stays in cache.</summary>
    private const int Block = 256;

    private readonly double[] _inverseLengths;
    private readonly double[] _scaled;
    private readonly double[] _noises;
    private readonly Cholesky _factor;
    private readonly double[] _alpha;

    private Posterior(Hyperparameters hyper, double[] inverseLengths, double[] scaled, double[] outputs, double[] noises, Cholesky factor)
    {
        (Hyper, _inverseLengths, _scaled, Outputs, _noises, _factor) = (hyper, inverseLengths, scaled, outputs, noises, factor);
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

    /// <summary>Mean and variance at encoded rows.</summary>
    public void Predict(ReadOnlySpan<double> columns, Span<double> means, Span<double> variances)
    {
        var covariances = new double[Count * Block];
        var queries = new double[Width * Block];
        for (var start = 0; start < means.Length; start += Block)
        {
            var count = Math.Min(Block, means.Length - start);
            Predict(columns.Slice(start * Width, count * Width), queries.AsSpan(0, Width * count), covariances.AsSpan(0, Count * count),
                means.Slice(start, count), variances.Slice(start, count));
        }
    }

    /// <summary>Mean and variance at one encoded row, and how they change with each column.</summary>
    public (double Mean, double Variance) PredictWithSlopes(ReadOnlySpan<double> row, Span<double> meanSlope, Span<double> varianceSlope)
    {
        var (n, width) = (Count, Width);
        var (x, covariance, slopes, weights) = (Scaled(row, _inverseLengths), new double[n], new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var distance = TensorPrimitives.Distance(x, _scaled.AsSpan(i * width, width));
            covariance[i] = distance * distance;
        }
        Kernels.Evaluate(Hyper.Kernel, covariance, covariance, slopes);
        for (var i = 0; i < n; i++) covariance[i] = Hyper.Signal * covariance[i] + Likelihood.MeanVariance;
        var mean = Vectors.Dot(covariance, _alpha);
        covariance.CopyTo(weights, 0);
        _factor.SolveLower(weights);
        var variance = PriorVariance - Vectors.Dot(weights, weights);
        _factor.SolveUpper(weights);
        meanSlope.Clear();
        varianceSlope.Clear();
        for (var i = 0; i < n; i++)
        {
            var other = _scaled.AsSpan(i * width, width);
            var slope = -Hyper.Signal * slopes[i];
            for (var c = 0; c < width; c++)
            {
                var change = slope * (x[c] - other[c]) * _inverseLengths[c];
                meanSlope[c] += change * _alpha[i];
                varianceSlope[c] -= 2 * change * weights[i];
            }
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
        var inverse = _factor.Inverse();
        var (means, variances) = (new double[Count], new double[Count]);
        for (var i = 0; i < Count; i++)
        {
            variances[i] = 1 / inverse[i * Count + i];
            means[i] = Outputs[i] - _alpha[i] * variances[i];
        }
        return (means, variances);
    }

    /// <summary>Below this a variance is rounding error of the prior variance.</summary>
    private double Floor => 1e-12 * PriorVariance;

    private static Posterior Of(Hyperparameters hyper, double[] inverseLengths, double[] scaled, double[] outputs, double[] noises)
    {
        var (n, width) = (outputs.Length, inverseLengths.Length);
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            var row = matrix.AsSpan(i * n, i + 1);
            for (var j = 0; j < i; j++)
            {
                var distance = TensorPrimitives.Distance(scaled.AsSpan(i * width, width), scaled.AsSpan(j * width, width));
                row[j] = distance * distance;
            }
            Kernels.Evaluate(hyper.Kernel, row, row, []);
            TensorPrimitives.Multiply(row, hyper.Signal, row);
            TensorPrimitives.Add(row, Likelihood.MeanVariance, row);
            row[i] += noises[i];
        }
        var factor = Cholesky.Of(matrix, n)
            ?? throw new ArgumentException("the covariance of the observations cannot be factored; are all of them finite?");
        return new Posterior(hyper, inverseLengths, scaled, outputs, noises, factor);
    }

    private void Predict(ReadOnlySpan<double> rows, Span<double> queries, Span<double> covariances, Span<double> means, Span<double> variances)
    {
        var (n, width, count) = (Count, Width, means.Length);
        for (var q = 0; q < count; q++)
            for (var c = 0; c < width; c++) queries[c * count + q] = rows[q * width + c] * _inverseLengths[c];
        covariances.Clear();
        Span<double> difference = stackalloc double[count];
        for (var i = 0; i < n; i++)
        {
            var row = covariances.Slice(i * count, count);
            for (var c = 0; c < width; c++)
            {
                TensorPrimitives.Subtract(queries.Slice(c * count, count), _scaled[i * width + c], difference);
                TensorPrimitives.MultiplyAdd(difference, difference, row, row);
            }
        }
        Kernels.Evaluate(Hyper.Kernel, covariances, covariances, []);
        TensorPrimitives.Multiply(covariances, Hyper.Signal, covariances);
        TensorPrimitives.Add(covariances, Likelihood.MeanVariance, covariances);
        means.Clear();
        Vectors.SubtractRows(means, _alpha, covariances, count);
        TensorPrimitives.Negate(means, means);
        _factor.SolveLowerMany(covariances, count);
        variances.Fill(PriorVariance);
        for (var i = 0; i < n; i++)
        {
            var row = covariances.Slice(i * count, count);
            TensorPrimitives.Multiply(row, row, difference);
            TensorPrimitives.Subtract(variances, difference, variances);
        }
        TensorPrimitives.Max(variances, Floor, variances);
    }

    private static double[] Scaled(ReadOnlySpan<double> columns, double[] inverseLengths)
    {
        var scaled = new double[columns.Length];
        for (var start = 0; start < columns.Length; start += inverseLengths.Length)
            TensorPrimitives.Multiply(columns.Slice(start, inverseLengths.Length), inverseLengths, scaled.AsSpan(start, inverseLengths.Length));
        return scaled;
    }
}
