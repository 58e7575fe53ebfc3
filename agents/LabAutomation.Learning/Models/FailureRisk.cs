using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// How likely a trial is to succeed, from which ones failed: a beta distribution at every point, to which each trial adds as much as it is
/// alike. R. Goetschalckx et al., "Continuous correlated beta processes", IJCAI 2011. How far likeness reaches along each dimension is
/// chosen by how well every trial is told from the others.
/// </summary>
internal sealed class FailureRisk
{
    /// <summary>What is believed before any trial: nine in ten succeed, with the weight of two trials.</summary>
    private const double PriorSuccess = 1.8, PriorFailure = 0.2;

    private static readonly double[] Reaches = [0.1, 0.2, 0.4, 0.8];
    private const double Indifferent = 8;

    private readonly double[] _inverseLengths;

    /// <summary>The different points, column by column, in units of the reaches.</summary>
    private readonly double[] _scaled;

    /// <summary>Trials at each that succeeded and that failed.</summary>
    private readonly (double Good, double Bad)[] _trials;

    private FailureRisk(double[] inverseLengths, double[] columns, (double, double)[] trials)
    {
        (_inverseLengths, _trials, _scaled) = (inverseLengths, trials, new double[columns.Length]);
        for (var i = 0; i < columns.Length; i++) _scaled[i % Width * Count + i / Width] = columns[i] * inverseLengths[i % Width];
    }

    public int Width => _inverseLengths.Length;

    private int Count => _trials.Length;

    /// <summary>Null where no trial failed.</summary>
    public static FailureRisk? Of(UnitCube cube, IReadOnlyList<Observation> trials)
    {
        if (trials.All(trial => trial.Value is not null)) return null;
        var points = trials.GroupBy(trial => trial.Point).ToArray();
        (double, double)[] counts = [.. points.Select(point => ((double)point.Count(trial => trial.Value is not null), (double)point.Count(trial => trial.Value is null)))];
        var columns = new double[points.Length * cube.Width];
        for (var i = 0; i < points.Length; i++) cube.Encode(points[i].Key, columns.AsSpan(i * cube.Width, cube.Width));
        var scale = Math.Sqrt(cube.Dimensions.Length);
        var (best, most) = (new double[cube.Dimensions.Length], double.NegativeInfinity);
        foreach (var reach in Reaches) Consider([.. Enumerable.Repeat(reach * scale, cube.Dimensions.Length)]);
        // Dimensions that have nothing to do with failing are found one by one.
        for (var d = 0; d < best.Length; d++)
        {
            var without = (double[])best.Clone();
            without[d] *= Indifferent;
            Consider(without);
        }
        return With(best);

        void Consider(double[] lengths)
        {
            var evidence = With(lengths).LeaveOneOut();
            if (evidence > most) (best, most) = (lengths, evidence);
        }

        FailureRisk With(double[] lengths)
        {
            var inverse = new double[cube.Width];
            for (var d = 0; d < lengths.Length; d++) inverse.AsSpan(cube.FirstColumnOf(d), cube.ColumnsOf(d)).Fill(1 / lengths[d]);
            return new FailureRisk(inverse, columns, counts);
        }
    }

    /// <summary>The probability of success at encoded rows.</summary>
    public void Success(ReadOnlySpan<double> rows, Span<double> chances)
    {
        var (x, memory) = (new double[Width], new double[2 * Count]);
        for (var i = 0; i < chances.Length; i++)
        {
            TensorPrimitives.Multiply(rows.Slice(i * Width, Width), _inverseLengths, x);
            var (good, all) = Alike(x, memory, []);
            chances[i] = good / all;
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
        var (good, all) = Alike(x, memory, slopes);
        logSlope.Clear();
        for (var i = 0; i < Count; i++)
        {
            var share = (_trials[i].Good / good - (_trials[i].Good + _trials[i].Bad) / all) * slopes[i];
            for (var c = 0; c < Width; c++) logSlope[c] -= share * (x[c] - _scaled[c * Count + i]) * _inverseLengths[c];
        }
        return good / all;
    }

    /// <summary>What the prior and all trials say: the weight of success, and of both.</summary>
    private (double Good, double All) Alike(double[] x, double[] memory, Span<double> slopes)
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
        var (good, all) = (PriorSuccess, PriorSuccess + PriorFailure);
        for (var i = 0; i < Count; i++)
        {
            good += alike[i] * _trials[i].Good;
            all += alike[i] * (_trials[i].Good + _trials[i].Bad);
        }
        return (good, all);
    }

    /// <summary>Log probability of what happened, trial by trial, from the others.</summary>
    private double LeaveOneOut()
    {
        var (sum, x, memory) = (0.0, new double[Width], new double[2 * Count]);
        for (var i = 0; i < Count; i++)
        {
            for (var c = 0; c < Width; c++) x[c] = _scaled[c * Count + i];
            var (good, all) = Alike(x, memory, []);
            // Without the trial itself, which is wholly like itself.
            if (_trials[i].Good > 0) sum += _trials[i].Good * Math.Log((good - 1) / (all - 1));
            if (_trials[i].Bad > 0) sum += _trials[i].Bad * Math.Log(1 - good / (all - 1));
        }
        return sum;
    }
}
