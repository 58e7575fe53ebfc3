using System.Runtime.CompilerServices;

namespace LabAutomation.Learning;

/// <summary>The correlation functions in registers.</summary>
internal static class Correlations<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, ILanes<TVector>
{
    /// <summary>Beyond it e^−x is as good as nothing, and soon no normal number.</summary>
    private const double Farthest = 700;

    /// <summary>Adding it moves the whole part of a number to its last bits.</summary>
    private const double Shift = 6755399441055744;

    /// <summary>ln 2 in two parts, the first of which has room for exact products with whole numbers.</summary>
    private const double LogTwoHigh = 6.93147180369123816490e-01, LogTwoLow = 1.90821492927058770002e-10;

    /// <summary>The correlation k and c = −2·dk/d(r²) of <see cref="Kernels.Evaluate"/>.</summary>
    /// <param name="isMatern">Whether it is Matérn 5/2; the squared exponential otherwise.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector squares, bool isMatern, out TVector slope)
    {
        if (!isMatern) return slope = ExpOfMinus(TLanes.Multiply(squares, TLanes.Spread(0.5)));
        // With s = √5·r: k = (1 + s + s²/3)·e^−s and c = 5/3·(1 + s)·e^−s.
        var s = TLanes.SquareRoot(TLanes.Multiply(squares, TLanes.Spread(5)));
        var e = ExpOfMinus(s);
        var sum = TLanes.Add(s, TLanes.Spread(1));
        slope = TLanes.Multiply(TLanes.Multiply(sum, TLanes.Spread(5.0 / 3)), e);
        return TLanes.Multiply(TLanes.MultiplyAdd(TLanes.Multiply(s, s), TLanes.Spread(1.0 / 3), sum), e);
    }

    /// <summary>The correlation alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector squares, bool isMatern)
    {
        if (!isMatern) return ExpOfMinus(TLanes.Multiply(squares, TLanes.Spread(0.5)));
        var s = TLanes.SquareRoot(TLanes.Multiply(squares, TLanes.Spread(5)));
        var sum = TLanes.Add(s, TLanes.Spread(1));
        return TLanes.Multiply(TLanes.MultiplyAdd(TLanes.Multiply(s, s), TLanes.Spread(1.0 / 3), sum), ExpOfMinus(s));
    }

    /// <summary>e^−x of x ≥ 0, to about one unit in the last place: e^−x = 2ⁿ·e^r with |r| ≤ ½·ln 2, and twelve terms of its series.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpOfMinus(TVector x)
    {
        x = TLanes.Least(x, TLanes.Spread(Farthest));
        var shifted = TLanes.MultiplyAdd(x, TLanes.Spread(-1.4426950408889634074), TLanes.Spread(Shift));
        var n = TLanes.Subtract(shifted, TLanes.Spread(Shift));
        // −r, so that signs need no turning.
        var r = TLanes.MultiplyAdd(n, TLanes.Spread(LogTwoLow), TLanes.MultiplyAdd(n, TLanes.Spread(LogTwoHigh), x));
        var sum = TLanes.MultiplyAdd(r, TLanes.Spread(1.0 / 479001600), TLanes.Spread(-1.0 / 39916800));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(1.0 / 3628800));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(-1.0 / 362880));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(1.0 / 40320));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(-1.0 / 5040));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(1.0 / 720));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(-1.0 / 120));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(1.0 / 24));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(-1.0 / 6));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(0.5));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(-1));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Spread(1));
        return TLanes.TimesPowerOfTwo(sum, shifted);
    }

    /// <summary><see cref="Kernels.Evaluate"/>: what is left beside whole registers goes through one too, so that a pair's figure does not depend on its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Evaluate(bool isMatern, ReadOnlySpan<double> squares, Span<double> correlations, Span<double> slopes)
    {
        var width = TLanes.Count;
        Span<double> rest = stackalloc double[width];
        for (var i = 0; i < squares.Length; i += width)
        {
            var isWhole = i <= squares.Length - width;
            if (!isWhole) squares[i..].CopyTo(rest);
            ref var from = ref isWhole ? ref Unsafe.AsRef(in squares[i]) : ref rest[0];
            var k = Of(TLanes.Load(ref from, 0), isMatern, out var c);
            if (isWhole)
            {
                TLanes.Store(k, ref correlations[i], 0);
                if (!slopes.IsEmpty) TLanes.Store(c, ref slopes[i], 0);
                continue;
            }
            TLanes.Store(k, ref rest[0], 0);
            rest[..(squares.Length - i)].CopyTo(correlations[i..]);
            if (slopes.IsEmpty) continue;
            TLanes.Store(c, ref rest[0], 0);
            rest[..(squares.Length - i)].CopyTo(slopes[i..]);
        }
    }
}
