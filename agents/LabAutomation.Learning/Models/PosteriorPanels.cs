using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LabAutomation.Learning;

/// <summary>
/// Mean and variance at many rows: Rasmussen and Williams 2006, algorithm 2.1, for a panel of rows at a time, from the distances to the
/// explained variance without leaving the first caches.
/// </summary>
internal static class PosteriorPanels<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, ILanes<TVector>
{
    private static int Width => Tiles<TVector, TLanes>.Columns;

    /// <param name="process">Of which the rows are predicted.</param>
    /// <param name="rows">Encoded, one after another.</param>
    /// <param name="variances">Empty where means are all that is wanted, which takes a small part of the time.</param>
    public static void Predict(PosteriorParts process, ReadOnlySpan<double> rows, Span<double> means, Span<double> variances)
    {
        var (n, columns) = (process.Alpha.Length, process.Prior.Width);
        var (queries, moments) = (new double[Width * columns], new double[2 * Width]);
        var panel = ArrayPool<double>.Shared.Rent(Width * n);
        for (var start = 0; start < means.Length; start += Width)
        {
            var count = Math.Min(Width, means.Length - start);
            for (var q = 0; q < count; q++)
                for (var c = 0; c < columns; c++) queries[c * Width + q] = rows[(start + q) * columns + c] * process.Prior.InverseLengths[c];
            if (process.Prior.IsAdditive) FillAdditive(process, queries, panel, moments);
            else Fill(process, queries, panel, moments);
            moments.AsSpan(0, count).CopyTo(means[start..]);
            if (variances.IsEmpty) continue;
            Tiles<TVector, TLanes>.SolveLower(ref MemoryMarshal.GetReference(process.Factor.Lower), n, n, ref panel[0]);
            Explain(panel.AsSpan(0, Width * n), moments.AsSpan(Width));
            for (var q = 0; q < count; q++) variances[start + q] = Math.Max(process.Prior.Variance - moments[Width + q], process.Floor);
        }
        ArrayPool<double>.Shared.Return(panel);
    }

    /// <summary>Covariances of the panel's rows with those of the data, and their means.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(PosteriorParts process, double[] queries, double[] panel, double[] means)
    {
        nint width = TLanes.Count;
        nint columns = process.Prior.Width;
        var isMatern = process.Hyper.Kernel == Kernel.Matern52;
        var signal = TLanes.Spread(process.Hyper.Signal);
        var constant = TLanes.Spread(Likelihood.MeanVariance);
        var (m0, m1, m2) = (TLanes.Spread(0), TLanes.Spread(0), TLanes.Spread(0));
        ref var x = ref process.Scaled[0];
        ref var to = ref panel[0];
        for (var i = 0; i < process.Alpha.Length; i++)
        {
            var r0 = TLanes.Spread(0);
            var r1 = r0;
            var r2 = r0;
            ref var q = ref queries[0];
            for (nint c = 0; c < columns; c++)
            {
                var here = TLanes.Spread(Unsafe.Add(ref x, c));
                var d = TLanes.Subtract(TLanes.Load(ref q, 0), here);
                r0 = TLanes.MultiplyAdd(d, d, r0);
                d = TLanes.Subtract(TLanes.Load(ref q, width), here);
                r1 = TLanes.MultiplyAdd(d, d, r1);
                d = TLanes.Subtract(TLanes.Load(ref q, 2 * width), here);
                r2 = TLanes.MultiplyAdd(d, d, r2);
                q = ref Unsafe.Add(ref q, 3 * width);
            }
            x = ref Unsafe.Add(ref x, columns);
            var alpha = TLanes.Spread(process.Alpha[i]);
            TLanes.Store(r0, ref to, 0);
            TLanes.Store(r1, ref to, width);
            TLanes.Store(r2, ref to, 2 * width);
            // A loop, since a compiler that is offered three copies leaves calls in them.
            for (nint v = 0; v < 3 * width; v += width)
                TLanes.Store(TLanes.MultiplyAdd(Correlations<TVector, TLanes>.Of(TLanes.Load(ref to, v), isMatern), signal, constant), ref to, v);
            m0 = TLanes.MultiplyAdd(TLanes.Load(ref to, 0), alpha, m0);
            m1 = TLanes.MultiplyAdd(TLanes.Load(ref to, width), alpha, m1);
            m2 = TLanes.MultiplyAdd(TLanes.Load(ref to, 2 * width), alpha, m2);
            to = ref Unsafe.Add(ref to, 3 * width);
        }
        TLanes.Store(m0, ref means[0], 0);
        TLanes.Store(m1, ref means[0], width);
        TLanes.Store(m2, ref means[0], 2 * width);
    }

