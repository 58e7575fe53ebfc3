namespace LabAutomation.Simulators.Reactor.Integration;

/// <summary>A dense square matrix, factored in place with row exchanges.</summary>
internal sealed class LuFactors(int size)
{
    private readonly int[] _rows = new int[size];

    /// <summary>Row by row; filled by the caller before <see cref="Factor"/>.</summary>
    public double[] Matrix { get; } = new double[size * size];

    public void Factor()
    {
        for (var k = 0; k < size; k++)
        {
            var pivot = k;
            for (var i = k + 1; i < size; i++)
                if (Math.Abs(Matrix[(i * size) + k]) > Math.Abs(Matrix[(pivot * size) + k])) pivot = i;
            _rows[k] = pivot;
            var top = Matrix.AsSpan(k * size, size);
            if (pivot != k) Exchange(top, Matrix.AsSpan(pivot * size, size));
            for (var i = k + 1; i < size; i++)
            {
                var row = Matrix.AsSpan(i * size, size);
                var factor = row[k] /= top[k];
                if (factor == 0) continue;
                for (var j = k + 1; j < size; j++) row[j] -= factor * top[j];
            }
        }
    }

    /// <summary>Replaces a right-hand side by the solution.</summary>
    public void Solve(Span<double> right)
    {
        for (var k = 0; k < size; k++)
        {
            (right[k], right[_rows[k]]) = (right[_rows[k]], right[k]);
        }

        for (var i = 1; i < size; i++)
        {
            var row = Matrix.AsSpan(i * size, size);
            for (var j = 0; j < i; j++) right[i] -= row[j] * right[j];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            var row = Matrix.AsSpan(i * size, size);
            for (var j = i + 1; j < size; j++) right[i] -= row[j] * right[j];
            right[i] /= row[i];
        }
    }

    private static void Exchange(Span<double> a, Span<double> b)
    {
        for (var j = 0; j < a.Length; j++) (a[j], b[j]) = (b[j], a[j]);
    }
}
