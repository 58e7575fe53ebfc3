using System.Runtime.CompilerServices;

namespace LabAutomation.Learning;

/// <summary>
/// Products of small blocks that stay in registers, on which all linear algebra for many columns rests. A panel is a block of
/// <see cref="Columns"/> columns, row by row without gaps. Panels are as wide as registers make them; nobody may depend on how wide.
/// </summary>
internal static class Tiles<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, ILanes<TVector>
{
    /// <summary>Rows of a tile: four times three accumulators, three of the panel and one of the other factor fill sixteen registers.</summary>
    public const int Rows = 4;

    /// <summary>Columns of a panel.</summary>
    public static int Columns => 3 * TLanes.Count;

    /// <summary>
    /// C −= A·B, or C = A·B, for four rows: A's element (r, k) lies at r·<paramref name="row"/> + k·<paramref name="step"/>, B is a
    /// panel of <paramref name="depth"/> rows, C's rows are <paramref name="stride"/> apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref double a, nint row, nint step, ref double b, nint depth, ref double c, nint stride, bool isSubtracted)
    {
        nint width = TLanes.Count;
        var (s00, s01, s02) = (TLanes.Spread(0), TLanes.Spread(0), TLanes.Spread(0));
        var (s10, s11, s12) = (s00, s00, s00);
        var (s20, s21, s22) = (s00, s00, s00);
        var (s30, s31, s32) = (s00, s00, s00);
        ref var a0 = ref a;
        ref var a2 = ref Unsafe.Add(ref a, 2 * row);
        for (nint k = 0; k < depth; k++)
        {
            var (b0, b1, b2) = (TLanes.Load(ref b, 0), TLanes.Load(ref b, width), TLanes.Load(ref b, 2 * width));
            var x = TLanes.Spread(a0);
            s00 = TLanes.MultiplyAdd(x, b0, s00);
            s01 = TLanes.MultiplyAdd(x, b1, s01);
            s02 = TLanes.MultiplyAdd(x, b2, s02);
            x = TLanes.Spread(Unsafe.Add(ref a0, row));
            s10 = TLanes.MultiplyAdd(x, b0, s10);
            s11 = TLanes.MultiplyAdd(x, b1, s11);
            s12 = TLanes.MultiplyAdd(x, b2, s12);
            x = TLanes.Spread(a2);
            s20 = TLanes.MultiplyAdd(x, b0, s20);
            s21 = TLanes.MultiplyAdd(x, b1, s21);
            s22 = TLanes.MultiplyAdd(x, b2, s22);
            x = TLanes.Spread(Unsafe.Add(ref a2, row));
            s30 = TLanes.MultiplyAdd(x, b0, s30);
            s31 = TLanes.MultiplyAdd(x, b1, s31);
            s32 = TLanes.MultiplyAdd(x, b2, s32);
            a0 = ref Unsafe.Add(ref a0, step);
            a2 = ref Unsafe.Add(ref a2, step);
            b = ref Unsafe.Add(ref b, 3 * width);
        }
        Put(s00, s01, s02, ref c, isSubtracted);
        Put(s10, s11, s12, ref Unsafe.Add(ref c, stride), isSubtracted);
        Put(s20, s21, s22, ref Unsafe.Add(ref c, 2 * stride), isSubtracted);
        Put(s30, s31, s32, ref Unsafe.Add(ref c, 3 * stride), isSubtracted);
    }

    /// <summary>The same for one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyRow(ref double a, nint step, ref double b, nint depth, ref double c, bool isSubtracted)
    {
        nint width = TLanes.Count;
        var (s0, s1, s2) = (TLanes.Spread(0), TLanes.Spread(0), TLanes.Spread(0));
        for (nint k = 0; k < depth; k++)
        {
            var x = TLanes.Spread(a);
            s0 = TLanes.MultiplyAdd(x, TLanes.Load(ref b, 0), s0);
            s1 = TLanes.MultiplyAdd(x, TLanes.Load(ref b, width), s1);
            s2 = TLanes.MultiplyAdd(x, TLanes.Load(ref b, 2 * width), s2);
            a = ref Unsafe.Add(ref a, step);
            b = ref Unsafe.Add(ref b, 3 * width);
        }
        Put(s0, s1, s2, ref c, isSubtracted);
    }

