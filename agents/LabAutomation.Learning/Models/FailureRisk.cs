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
    private readonly double[] _scaled;
    private readonly bool[] _failed;

    private FailureRisk(double[] inverseLengths, double[] columns, bool[] failed)
    {
        (_inverseLengths, _failed, _scaled) = (inverseLengths, failed, new double[columns.Length]);
        for (var i = 0; i < columns.Length; i++) _scaled[i] = columns[i] * inverseLengths[i % inverseLengths.Length];
    }

    public int Width => _inverseLengths.Length;

    /// <summary>Null where no trial failed.</summary>
    public static FailureRisk? Of(UnitCube cube, IReadOnlyList<Observation> trials)
    {
        bool[] failed = [.. trials.Select(trial => trial.Value is null)];
        if (!failed.Contains(true)) return null;
        var columns = new double[trials.Count * cube.Width];
        for (var i = 0; i < trials.Count; i++) cube.Encode(trials[i].Point, columns.AsSpan(i * cube.Width, cube.Width));
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
            return new FailureRisk(inverse, columns, failed);
        }
    }

    /// <summary>The probability of success at one encoded row.</summary>
    public double Success(ReadOnlySpan<double> row) => Success(Scale(row), except: -1, []);

    /// <summary>The same, and the slope of its logarithm by each column.</summary>
    public double SuccessWithSlopes(ReadOnlySpan<double> row, Span<double> logSlope) => Success(Scale(row), except: -1, logSlope);

    private double Success(double[] x, int except, Span<double> logSlope)
    {
        var (alike, slopes) = (new double[_failed.Length], new double[_failed.Length]);
        for (var i = 0; i < alike.Length; i++)
        {
            var distance = System.Numerics.Tensors.TensorPrimitives.Distance(x, _scaled.AsSpan(i * Width, Width));
            alike[i] = distance * distance;
        }
        Kernels.Evaluate(Kernel.Matern52, alike, alike, slopes);
        var (good, all) = (PriorSuccess, PriorSuccess + PriorFailure);
        for (var i = 0; i < alike.Length; i++)
        {
            if (i == except) continue;
            all += alike[i];
            if (!_failed[i]) good += alike[i];
        }
        if (logSlope.IsEmpty) return good / all;
        logSlope.Clear();
        for (var i = 0; i < alike.Length; i++)
        {
            var share = (_failed[i] ? 0 : 1 / good) - 1 / all;
            for (var c = 0; c < x.Length; c++) logSlope[c] -= share * slopes[i] * (x[c] - _scaled[i * Width + c]) * _inverseLengths[c];
        }
        return good / all;
    }

    /// <summary>Log probability of what happened, trial by trial, from the others.</summary>
    private double LeaveOneOut()
    {
        var sum = 0.0;
        for (var i = 0; i < _failed.Length; i++)
        {
            var success = Success(_scaled.AsSpan(i * Width, Width).ToArray(), i, []);
            sum += Math.Log(_failed[i] ? 1 - success : success);
        }
        return sum;
    }

    private double[] Scale(ReadOnlySpan<double> row)
    {
        var x = new double[row.Length];
        System.Numerics.Tensors.TensorPrimitives.Multiply(row, _inverseLengths, x);
        return x;
    }
}
