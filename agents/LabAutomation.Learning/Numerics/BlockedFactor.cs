using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LabAutomation.Learning;

/// <summary>
/// The factor of a symmetric matrix and its inverse in blocks that stay in cache: left-looking, after G. H. Golub and C. F. Van Loan, "Matrix
/// Computations", 4th edition, section 4.2.6. Blocks of several panels are first rid of everything before them, then factored panel by panel.
/// </summary>
internal static class BlockedFactor<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, ILanes<TVector>
{
    /// <summary>Panels of a block, for each of which a row of the factor is read once from far memory.</summary>
    private const int PanelsOfBlock = 4;

    /// <summary>Rows of a panel that stay in the first cache.</summary>
    private const int Depth = 256;

    private static int Width => Tiles<TVector, TLanes>.Columns;

    /// <summary>Numbers of working memory that <see cref="Invert"/> takes, in which there is room for <see cref="TryFactor"/> too.</summary>
    public static int PanelsLength(int size) => Math.Max((size + Width - 1) / Width * Width * size, PackedLength(size));

    /// <summary>Numbers of working memory that <see cref="TryFactor"/> takes.</summary>
    public static int PackedLength(int size) => PanelsOfBlock * Width * Math.Min(Depth, size);

    /// <summary>Factors in place the lower triangle that lies row by row; above the diagonal is nothing of meaning afterwards.</summary>
    /// <param name="diagonal">Of the matrix.</param>
    /// <param name="jitter">Added to the diagonal.</param>
    /// <param name="packed">Working memory of <see cref="PackedLength"/> numbers.</param>
    /// <returns>False where a pivot is not positive, or mere rounding noise of its own diagonal.</returns>
    public static bool TryFactor(double[] l, double[] diagonal, int size, double jitter, double[] packed)
    {
        Span<double> corner = stackalloc double[Width * Width];
        for (var block = 0; block < size; block += PanelsOfBlock * Width)
        {
            var end = Math.Min(size, block + PanelsOfBlock * Width);
            Update(l, size, block, end, 0, block, packed);
            for (var panel = block; panel < end; panel += Width)
            {
                var columns = Math.Min(Width, size - panel);
                Update(l, size, panel, panel + columns, block, panel, packed);
                if (!FactorCorner(l, diagonal, size, panel, columns, jitter, corner)) return false;
                for (var row = panel + columns; row < size; row += Width) SolveRows(l, size, panel, row, corner);
            }
        }
        return true;
    }

    /// <summary>K⁻¹ = (L⁻¹)ᵀ·L⁻¹: its lower triangle; above the diagonal is nothing of meaning.</summary>
    /// <param name="panels">Working memory of <see cref="PanelsLength"/> numbers.</param>
    public static void Invert(double[] l, int size, double[] inverse, double[] panels)
    {
        InvertFactor(l, size, panels);
        Span<double> edge = stackalloc double[Tiles<TVector, TLanes>.Rows * Width];
        for (var left = 0; left < size; left += Width)
            for (var right = left; right < size; right += Width)
            {
                var end = Math.Min(size, right + Width);
                for (var row = right; row < end; row += Tiles<TVector, TLanes>.Rows)
                {
                    ref var a = ref panels[right * size + (row - right) * Width + row - right];
                    ref var b = ref panels[left * size + (row - left) * Width];
                    if (row + Tiles<TVector, TLanes>.Rows <= end && left + Width <= size)
                    {
                        Tiles<TVector, TLanes>.Multiply(ref a, 1, Width, ref b, size - row, ref inverse[row * size + left], size, isSubtracted: false);
                        continue;
                    }
                    for (var one = row; one < Math.Min(end, row + Tiles<TVector, TLanes>.Rows); one++)
                    {
                        Tiles<TVector, TLanes>.MultiplyRow(ref Unsafe.Add(ref a, one - row), Width, ref b, size - row, ref edge[0], isSubtracted: false);
                        edge[..Math.Min(Width, size - left)].CopyTo(inverse.AsSpan(one * size + left));
                    }
                }
            }
    }

    /// <summary>The diagonal of K⁻¹.</summary>
    public static void InvertDiagonal(double[] l, int size, Span<double> diagonal, double[] panels)
    {
        InvertFactor(l, size, panels);
        diagonal.Clear();
        for (var column = 0; column < size; column++)
        {
            var panel = column / Width * Width;
            for (var row = column; row < size; row++)
            {
                var entry = panels[panel * size + (row - panel) * Width + column - panel];
                diagonal[column] += entry * entry;
            }
        }
    }

    /// <summary>L⁻¹ in panels, each from its first row that is not zero on.</summary>
    private static void InvertFactor(double[] l, int size, double[] panels)
    {
        for (var left = 0; left < size; left += Width)
        {
            var panel = panels.AsSpan(left * size, (size - left) * Width);
            panel.Clear();
            for (var r = 0; r < Math.Min(Width, size - left); r++) panel[r * Width + r] = 1;
            Tiles<TVector, TLanes>.SolveLower(ref l[left * size + left], size, size - left, ref panel[0]);
        }
    }

