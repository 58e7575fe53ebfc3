using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// How much two rows have to do with each other before any data: one correlation of all dimensions together and, for a share of the signal,
/// the mean of the correlations by each dimension alone, whose surfaces are sums. These are the last and the first order of D. Duvenaud,
/// H. Nickisch and C. Rasmussen, "Additive Gaussian processes", NIPS 2011, with length scales in common.
/// </summary>
internal sealed class PriorCovariance
{
    private readonly Hyperparameters _hyper;
    private readonly int[] _dimensionOf;

    public PriorCovariance(UnitCube cube, Hyperparameters hyper)
    {
        (_hyper, InverseLengths, _dimensionOf) = (hyper, new double[cube.Width], new int[cube.Width]);
        for (var d = 0; d < cube.Dimensions.Length; d++)
        {
            InverseLengths.AsSpan(cube.FirstColumnOf(d), cube.ColumnsOf(d)).Fill(1 / hyper.LengthScales[d]);
            _dimensionOf.AsSpan(cube.FirstColumnOf(d), cube.ColumnsOf(d)).Fill(d);
        }
    }

    /// <summary>One a column of encoded rows.</summary>
    public double[] InverseLengths { get; }

    public int Width => InverseLengths.Length;

    /// <summary>Variance of the surface about zero.</summary>
    public double Variance => _hyper.Signal + Likelihood.MeanVariance;

    public bool IsAdditive => _hyper.AdditiveShare > 0;

    public int Dimensions => _hyper.LengthScales.Length;

    /// <summary>How many numbers <see cref="Of"/> needs to work with for each of the others.</summary>
    public int Memory => Groups + 3;

    /// <summary>Slopes of each pair: one for all columns, or one for each dimension.</summary>
    private int Groups => IsAdditive ? Dimensions : 1;

    /// <summary>Which of the slopes is that of a column.</summary>
    public int SlopeOf(int column) => IsAdditive ? _dimensionOf[column] : 0;

    /// <summary>Whether the columns of a dimension end with this one.</summary>
    public bool IsLastOfDimension(int column) => column + 1 == Width || _dimensionOf[column + 1] != _dimensionOf[column];

    /// <summary>Encoded rows in units of the length scales.</summary>
    public double[] Scaled(ReadOnlySpan<double> columns)
    {
        var scaled = new double[columns.Length];
        for (var start = 0; start < columns.Length; start += Width)
            TensorPrimitives.Multiply(columns.Slice(start, Width), InverseLengths, scaled.AsSpan(start, Width));
        return scaled;
    }

    /// <summary>Rows, one after another, as columns, one after another.</summary>
    public double[] Turned(ReadOnlySpan<double> rows)
    {
        var (turned, count) = (new double[rows.Length], rows.Length / Width);
        for (var i = 0; i < count; i++)
            for (var c = 0; c < Width; c++) turned[c * count + i] = rows[i * Width + c];
        return turned;
    }

    /// <summary>Covariances of one row with the first of others.</summary>
    /// <param name="x">The row, scaled.</param>
    /// <param name="turned">The others, scaled, column by column.</param>
    /// <param name="stride">How many there are in a column.</param>
    /// <param name="covariances">Receives one for each of the first of them.</param>
    /// <param name="memory"><see cref="Memory"/> numbers for each; the first of them receive the slopes −2·∂k/∂(r²) over the signal, group by group.</param>
    public void Of(ReadOnlySpan<double> x, ReadOnlySpan<double> turned, int stride, Span<double> covariances, Span<double> memory)
    {
        var count = covariances.Length;
        var groups = memory[..(Groups * count)];
        var difference = memory.Slice(Groups * count, count);
        groups.Clear();
        for (var c = 0; c < Width; c++)
        {
            var squares = groups.Slice(SlopeOf(c) * count, count);
            TensorPrimitives.Subtract(turned.Slice(c * stride, count), x[c], difference);
            TensorPrimitives.MultiplyAdd(difference, difference, squares, squares);
        }
        if (IsAdditive) Mix(groups, covariances, memory[(Groups * count)..]);
        else Kernels.Evaluate(_hyper.Kernel, groups, covariances, groups);
        TensorPrimitives.Multiply(covariances, _hyper.Signal, covariances);
        TensorPrimitives.Add(covariances, Likelihood.MeanVariance, covariances);
    }

    private void Mix(Span<double> groups, Span<double> correlations, Span<double> memory)
    {
        var count = correlations.Length;
        var together = memory[..count];
        var one = memory.Slice(count, count);
        var all = memory.Slice(2 * count, count);
        all.Clear();
        for (var g = 0; g < Groups; g++) TensorPrimitives.Add(all, groups.Slice(g * count, count), all);
        Kernels.Evaluate(_hyper.Kernel, all, correlations, together);
        TensorPrimitives.Multiply(correlations, 1 - _hyper.AdditiveShare, correlations);
        TensorPrimitives.Multiply(together, 1 - _hyper.AdditiveShare, together);
        for (var g = 0; g < Groups; g++)
        {
            var group = groups.Slice(g * count, count);
            Kernels.Evaluate(_hyper.Kernel, group, one, group);
            TensorPrimitives.MultiplyAdd(one, _hyper.AdditiveShare / Groups, correlations, correlations);
            TensorPrimitives.MultiplyAdd(group, _hyper.AdditiveShare / Groups, together, group);
        }
    }
}
