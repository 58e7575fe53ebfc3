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

    /// <summary>Pairs worked on at once, so that they stay in the first cache.</summary>
    private const int Block = 1024;

    private readonly Kernel _kernel;
    private readonly Designs _designs;
    private readonly double[][] _distances;
    private readonly HyperPrior _prior;
    private readonly double[] _means;
    private readonly double _scatter;
    private readonly double[] _noises;
    private readonly double[] _correlations, _slopes, _weights, _factor, _inverse, _panels;

    /// <summary>Where a share of the signal is a sum over dimensions: slopes by each dimension alone, and how much more the sum correlates than all together.</summary>
    private readonly double[][] _apart;
    private readonly double[] _excess;

    /// <param name="outputs">Standardised, one per observation.</param>
    /// <param name="noises">Variances of rows where they are known, NaN elsewhere; empty where none is.</param>
    public Likelihood(Kernel kernel, Designs designs, double[][] distances, HyperPrior prior, ReadOnlySpan<double> outputs, double[]? noises = null)
    {
        _noises = noises ?? [.. Enumerable.Repeat(double.NaN, designs.Count)];
        (_kernel, _designs, _distances, _prior) = (kernel, designs, distances, prior);
        (_means, _scatter) = designs.Merge(outputs);
        var pairs = designs.Count * (designs.Count - 1) / 2;
        (_correlations, _slopes, _weights) = (new double[pairs], new double[pairs], new double[pairs]);
        (_factor, _inverse) = (new double[designs.Count * designs.Count], new double[designs.Count * designs.Count]);
        _panels = new double[Cholesky.PanelsLength(designs.Count)];
        _apart = prior.IsAdditive ? [.. distances.Select(_ => new double[pairs])] : [];
        _excess = new double[prior.IsAdditive ? pairs : 0];
    }

    /// <summary>Value at the parameters in the order of <see cref="HyperPrior"/>; infinite where the matrix cannot be factored.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var (n, signal, noise) = (_designs.Count, Math.Exp(theta[^2]), Math.Exp(theta[^1]));
        FillCorrelations(theta);
        if (Cholesky.Of(n, _factor, matrix => FillMatrix(matrix, signal, noise), _panels) is not { } factor) return double.PositiveInfinity;
        var alpha = (double[])_means.Clone();
        factor.SolveLower(alpha);
        var fit = Vectors.Dot(alpha, alpha);
        factor.SolveUpper(alpha);

        var repeats = _designs.Common - _noises.Count(double.IsNaN);
        var value = 0.5 * (fit + factor.LogDeterminant() + repeats * theta[^1] + _scatter / noise)
            + _designs.Observations * SpecialFunctions.LogSqrtTwoPi + 0.5 * _designs.Counts.Sum(count => Math.Log(count));
        gradient.Clear();
        factor.Invert(_inverse, _panels);
        FillGradient(theta, gradient, _inverse, alpha, signal, noise);
        gradient[^1] += 0.5 * (repeats - _scatter / noise);
        return value + _prior.Penalty(theta, gradient);
    }

    /// <summary>Log density of each row's mean given all other rows: Rasmussen and Williams, equations 5.10 to 5.12.</summary>
    public double LeaveOneOut(ReadOnlySpan<double> theta)
    {
        var (signal, noise) = (Math.Exp(theta[^2]), Math.Exp(theta[^1]));
        FillCorrelations(theta);
        if (Cholesky.Of(_designs.Count, _factor, matrix => FillMatrix(matrix, signal, noise), _panels) is not { } factor) return double.NegativeInfinity;
        var alpha = (double[])_means.Clone();
        factor.SolveLower(alpha);
        factor.SolveUpper(alpha);
        var precisions = factor.InverseDiagonal();
        var sum = 0.0;
        for (var i = 0; i < alpha.Length; i++)
        {
            var precision = precisions[i];
            sum += 0.5 * (Math.Log(precision) - alpha[i] * alpha[i] / precision) - SpecialFunctions.LogSqrtTwoPi;
        }
        return sum;
    }

    private void FillCorrelations(ReadOnlySpan<double> theta)
    {
        Span<double> factors = stackalloc double[_distances.Length];
        for (var d = 0; d < factors.Length; d++) factors[d] = Math.Exp(-2 * theta[d]);
        for (var start = 0; start < _correlations.Length; start += Block)
        {
            var count = Math.Min(Block, _correlations.Length - start);
            var squares = _correlations.AsSpan(start, count);
            TensorPrimitives.Multiply(_distances[0].AsSpan(start, count), factors[0], squares);
            for (var d = 1; d < factors.Length; d++)
                TensorPrimitives.MultiplyAdd(_distances[d].AsSpan(start, count), factors[d], squares, squares);
            Kernels.Evaluate(_kernel, squares, squares, _slopes.AsSpan(start, count));
            if (_prior.IsAdditive) Mix(start, squares, factors, Hyperparameters.Logistic(theta[^3]));
        }
    }

    /// <summary>Puts the mean of the correlations by each dimension in the place of a share of the correlations.</summary>
    private void Mix(int start, Span<double> correlations, ReadOnlySpan<double> factors, double share)
    {
        var excess = _excess.AsSpan(start, correlations.Length);
        Span<double> one = stackalloc double[correlations.Length];
        TensorPrimitives.Negate(correlations, excess);
        for (var d = 0; d < factors.Length; d++)
        {
            TensorPrimitives.Multiply(_distances[d].AsSpan(start, one.Length), factors[d], one);
            Kernels.Evaluate(_kernel, one, one, _apart[d].AsSpan(start, one.Length));
            TensorPrimitives.MultiplyAdd(one, 1.0 / factors.Length, excess, excess);
        }
        TensorPrimitives.MultiplyAdd(excess, share, correlations, correlations);
    }

    private void FillMatrix(double[] matrix, double signal, double noise)
    {
        var n = _designs.Count;
        for (var (i, at) = (0, 0); i < n; at += i, i++)
        {
            var row = matrix.AsSpan(i * n, i);
            TensorPrimitives.Multiply(_correlations.AsSpan(at, i), signal, row);
            TensorPrimitives.Add(row, MeanVariance, row);
            matrix[i * n + i] = signal + MeanVariance + (double.IsNaN(_noises[i]) ? noise / _designs.Counts[i] : _noises[i]);
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
        for (var start = 0; start < _weights.Length; start += Block)
        {
            var weights = _weights.AsSpan(start, Math.Min(Block, _weights.Length - start));
            gradient[^2] += signal * Vectors.Dot(weights, _correlations.AsSpan(start, weights.Length));
            if (_prior.IsAdditive) AddMixed(start, weights, gradient, signal, Hyperparameters.Logistic(theta[^3]));
            else
            {
                TensorPrimitives.Multiply(weights, _slopes.AsSpan(start, weights.Length), weights);
                for (var d = 0; d < _distances.Length; d++) gradient[d] += Vectors.Dot(weights, _distances[d].AsSpan(start, weights.Length));
            }
        }
        for (var d = 0; d < _distances.Length; d++) gradient[d] *= signal * Math.Exp(-2 * theta[d]);
    }

    private void AddMixed(int start, ReadOnlySpan<double> weights, Span<double> gradient, double signal, double share)
    {
        Span<double> slopes = stackalloc double[weights.Length];
        gradient[^3] += share * (1 - share) * signal * Vectors.Dot(weights, _excess.AsSpan(start, weights.Length));
        for (var d = 0; d < _distances.Length; d++)
        {
            TensorPrimitives.Multiply(_slopes.AsSpan(start, slopes.Length), 1 - share, slopes);
            TensorPrimitives.MultiplyAdd(_apart[d].AsSpan(start, slopes.Length), share / _distances.Length, slopes, slopes);
            TensorPrimitives.Multiply(slopes, weights, slopes);
            gradient[d] += Vectors.Dot(slopes, _distances[d].AsSpan(start, slopes.Length));
        }
    }
}
