using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LabAutomation.Learning;

/// <summary>The two inner loops on which all linear algebra here rests, for rows that lie one after another in memory.</summary>
internal static class Vectors
{
    /// <summary>Σ a·b over the length of <paramref name="a"/>.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        var (sum0, sum1) = (Vector<double>.Zero, Vector<double>.Zero);
        var width = Vector<double>.Count;
        var i = 0;
        for (; i <= a.Length - 2 * width; i += 2 * width)
        {
            sum0 = Vector.FusedMultiplyAdd(Load(ref x, i), Load(ref y, i), sum0);
            sum1 = Vector.FusedMultiplyAdd(Load(ref x, i + width), Load(ref y, i + width), sum1);
        }
        if (i <= a.Length - width)
        {
            sum0 = Vector.FusedMultiplyAdd(Load(ref x, i), Load(ref y, i), sum0);
            i += width;
        }
        var sum = Vector.Sum(sum0 + sum1);
        for (; i < a.Length; i++) sum = Math.FusedMultiplyAdd(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i), sum);
        return sum;
    }

    /// <summary>
    /// Four dot products of <paramref name="a"/> with rows of <paramref name="b"/> that are <paramref name="stride"/> apart, reading
    /// a once.
    /// </summary>
    public static (double, double, double, double) Dot4(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int stride)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..(3 * stride + a.Length)]);
        var (sum0, sum1, sum2, sum3) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var width = Vector<double>.Count;
        var i = 0;
        for (; i <= a.Length - width; i += width)
        {
            var v = Load(ref x, i);
            sum0 = Vector.FusedMultiplyAdd(v, Load(ref y, i), sum0);
            sum1 = Vector.FusedMultiplyAdd(v, Load(ref y, i + stride), sum1);
            sum2 = Vector.FusedMultiplyAdd(v, Load(ref y, i + 2 * stride), sum2);
            sum3 = Vector.FusedMultiplyAdd(v, Load(ref y, i + 3 * stride), sum3);
        }
        var (s0, s1, s2, s3) = (Vector.Sum(sum0), Vector.Sum(sum1), Vector.Sum(sum2), Vector.Sum(sum3));
        for (; i < a.Length; i++)
        {
            var v = Unsafe.Add(ref x, i);
            s0 = Math.FusedMultiplyAdd(v, Unsafe.Add(ref y, i), s0);
            s1 = Math.FusedMultiplyAdd(v, Unsafe.Add(ref y, i + stride), s1);
            s2 = Math.FusedMultiplyAdd(v, Unsafe.Add(ref y, i + 2 * stride), s2);
            s3 = Math.FusedMultiplyAdd(v, Unsafe.Add(ref y, i + 3 * stride), s3);
        }
        return (s0, s1, s2, s3);
    }

    /// <summary>target −= Σ factor·row for up to any number of rows that are <paramref name="stride"/> apart, four rows a pass.</summary>
    public static void SubtractRows(Span<double> target, ReadOnlySpan<double> factors, ReadOnlySpan<double> rows, int stride)
    {
        if (factors.Length == 0) return;
        ref var t = ref MemoryMarshal.GetReference(target);
        ref var r = ref MemoryMarshal.GetReference(rows[..((factors.Length - 1) * stride + target.Length)]);
        var width = Vector<double>.Count;
        var k = 0;
        for (; k <= factors.Length - 4; k += 4)
        {
            var (f0, f1, f2, f3) = (-factors[k], -factors[k + 1], -factors[k + 2], -factors[k + 3]);
            var (v0, v1, v2, v3) = (new Vector<double>(f0), new Vector<double>(f1), new Vector<double>(f2), new Vector<double>(f3));
            ref var row = ref Unsafe.Add(ref r, k * stride);
            var i = 0;
            for (; i <= target.Length - width; i += width)
            {
                var sum = Vector.FusedMultiplyAdd(v0, Load(ref row, i), Load(ref t, i));
                sum = Vector.FusedMultiplyAdd(v1, Load(ref row, i + stride), sum);
                sum = Vector.FusedMultiplyAdd(v2, Load(ref row, i + 2 * stride), sum);
                sum = Vector.FusedMultiplyAdd(v3, Load(ref row, i + 3 * stride), sum);
                sum.StoreUnsafe(ref Unsafe.Add(ref t, i));
            }
            for (; i < target.Length; i++)
            {
                var sum = Math.FusedMultiplyAdd(f0, Unsafe.Add(ref row, i), Unsafe.Add(ref t, i));
                sum = Math.FusedMultiplyAdd(f1, Unsafe.Add(ref row, i + stride), sum);
                sum = Math.FusedMultiplyAdd(f2, Unsafe.Add(ref row, i + 2 * stride), sum);
                Unsafe.Add(ref t, i) = Math.FusedMultiplyAdd(f3, Unsafe.Add(ref row, i + 3 * stride), sum);
            }
        }
        for (; k < factors.Length; k++)
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(rows.Slice(k * stride, target.Length), -factors[k], target, target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Load(ref double start, int offset) => Vector.LoadUnsafe(ref start, (nuint)offset);
}