    /// <summary>The same where a share of the signal is a sum over dimensions: a correlation more for each dimension.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillAdditive(PosteriorParts process, double[] queries, double[] panel, double[] means)
    {
        nint width = TLanes.Count;
        var isMatern = process.Hyper.Kernel == Kernel.Matern52;
        var together = TLanes.Spread((1 - process.Hyper.AdditiveShare) * process.Hyper.Signal);
        var apart = TLanes.Spread(process.Hyper.AdditiveShare * process.Hyper.Signal / process.Prior.Dimensions);
        var constant = TLanes.Spread(Likelihood.MeanVariance);
        Span<bool> ends = stackalloc bool[process.Prior.Width];
        for (var c = 0; c < ends.Length; c++) ends[c] = process.Prior.IsLastOfDimension(c);
        means.AsSpan(0, Width).Clear();
        for (var i = 0; i < process.Alpha.Length; i++)
        {
            var alpha = TLanes.Spread(process.Alpha[i]);
            for (nint v = 0; v < 3 * width; v += width)
            {
                var (all, own, sum) = (TLanes.Spread(0), TLanes.Spread(0), TLanes.Spread(0));
                for (var c = 0; c < ends.Length; c++)
                {
                    var d = TLanes.Subtract(TLanes.Load(ref queries[c * Width], v), TLanes.Spread(process.Scaled[i * ends.Length + c]));
                    own = TLanes.MultiplyAdd(d, d, own);
                    if (!ends[c]) continue;
                    all = TLanes.Add(all, own);
                    sum = TLanes.Add(sum, Correlations<TVector, TLanes>.Of(own, isMatern));
                    own = TLanes.Spread(0);
                }
                var covariance = TLanes.MultiplyAdd(Correlations<TVector, TLanes>.Of(all, isMatern), together, TLanes.MultiplyAdd(sum, apart, constant));
                TLanes.Store(covariance, ref panel[i * Width], v);
                TLanes.Store(TLanes.MultiplyAdd(covariance, alpha, TLanes.Load(ref means[0], v)), ref means[0], v);
            }
        }
    }

    /// <summary>Sums of squares of the panel's columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Explain(Span<double> panel, Span<double> squares)
    {
        nint width = TLanes.Count;
        var (s0, s1, s2) = (TLanes.Spread(0), TLanes.Spread(0), TLanes.Spread(0));
        for (var at = 0; at < panel.Length; at += Width)
        {
            ref var row = ref panel[at];
            var v0 = TLanes.Load(ref row, 0);
            var v1 = TLanes.Load(ref row, width);
            var v2 = TLanes.Load(ref row, 2 * width);
            s0 = TLanes.MultiplyAdd(v0, v0, s0);
            s1 = TLanes.MultiplyAdd(v1, v1, s1);
            s2 = TLanes.MultiplyAdd(v2, v2, s2);
        }
        TLanes.Store(s0, ref squares[0], 0);
        TLanes.Store(s1, ref squares[0], width);
        TLanes.Store(s2, ref squares[0], 2 * width);
    }
}

/// <summary>What prediction needs of a Gaussian process given data.</summary>
/// <param name="Floor">The least variance.</param>
/// <param name="Scaled">The data's rows in units of the length scales, one after another.</param>
/// <param name="Alpha">K⁻¹ times the outputs.</param>
/// <param name="Factor">Of K.</param>
internal sealed record PosteriorParts(Hyperparameters Hyper, PriorCovariance Prior, double Floor, double[] Scaled, double[] Alpha, Cholesky Factor);
