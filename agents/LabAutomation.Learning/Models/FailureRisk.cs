using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// How likely a trial is to succeed, from which ones failed: a Gaussian process over the log odds of success, whose posterior is taken to
/// be normal about its mode (C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning", 2006, section 3.4). What is
/// expected where nothing is known is the share that succeeded, with ten trials beforehand of which nine did. The probability at a point is averaged over the doubt about its log odds by
/// D. J. C. MacKay's approximation ("The evidence framework applied to classification networks", Neural Computation 4, 1992).
/// </summary>
internal sealed class FailureRisk
{
    private readonly double[] _inverseLengths;
    private readonly double _variance;

    /// <summary>The different points, column by column, in units of the reaches.</summary>
    private readonly double[] _scaled;
    private readonly FailureMode _mode;

    /// <param name="logs">As of <see cref="FailurePlaces.InverseReaches"/>.</param>
    /// <param name="support">See <see cref="Support"/>.</param>
    public FailureRisk(FailurePlaces places, double[] logs, FailureMode mode, double support)
    {
        (_inverseLengths, _variance, _mode, Support) = (places.InverseReaches(logs), Math.Exp(2 * logs[^1]), mode, support);
        _scaled = places.Scaled(_inverseLengths);
    }

    /// <summary>
    /// Probability that failing has to do with the place at all, rather than that every trial fails as easily: then the share that succeeded
    /// is all there is to know.
    /// </summary>
    public double Support { get; }

    /// <summary>Probability of success where the place does not matter.</summary>
    private double Share => 1 / (1 + Math.Exp(-_mode.Prior));

    public int Width => _inverseLengths.Length;

    private int Count => _mode.Count;

    /// <summary>Null where no trial failed.</summary>
    public static FailureRisk? Of(UnitCube cube, IReadOnlyList<Observation> trials) =>
        trials.All(trial => trial.Value is not null) ? null : new FailureSearch(cube, trials).Best();

    /// <summary>The same without fitting, for few successes among failures.</summary>
    public static FailureRisk? Usual(UnitCube cube, IReadOnlyList<Observation> trials) =>
        trials.All(trial => trial.Value is not null) ? null : new FailureSearch(cube, trials).Usual();

    /// <summary>The probability of success at encoded rows.</summary>
    /// <param name="withDoubt">False for that of the likeliest odds, which needs no solving.</param>
    public void Success(ReadOnlySpan<double> rows, Span<double> chances, bool withDoubt = true)
    {
        var (x, memory) = (new double[Width], new double[2 * Count]);
        for (var i = 0; i < chances.Length; i++)
        {
            TensorPrimitives.Multiply(rows.Slice(i * Width, Width), _inverseLengths, x);
            Alike(x, memory, []);
            var (mean, variance) = withDoubt ? _mode.Predict(memory.AsSpan(0, Count), _variance, memory.AsSpan(Count, Count)) : (_mode.Mean(memory.AsSpan(0, Count)), 0);
            chances[i] = Mixed(Chance(mean, variance));
        }
    }

    /// <summary>The same at one row.</summary>
    public double Success(ReadOnlySpan<double> row)
    {
        Span<double> chance = stackalloc double[1];
        Success(row, chance);
        return chance[0];
    }

    /// <summary>The probability at one encoded row, and the slope of its logarithm by each column.</summary>
    public double SuccessWithSlopes(ReadOnlySpan<double> row, Span<double> logSlope)
    {
        var (x, memory, slopes) = (new double[Width], new double[2 * Count], new double[Count]);
        TensorPrimitives.Multiply(row, _inverseLengths, x);
        Alike(x, memory, slopes);
        var weights = memory.AsSpan(Count, Count);
        var (mean, variance) = _mode.Predict(memory.AsSpan(0, Count), _variance, weights);
        // z = mean/√(1 + πv/8); dv = −2·wᵀ·dk with w = (K + W⁻¹)⁻¹·k.
        var shrink = 1 / Math.Sqrt(1 + Math.PI * variance / 8);
        var chance = Chance(mean, variance);
        var (byMean, byVariance) = ((1 - chance) * shrink, -(1 - chance) * mean * shrink * shrink * shrink * Math.PI / 16);
        logSlope.Clear();
        for (var i = 0; i < Count; i++)
        {
            var share = (byMean * _mode.Pull[i] - 2 * byVariance * weights[i]) * slopes[i];
            for (var c = 0; c < Width; c++) logSlope[c] -= share * (x[c] - _scaled[c * Count + i]) * _inverseLengths[c];
        }
        var mixed = Mixed(chance);
        TensorPrimitives.Multiply(logSlope[..Width], Support * chance / mixed, logSlope[..Width]);
        return mixed;
    }

    private double Mixed(double chance) => Support * chance + (1 - Support) * Share;

    private static double Chance(double mean, double variance) => 1 / (1 + Math.Exp(-mean / Math.Sqrt(1 + Math.PI * variance / 8)));

    /// <summary>Covariances with the points into the first half of the memory.</summary>
    private void Alike(double[] x, double[] memory, Span<double> slopes)
    {
        var alike = memory.AsSpan(0, Count);
        var difference = memory.AsSpan(Count, Count);
        alike.Clear();
        for (var c = 0; c < x.Length; c++)
        {
            TensorPrimitives.Subtract(_scaled.AsSpan(c * Count, Count), x[c], difference);
            TensorPrimitives.MultiplyAdd(difference, difference, alike, alike);
        }
        Kernels.Evaluate(Kernel.Matern52, alike, alike, slopes);
        TensorPrimitives.Multiply(alike, _variance, alike);
        if (!slopes.IsEmpty) TensorPrimitives.Multiply(slopes, _variance, slopes);
    }
}
