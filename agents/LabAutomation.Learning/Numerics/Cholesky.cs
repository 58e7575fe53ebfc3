using System.Numerics;
using System.Runtime.Intrinsics;

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
        var copy = matrix.ToArray();
        return Of(size, new double[size * size], l => copy.CopyTo(l, 0));
    }

    /// <param name="l">Memory of the factor, which is its own from now on.</param>
    /// <param name="panels">Working memory of <see cref="PanelsLength"/> numbers; null to take it anew.</param>
    /// <param name="fill">Writes the lower triangle of the matrix; called again for every jitter that is tried.</param>
    /// <returns>Null where the matrix is not positive even with the largest jitter, or not finite.</returns>
    public static Cholesky? Of(int size, double[] l, Action<double[]> fill, double[]? panels = null)
    {
        panels ??= new double[PackedLength(size)];
        var diagonal = new double[size];
        for (var rung = 0; rung <= 8; rung++)
        {
            fill(l);
            for (var i = 0; i < size; i++) diagonal[i] = l[i * size + i];
            // 0, then 1e-10 to 1e-3 of the mean diagonal.
            var jitter = rung == 0 ? 0 : diagonal.Average() * Math.Pow(10, rung - 11);
            if (TryFactor(l, diagonal, size, jitter, panels)) return new Cholesky(l, size, jitter);
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
        var i = 0;
        for (; i <= Size - 4; i += 4)
        {
            var (s0, s1, s2, s3) = Vectors.Dot4(b[..i], _l.AsSpan(i * Size), Size);
            var (r0, r1, r2, r3) = (i * Size + i, (i + 1) * Size + i, (i + 2) * Size + i, (i + 3) * Size + i);
            var x0 = (b[i] - s0) / _l[r0];
            var x1 = (b[i + 1] - s1 - x0 * _l[r1]) / _l[r1 + 1];
            var x2 = (b[i + 2] - s2 - x0 * _l[r2] - x1 * _l[r2 + 1]) / _l[r2 + 2];
            (b[i], b[i + 1], b[i + 2]) = (x0, x1, x2);
            b[i + 3] = (b[i + 3] - s3 - x0 * _l[r3] - x1 * _l[r3 + 1] - x2 * _l[r3 + 2]) / _l[r3 + 3];
        }
        for (; i < Size; i++) b[i] = (b[i] - Vectors.Dot(b[..i], _l.AsSpan(i * Size, i))) / _l[i * Size + i];
    }

    /// <summary>Solves Lᵀ·x = b in place.</summary>
    public void SolveUpper(Span<double> b)
    {
        var i = Size - 1;
        // What is left of the size modulo four first, so that the rest goes four rows at a time.
        for (; i % 4 != 3 && i >= 0; i--)
        {
            b[i] /= _l[i * Size + i];
            Vectors.SubtractRows(b[..i], b.Slice(i, 1), _l.AsSpan(i * Size, i), Size);
        }
        for (i -= 3; i >= 0; i -= 4)
        {
            var (r0, r1, r2, r3) = (i * Size + i, (i + 1) * Size + i, (i + 2) * Size + i, (i + 3) * Size + i);
            var x3 = b[i + 3] / _l[r3 + 3];
            var x2 = (b[i + 2] - x3 * _l[r3 + 2]) / _l[r2 + 2];
            var x1 = (b[i + 1] - x3 * _l[r3 + 1] - x2 * _l[r2 + 1]) / _l[r1 + 1];
            (b[i + 3], b[i + 2], b[i + 1]) = (x3, x2, x1);
            b[i] = (b[i] - x3 * _l[r3] - x2 * _l[r2] - x1 * _l[r1]) / _l[r0];
            Vectors.SubtractRows(b[..i], b.Slice(i, 4), _l.AsSpan(i * Size), Size);
        }
    }

    /// <summary>K⁻¹, both triangles.</summary>
    public double[] Inverse()
    {
        var (inverse, panels) = (new double[Size * Size], new double[PanelsLength(Size)]);
        Invert(inverse, panels);
        for (var i = 0; i < Size; i++)
            for (var j = 0; j < i; j++) inverse[j * Size + i] = inverse[i * Size + j];
        return inverse;
    }

    /// <summary>The lower triangle of K⁻¹ into given memory; above the diagonal is nothing of meaning.</summary>
    /// <param name="panels">Working memory of <see cref="PanelsLength"/> numbers.</param>
    public void Invert(double[] inverse, double[] panels)
    {
        if (IsWide) BlockedFactor<Vector512<double>, WideLanes>.Invert(_l, Size, inverse, panels);
        else BlockedFactor<Vector<double>, NarrowLanes>.Invert(_l, Size, inverse, panels);
    }

    /// <summary>The diagonal of K⁻¹.</summary>
    public double[] InverseDiagonal()
    {
        var (diagonal, panels) = (new double[Size], new double[PanelsLength(Size)]);
        if (IsWide) BlockedFactor<Vector512<double>, WideLanes>.InvertDiagonal(_l, Size, diagonal, panels);
        else BlockedFactor<Vector<double>, NarrowLanes>.InvertDiagonal(_l, Size, diagonal, panels);
        return diagonal;
    }

    public static int PanelsLength(int size)
        => IsWide ? BlockedFactor<Vector512<double>, WideLanes>.PanelsLength(size) : BlockedFactor<Vector<double>, NarrowLanes>.PanelsLength(size);

    private static int PackedLength(int size)
        => IsWide ? BlockedFactor<Vector512<double>, WideLanes>.PackedLength(size) : BlockedFactor<Vector<double>, NarrowLanes>.PackedLength(size);

    private static bool IsWide => Vector512.IsHardwareAccelerated;

    private static bool TryFactor(double[] l, double[] diagonal, int size, double jitter, double[] panels) => IsWide
        ? BlockedFactor<Vector512<double>, WideLanes>.TryFactor(l, diagonal, size, jitter, panels)
        : BlockedFactor<Vector<double>, NarrowLanes>.TryFactor(l, diagonal, size, jitter, panels);
}
