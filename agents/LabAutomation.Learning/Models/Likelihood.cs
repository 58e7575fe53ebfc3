using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// Minus the log posterior of the hyperparameters and its gradient: Rasmussen and Williams, "Gaussian Processes for Machine
/// Learning", 2006, equations 5.8 and 5.9, for merged replicates. The constant mean has a unit normal prior and is integrated out.
/// Not for use by two threads: it keeps its working memory.
/// </summary>
internal sealed class Likelihood
{
    /// <summary>Prior variance of the constant mean of standardised outputs.</summary>
    public const double MeanVariance = 1;

    private readonly Kernel _kernel;
    private readonly Designs _designs;
    private readonly double[][] _distances;
    private readonly HyperPrior _prior;
    private readonly double[] _means;
    private readonly double _scatter;
    private readonly double[] _noises;
    private readonly double[] _squares, _correlations, _slopes, _weights, _matrix;

    /// <param name="outputs">Standardised, one per observation.</param>
    /// <param name="noises">Variances of rows where they are known, NaN elsewhere; empty where none is.</param>
    public Likelihood(Kernel kernel, Designs designs, double[][] distances, HyperPrior prior, ReadOnlySpan<double> outputs, double[]? noises = null)
    {
        _noises = noises ?? [.. Enumerable.Repeat(double.NaN, designs.Count)];
        (_kernel, _designs, _distances, _prior) = (kernel, designs, distances, prior);
        (_means, _scatter) = designs.Merge(outputs);
        var pairs = designs.Count * (designs.Count - 1) / 2;
        (_squares, _correlations, _slopes, _weights) = (new double[pairs], new double[pairs], new double[pairs], new double[pairs]);
        _matrix = new double[designs.Count * designs.Count];
    }

    /// <summary>Value at ln ℓ…, ln signal, ln noise; infinite where the matrix cannot be factored.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var (n, signal, noise) = (_designs.Count, Math.Exp(theta[^2]), Math.Exp(theta[^1]));
        FillMatrix(theta, signal, noise);
        if (Cholesky.Of(_matrix, n) is not { } factor) return double.PositiveInfinity;
        var alpha = (double[])_means.Clone();
        factor.SolveLower(alpha);
        var fit = Vectors.Dot(alpha, alpha);
        factor.SolveUpper(alpha);

        var repeats = _designs.Common - _noises.Count(double.IsNaN);
        var value = 0.5 * (fit + factor.LogDeterminant() + repeats * theta[^1] + _scatter / noise)
            + _designs.Observations * SpecialFunctions.LogSqrtTwoPi + 0.5 * _designs.Counts.Sum(count => Math.Log(count));
        gradient.Clear();
        FillGradient(theta, gradient, factor.Inverse(), alpha, signal, noise);
        gradient[^1] += 0.5 * (repeats - _scatter / noise);
        return value + _prior.Penalty(theta, gradient);
    }

    /// <summary>Log density of each row's mean given all other rows: Rasmussen and Williams, equations 5.10 to 5.12.</summary>
    public double LeaveOneOut(ReadOnlySpan<double> theta)
    {
        FillMatrix(theta, Math.Exp(theta[^2]), Math.Exp(theta[^1]));
        if (Cholesky.Of(_matrix, _designs.Count) is not { } factor) return double.NegativeInfinity;
        var alpha = (double[])_means.Clone();
        factor.SolveLower(alpha);
        factor.SolveUpper(alpha);
        var inverse = factor.Inverse();
        var sum = 0.0;
        for (var i = 0; i < alpha.Length; i++)
        {
            var precision = inverse[i * alpha.Length + i];
            sum += 0.5 * (Math.Log(precision) - alpha[i] * alpha[i] / precision) - SpecialFunctions.LogSqrtTwoPi;
        }
        return sum;
    }

    private void FillMatrix(ReadOnlySpan<double> theta, double signal, double noise)
    {
        Array.Clear(_squares);
        for (var d = 0; d < _distances.Length; d++)
            TensorPrimitives.MultiplyAdd(_distances[d], Math.Exp(-2 * theta[d]), _squares, _squares);
        Kernels.Evaluate(_kernel, _squares, _correlations, _slopes);
        var n = _designs.Count;
        for (var (i, at) = (0, 0); i < n; at += i, i++)
        {
            var row = _matrix.AsSpan(i * n, i);
            TensorPrimitives.Multiply(_correlations.AsSpan(at, i), signal, row);
            TensorPrimitives.Add(row, MeanVariance, row);
            _matrix[i * n + i] = signal + MeanVariance + (double.IsNaN(_noises[i]) ? noise / _designs.Counts[i] : _noises[i]);
        }
    }

    private void FillGradient(ReadOnlySpan<double> theta, Span<double> gradient, double[] inverse, double[] alpha, double signal, double noise)
    {
        var n = alpha.Length;
        for (var (i, at) = (0, 0); i < n; at += i, i++)
        {
            TensorPrimitives.MultiplyAdd(alpha.AsSpan(0, i), -alpha[i], inverse.AsSpan(i * n, i), _weights.AsSpan(at, i));
            var own = inverse[i * n + i] - alpha[i] * alpha[i];
            gradient[^2] += 0.5 * own * signal;
            if (double.IsNaN(_noises[i])) gradient[^1] += 0.5 * own * noise / _designs.Counts[i];
        }
        gradient[^2] += signal * Vectors.Dot(_weights, _correlations);
        TensorPrimitives.Multiply(_weights, _slopes, _weights);
        for (var d = 0; d < _distances.Length; d++)
            gradient[d] = signal * Math.Exp(-2 * theta[d]) * Vectors.Dot(_weights, _distances[d]);
    }
}
