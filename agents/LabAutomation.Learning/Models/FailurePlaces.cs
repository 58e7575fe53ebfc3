using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>Where trials succeeded and failed, and how alike these places are.</summary>
internal sealed class FailurePlaces
{
    private readonly UnitCube _cube;

    /// <summary>The places, column by column.</summary>
    private readonly double[] _columns;

    private readonly (double Good, double Bad)[] _trials;
    private readonly double _prior;

    /// <param name="prior">Log odds of success before any trial.</param>
    public FailurePlaces(UnitCube cube, IReadOnlyList<(Point Point, double Good, double Bad)> points, double prior)
    {
        (_cube, _prior, _trials, _columns) = (cube, prior, [.. points.Select(point => (point.Good, point.Bad))], new double[points.Count * cube.Width]);
        var row = new double[cube.Width];
        for (var i = 0; i < points.Count; i++)
        {
            cube.Encode(points[i].Point, row);
            for (var c = 0; c < row.Length; c++) _columns[c * points.Count + i] = row[c];
        }
    }

    public int Count => _trials.Length;

    public int Width => _cube.Width;

    /// <param name="logs">Logarithms of the reach along each dimension and, last, of the spread of the log odds.</param>
    public double[] InverseReaches(double[] logs)
    {
        var inverse = new double[Width];
        for (var d = 0; d < _cube.Dimensions.Length; d++) inverse.AsSpan(_cube.FirstColumnOf(d), _cube.ColumnsOf(d)).Fill(Math.Exp(-logs[d]));
        return inverse;
    }

    /// <summary>Column by column, in units of the reaches.</summary>
    public double[] Scaled(double[] inverseReaches)
    {
        var scaled = (double[])_columns.Clone();
        for (var c = 0; c < Width; c++) TensorPrimitives.Multiply(scaled.AsSpan(c * Count, Count), inverseReaches[c], scaled.AsSpan(c * Count, Count));
        return scaled;
    }

    /// <inheritdoc cref="FailureMode.Of"/>
    public FailureMode? ModeWith(double[] logs, double[]? start)
    {
        var (scaled, covariance, difference) = (Scaled(InverseReaches(logs)), new double[Count * Count], new double[Count]);
        for (var i = 0; i < Count; i++)
        {
            var row = covariance.AsSpan(i * Count, Count);
            for (var c = 0; c < Width; c++)
            {
                TensorPrimitives.Subtract(scaled.AsSpan(c * Count, Count), scaled[c * Count + i], difference);
                TensorPrimitives.MultiplyAdd(difference, difference, row, row);
            }
        }
        Kernels.Evaluate(Kernel.Matern52, covariance, covariance, []);
        TensorPrimitives.Multiply(covariance, Math.Exp(2 * logs[^1]), covariance);
        return FailureMode.Of(covariance, _trials, _prior, start);
    }
}
