namespace LabAutomation.Learning;

/// <summary>
/// K = L·Lᵀ of a symmetric positive matrix stored row by row. Refuses a matrix only when no jitter up to 10⁻³ of its diagonal helps.
/// </summary>
internal sealed class Cholesky
{
    private readonly double[] _l;

    private Cholesky(double[] l, int size, double jitter) => (_l, Size, Jitter) = (l, size, jitter);

    public int Size { get; }

    /// <summary>What had to be added to the diagonal; zero as a rule.</summary>
    public double Jitter { get; }

    /// <summary>L row by row; above the diagonal is nothing of meaning.</summary>
    public ReadOnlySpan<double> Lower => _l;

    /// <param name="matrix">Its lower triangle is read, and nothing is written to it.</param>
    /// <returns>Null where the matrix is not positive even with the largest jitter, or not finite.</returns>
    public static Cholesky? Of(ReadOnlySpan<double> matrix, int size)
    {
        var diagonal = 0.0;
        for (var i = 0; i < size; i++) diagonal += matrix[i * size + i] / size;
        var l = new double[size * size];
        for (var rung = 0; rung <= 8; rung++)
        {
            // 0, then 1e-10 to 1e-3 of the mean diagonal.
            var jitter = rung == 0 ? 0 : diagonal * Math.Pow(10, rung - 11);
            matrix.CopyTo(l);
            if (TryFactor(l, size, jitter)) return new Cholesky(l, size, jitter);
        }
        return null;
    }

    public double LogDeterminant()
    {
        var sum = 0.0;
        for (var i = 0; i < Size; i++) sum += Math.Log(_l[i * Size + i]);
        return 2 * sum;
    }

    /// <summary>Solves L·x = b in place.</summary>
    public void SolveLower(Span<double> b)
    {
        for (var i = 0; i < Size; i++)
            b[i] = (b[i] - Vectors.Dot(b[..i], _l.AsSpan(i * Size, i))) / _l[i * Size + i];
    }

    /// <summary>Solves Lᵀ·x = b in place.</summary>
    public void SolveUpper(Span<double> b)
    {
        for (var i = Size - 1; i >= 0; i--)
        {
            b[i] /= _l[i * Size + i];
            Vectors.SubtractRows(b[..i], b.Slice(i, 1), _l.AsSpan(i * Size, i), Size);
        }
    }

    /// <summary>Solves L·X = B in place for many right-hand sides: B has a row per row of L, each of <paramref name="columns"/> numbers.</summary>
    public void SolveLowerMany(Span<double> b, int columns)
    {
        for (var i = 0; i < Size; i++)
        {
            var row = b.Slice(i * columns, columns);
            Vectors.SubtractRows(row, _l.AsSpan(i * Size, i), b, columns);
            System.Numerics.Tensors.TensorPrimitives.Multiply(row, 1 / _l[i * Size + i], row);
        }
    }

    /// <summary>K⁻¹, both triangles.</summary>
    public double[] Inverse()
    {
        // Row j of `columns` is column j of L⁻¹, so that both steps are dot products of rows.
        var columns = new double[Size * Size];
        for (var j = 0; j < Size; j++)
        {
            var column = columns.AsSpan(j * Size, Size);
            column[j] = 1 / _l[j * Size + j];
            for (var i = j + 1; i < Size; i++)
                column[i] = -Vectors.Dot(column[j..i], _l.AsSpan(i * Size + j, i - j)) / _l[i * Size + i];
        }
        var inverse = new double[Size * Size];
        for (var i = 0; i < Size; i++)
        {
            var row = columns.AsSpan(i * Size + i, Size - i);
            var j = 0;
            for (; j <= i - 3; j += 4)
            {
                var at = i * Size + j;
                (inverse[at], inverse[at + 1], inverse[at + 2], inverse[at + 3]) = Vectors.Dot4(row, columns.AsSpan(j * Size + i), Size);
            }
            for (; j <= i; j++) inverse[i * Size + j] = Vectors.Dot(row, columns.AsSpan(j * Size + i));
            for (j = 0; j < i; j++) inverse[j * Size + i] = inverse[i * Size + j];
        }
        return inverse;
    }

    private static bool TryFactor(double[] l, int size, double jitter)
    {
        for (var i = 0; i < size; i++)
        {
            var row = l.AsSpan(i * size, i + 1);
            var j = 0;
            for (; j <= i - 4; j += 4)
            {
                var (s0, s1, s2, s3) = Vectors.Dot4(row[..j], l.AsSpan(j * size), size);
                var (r0, r1, r2, r3) = (j * size + j, (j + 1) * size + j, (j + 2) * size + j, (j + 3) * size + j);
                row[j] = (row[j] - s0) / l[r0];
                row[j + 1] = (row[j + 1] - s1 - row[j] * l[r1]) / l[r1 + 1];
                row[j + 2] = (row[j + 2] - s2 - row[j] * l[r2] - row[j + 1] * l[r2 + 1]) / l[r2 + 2];
                row[j + 3] = (row[j + 3] - s3 - row[j] * l[r3] - row[j + 1] * l[r3 + 1] - row[j + 2] * l[r3 + 2]) / l[r3 + 3];
            }
            for (; j < i; j++) row[j] = (row[j] - Vectors.Dot(row[..j], l.AsSpan(j * size))) / l[j * size + j];
            var pivot = row[i] + jitter - Vectors.Dot(row[..i], row);
            // A pivot that is rounding noise of its own diagonal is as bad as a negative one.
            if (!(pivot > 1e-14 * row[i])) return false;
            row[i] = Math.Sqrt(pivot);
        }
        return true;
    }
}