    /// <summary>Solves L·X = B in place for a panel B; L lies row by row, <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SolveLower(ref double l, nint stride, nint size, ref double panel)
    {
        nint columns = Columns;
        nint i = 0;
        for (; i <= size - Rows; i += Rows)
        {
            ref var rows = ref Unsafe.Add(ref l, i * stride);
            ref var x = ref Unsafe.Add(ref panel, i * columns);
            if (i > 0) Multiply(ref rows, stride, 1, ref panel, i, ref x, columns, isSubtracted: true);
            SolveCorner(ref Unsafe.Add(ref rows, i), stride, ref x, columns);
        }
        for (; i < size; i++)
        {
            ref var row = ref Unsafe.Add(ref l, i * stride);
            ref var x = ref Unsafe.Add(ref panel, i * columns);
            MultiplyRow(ref row, 1, ref panel, i, ref x, isSubtracted: true);
            var inverse = TLanes.Spread(1 / Unsafe.Add(ref row, i));
            for (nint c = 0; c < columns; c += TLanes.Count) TLanes.Store(TLanes.Multiply(TLanes.Load(ref x, c), inverse), ref x, c);
        }
    }

    /// <summary>The four unknowns of a tile, whose right-hand sides already lack everything before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SolveCorner(ref double l, nint stride, ref double x, nint columns)
    {
        ref var l1 = ref Unsafe.Add(ref l, stride);
        ref var l2 = ref Unsafe.Add(ref l1, stride);
        ref var l3 = ref Unsafe.Add(ref l2, stride);
        var (d0, d1, d2, d3) = (TLanes.Spread(1 / l), TLanes.Spread(1 / Unsafe.Add(ref l1, 1)), TLanes.Spread(1 / Unsafe.Add(ref l2, 2)), TLanes.Spread(1 / Unsafe.Add(ref l3, 3)));
        for (nint c = 0; c < columns; c += TLanes.Count)
        {
            var x0 = TLanes.Multiply(TLanes.Load(ref x, c), d0);
            var x1 = TLanes.Load(ref x, columns + c);
            x1 = TLanes.Multiply(Less(x1, x0, l1), d1);
            var x2 = TLanes.Load(ref x, 2 * columns + c);
            x2 = TLanes.Multiply(Less(Less(x2, x0, l2), x1, Unsafe.Add(ref l2, 1)), d2);
            var x3 = TLanes.Load(ref x, 3 * columns + c);
            x3 = TLanes.Multiply(Less(Less(Less(x3, x0, l3), x1, Unsafe.Add(ref l3, 1)), x2, Unsafe.Add(ref l3, 2)), d3);
            TLanes.Store(x0, ref x, c);
            TLanes.Store(x1, ref x, columns + c);
            TLanes.Store(x2, ref x, 2 * columns + c);
            TLanes.Store(x3, ref x, 3 * columns + c);
        }
    }

    /// <summary>value − factor·vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Less(TVector value, TVector vector, double factor) => TLanes.MultiplyAdd(TLanes.Spread(-factor), vector, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector s0, TVector s1, TVector s2, ref double c, bool isSubtracted)
    {
        nint width = TLanes.Count;
        if (isSubtracted)
        {
            s0 = TLanes.Subtract(TLanes.Load(ref c, 0), s0);
            s1 = TLanes.Subtract(TLanes.Load(ref c, width), s1);
            s2 = TLanes.Subtract(TLanes.Load(ref c, 2 * width), s2);
        }
        TLanes.Store(s0, ref c, 0);
        TLanes.Store(s1, ref c, width);
        TLanes.Store(s2, ref c, 2 * width);
    }
}
