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
    /// <summary>Numbers up to which working memory of one prediction is taken from the stack.</summary>
    private const int Few = 4096;

    private readonly PriorCovariance _prior;
    private readonly double[] _scaled;
    private readonly double[] _turned;
    private readonly double[] _noises;
    private readonly Cholesky _factor;
    private readonly double[] _alpha;

    private Posterior(Hyperparameters hyper, PriorCovariance prior, double[] scaled, double[] turned, double[] outputs, double[] noises, Cholesky factor)
    {
        (Hyper, _prior, _scaled, _turned, Outputs, _noises, _factor) = (hyper, prior, scaled, turned, outputs, noises, factor);
        _alpha = (double[])outputs.Clone();
        factor.SolveLower(_alpha);
        factor.SolveUpper(_alpha);
    }

    public Hyperparameters Hyper { get; }

    public double[] Outputs { get; }

    public int Count => Outputs.Length;

    public int Width => _prior.Width;

    private double PriorVariance => _prior.Variance;

    /// <param name="columns">One encoded row per output.</param>
    /// <param name="noises">Variance of each output about the surface.</param>
    public static Posterior Of(UnitCube cube, Hyperparameters hyper, ReadOnlySpan<double> columns, double[] outputs, double[] noises)
    {
        var prior = new PriorCovariance(cube, hyper);
        return Of(hyper, prior, prior.Scaled(columns), outputs, noises);
    }

    /// <summary>The same process with more rows, its hyperparameters as they are.</summary>
    public Posterior With(ReadOnlySpan<double> columns, ReadOnlySpan<double> outputs, ReadOnlySpan<double> noises)
        => Of(Hyper, _prior, [.. _scaled, .. _prior.Scaled(columns)], [.. Outputs, .. outputs], [.. _noises, .. noises]);

    /// <summary>Mean and variance at encoded rows. What is said of a row does not depend on the others.</summary>
    /// <param name="variances">Empty where means are all that is wanted, which takes a small part of the time.</param>
    public void Predict(ReadOnlySpan<double> columns, Span<double> means, Span<double> variances)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns.Length, means.Length * Width);
        if (!variances.IsEmpty) ArgumentOutOfRangeException.ThrowIfNotEqual(variances.Length, means.Length);
        var parts = new PosteriorParts(Hyper, _prior, Floor, _scaled, _alpha, _factor);
        if (Vector512.IsHardwareAccelerated) PosteriorPanels<Vector512<double>, WideLanes>.Predict(parts, columns, means, variances);
        else PosteriorPanels<Vector<double>, NarrowLanes>.Predict(parts, columns, means, variances);
    }

    /// <summary>Mean and variance at one encoded row, and how they change with each column.</summary>
    public (double Mean, double Variance) PredictWithSlopes(ReadOnlySpan<double> row, Span<double> meanSlope, Span<double> varianceSlope)
    {
        var n = Count;
        var size = (_prior.Memory + 2) * n;
        Span<double> memory = size <= Few ? stackalloc double[size] : new double[size];
        Span<double> x = stackalloc double[row.Length];
        var covariance = memory[..n];
        var weights = memory.Slice(n, n);
        var slopes = memory[(2 * n)..];
        var difference = slopes[^n..];
        var product = slopes[^(2 * n)..^n];
        TensorPrimitives.Multiply(row, _prior.InverseLengths, x);
        _prior.Of(x, _turned, n, covariance, slopes);
        var mean = Vectors.Dot(covariance, _alpha);
        covariance.CopyTo(weights);
        _factor.SolveLower(weights);
        var variance = PriorVariance - Vectors.Dot(weights, weights);
        _factor.SolveUpper(weights);
        for (var c = 0; c < row.Length; c++)
        {
            TensorPrimitives.Subtract(_turned.AsSpan(c * n, n), x[c], difference);
            TensorPrimitives.Multiply(difference, slopes.Slice(_prior.SlopeOf(c) * n, n), product);
            var factor = Hyper.Signal * _prior.InverseLengths[c];
            meanSlope[c] = factor * Vectors.Dot(product, _alpha);
            varianceSlope[c] = -2 * factor * Vectors.Dot(product, weights);
        }
        return (mean, Math.Max(variance, Floor));
    }

    /// <inheritdoc cref="SurrogateForm"/>
    public SurrogateForm ToForm(UnitCube cube, SurrogateScale scale)
    {
        var whitener = new double[Count * Count];
        for (var j = 0; j < Count; j++)
        {
            var row = whitener.AsSpan(j * Count, Count);
            row[j] = 1;
            _factor.SolveLower(row);
        }

        return new SurrogateForm
        {
            Dimensions = cube.ToForm(),
            Kernel = Hyper.Kernel,
            InverseLengths = [.. _prior.InverseLengths],
            Rows = [.. _scaled],
            Alpha = [.. _alpha],
            Whitener = whitener,
            Signal = Hyper.Signal,
            AdditiveShare = Hyper.AdditiveShare,
            MeanVariance = Likelihood.MeanVariance,
            LeastVariance = Floor,
            Scale = scale,
        };
    }

    /// <summary>Encoded rows beside which covariances are wanted again and again.</summary>
    public PosteriorCovariance CovarianceWith(ReadOnlySpan<double> columns)
    {
        var rows = _prior.Scaled(columns);
        var weights = new double[rows.Length / Width][];
        var memory = new double[_prior.Memory * Count];
        for (var q = 0; q < weights.Length; q++)
        {
            weights[q] = new double[Count];
            _prior.Of(rows.AsSpan(q * Width, Width), _turned, Count, weights[q], memory);
            _factor.SolveLower(weights[q]);
            _factor.SolveUpper(weights[q]);
        }
        return new PosteriorCovariance(_prior, Hyper.Signal, _turned, _prior.Turned(rows), weights);
    }

    /// <summary>What is expected of each output from all the others: mean, and variance of a measurement. Rasmussen and Williams 2006, equations 5.10 to 5.12.</summary>
    /// <param name="twins">Pairs of rows that are left out together, each row in one pair at most.</param>
    public (double[] Means, double[] Variances) LeaveOneOut(IReadOnlyList<(int One, int Other)> twins)
    {
        var precisions = _factor.InverseDiagonal();
        var (means, variances) = (new double[Count], new double[Count]);
        for (var i = 0; i < Count; i++)
        {
            variances[i] = 1 / precisions[i];
            means[i] = Outputs[i] - _alpha[i] * variances[i];
        }
        foreach (var (one, other) in twins)
        {
            // The same with the two by two block of the inverse in place of one of its diagonal.
            var column = new double[Count];
            column[other] = 1;
            _factor.SolveLower(column);
            _factor.SolveUpper(column);
            var (a, b, c) = (precisions[one], column[one], precisions[other]);
            var determinant = a * c - b * b;
            (variances[one], variances[other]) = (c / determinant, a / determinant);
            means[one] = Outputs[one] - (c * _alpha[one] - b * _alpha[other]) / determinant;
            means[other] = Outputs[other] - (a * _alpha[other] - b * _alpha[one]) / determinant;
        }
        return (means, variances);
    }

    /// <summary>Below this a variance is rounding error of the prior variance.</summary>
    private double Floor => 1e-12 * PriorVariance;

    private static Posterior Of(Hyperparameters hyper, PriorCovariance prior, double[] scaled, double[] outputs, double[] noises)
    {
        var (n, width, turned) = (outputs.Length, prior.Width, prior.Turned(scaled));
        // What lies above the diagonal is never touched, and takes no memory so long as nobody writes zeros to it.
        var factor = Cholesky.Of(n, GC.AllocateUninitializedArray<double>(n * n), Fill)
            ?? throw new ArgumentException("the covariance of the observations cannot be factored; are all of them finite?");
        return new Posterior(hyper, prior, scaled, turned, outputs, noises, factor);

        void Fill(double[] matrix)
        {
            var memory = new double[prior.Memory * n];
            for (var i = 0; i < n; i++)
            {
                var row = matrix.AsSpan(i * n, i + 1);
                prior.Of(scaled.AsSpan(i * width, width), turned, n, row, memory);
                row[i] += noises[i];
            }
        }
    }
}