    /// <summary>Takes what columns <paramref name="first"/> to <paramref name="end"/> owe to the earlier ones from all their rows on and below the diagonal.</summary>
    private static void Update(double[] l, int size, int first, int end, int from, int to, double[] packed)
    {
        Span<double> edge = stackalloc double[Tiles<TVector, TLanes>.Rows * Width];
        for (var start = from; start < to; start += Depth)
        {
            var depth = Math.Min(Depth, to - start);
            for (var column = first; column < end; column += Width) Pack(l, size, column, start, depth, packed.AsSpan((column - first) * depth));
            for (var row = first; row < size; row += Tiles<TVector, TLanes>.Rows)
            {
                var rows = Math.Min(Tiles<TVector, TLanes>.Rows, size - row);
                ref var a = ref l[row * size + start];
                for (var column = first; column < Math.Min(end, row + rows); column += Width)
                {
                    ref var b = ref packed[(column - first) * depth];
                    if (rows == Tiles<TVector, TLanes>.Rows && column + Width <= size)
                    {
                        Tiles<TVector, TLanes>.Multiply(ref a, size, 1, ref b, depth, ref l[row * size + column], size, isSubtracted: true);
                        continue;
                    }
                    var columns = Math.Min(Width, size - column);
                    for (var r = 0; r < rows; r++)
                    {
                        var target = l.AsSpan((row + r) * size + column, columns);
                        target.CopyTo(edge);
                        Tiles<TVector, TLanes>.MultiplyRow(ref Unsafe.Add(ref a, r * size), 1, ref b, depth, ref edge[0], isSubtracted: true);
                        edge[..columns].CopyTo(target);
                    }
                }
            }
        }
    }

    /// <summary>Rows of L from <paramref name="column"/> on, as the columns of a panel; zero beyond the last.</summary>
    private static void Pack(double[] l, int size, int column, int start, int depth, Span<double> panel)
    {
        var columns = Math.Min(Width, size - column);
        if (columns < Width) panel[..(depth * Width)].Clear();
        ref var to = ref MemoryMarshal.GetReference(panel[..(depth * Width)]);
        for (var c = 0; c < columns; c++)
        {
            var row = l.AsSpan((column + c) * size + start, depth);
            for (var k = 0; k < row.Length; k++) Unsafe.Add(ref to, k * Width + c) = row[k];
        }
    }

    /// <summary>The block on the diagonal, by rows of its transpose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool FactorCorner(double[] l, double[] diagonal, int size, int first, int columns, double jitter, Span<double> corner)
    {
        nint width = TLanes.Count;
        ref var at = ref MemoryMarshal.GetReference(corner[..(Width * Width)]);
        for (var i = 0; i < columns; i++)
        {
            var row = l.AsSpan((first + i) * size + first, i + 1);
            for (var j = 0; j < row.Length; j++) Unsafe.Add(ref at, j * Width + i) = row[j];
        }
        for (var j = 0; j < columns; j++)
        {
            ref var row = ref Unsafe.Add(ref at, j * Width);
            var pivot = Unsafe.Add(ref row, j) + jitter;
            if (!(pivot > 1e-14 * diagonal[first + j])) return false;
            var root = Math.Sqrt(pivot);
            var inverse = TLanes.Spread(1 / root);
            // What lies before the diagonal is nothing of meaning, and whole registers are faster than parts of them.
            var (r0, r1, r2) = (TLanes.Multiply(TLanes.Load(ref row, 0), inverse), TLanes.Multiply(TLanes.Load(ref row, width), inverse), TLanes.Multiply(TLanes.Load(ref row, 2 * width), inverse));
            TLanes.Store(r0, ref row, 0);
            TLanes.Store(r1, ref row, width);
            TLanes.Store(r2, ref row, 2 * width);
            for (var i = j + 1; i < columns; i++)
            {
                var factor = TLanes.Spread(-Unsafe.Add(ref row, i));
                ref var target = ref Unsafe.Add(ref at, i * Width);
                TLanes.Store(TLanes.MultiplyAdd(factor, r0, TLanes.Load(ref target, 0)), ref target, 0);
                TLanes.Store(TLanes.MultiplyAdd(factor, r1, TLanes.Load(ref target, width)), ref target, width);
                TLanes.Store(TLanes.MultiplyAdd(factor, r2, TLanes.Load(ref target, 2 * width)), ref target, 2 * width);
            }
            Unsafe.Add(ref row, j) = root;
        }
        for (var i = 0; i < columns; i++)
        {
            var row = l.AsSpan((first + i) * size + first, i + 1);
            for (var j = 0; j < row.Length; j++) row[j] = Unsafe.Add(ref at, j * Width + i);
        }
        return true;
    }

    /// <summary>Rows below a block on the diagonal: X·Lᵀ = C, solved as L·Xᵀ = Cᵀ.</summary>
    private static void SolveRows(double[] l, int size, int panel, int row, Span<double> turned)
    {
        var rows = Math.Min(Width, size - row);
        if (rows < Width) turned.Clear();
        ref var at = ref MemoryMarshal.GetReference(turned[..(Width * Width)]);
        for (var r = 0; r < rows; r++)
        {
            var from = l.AsSpan((row + r) * size + panel, Width);
            for (var j = 0; j < from.Length; j++) Unsafe.Add(ref at, j * Width + r) = from[j];
        }
        Tiles<TVector, TLanes>.SolveLower(ref l[panel * size + panel], size, Width, ref at);
        for (var r = 0; r < rows; r++)
        {
            var to = l.AsSpan((row + r) * size + panel, Width);
            for (var j = 0; j < to.Length; j++) to[j] = Unsafe.Add(ref at, j * Width + r);
        }
    }
}
