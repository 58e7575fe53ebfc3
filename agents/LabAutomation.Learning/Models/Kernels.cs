using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>Correlations as functions of r², the sum over dimensions of the squared differences in units of the length scales.</summary>
internal static class Kernels
{
    /// <summary>
    /// Writes the correlation k and c = −2·dk/d(r²), with which ∂k/∂ln ℓᵢ = c·Δᵢ²/ℓᵢ² and ∂k/∂xᵢ = −c·Δᵢ/ℓᵢ².
    /// c needs no division by r, so coinciding points are no exception.
    /// </summary>
    /// <param name="squares">r² of each pair; may be <paramref name="correlations"/> itself.</param>
    /// <param name="slopes">c of each pair; empty where it is not wanted.</param>
    public static void Evaluate(Kernel kernel, ReadOnlySpan<double> squares, Span<double> correlations, Span<double> slopes)
    {
        if (kernel == Kernel.SquaredExponential)
        {
            TensorPrimitives.Multiply(squares, -0.5, correlations);
            TensorPrimitives.Exp(correlations, correlations);
            if (!slopes.IsEmpty) correlations.CopyTo(slopes);
            return;
        }
        // With s = √5·r: k = (1 + s + s²/3)·e^−s and c = 5/3·(1 + s)·e^−s, in blocks that stay in the first cache.
        const int Block = 256;
        Span<double> root = stackalloc double[Block];
        Span<double> decay = stackalloc double[Block];
        for (var start = 0; start < squares.Length; start += Block)
        {
            var count = Math.Min(Block, squares.Length - start);
            var s = root[..count];
            var e = decay[..count];
            var k = correlations.Slice(start, count);
            TensorPrimitives.Multiply(squares.Slice(start, count), 5.0, s);
            TensorPrimitives.Sqrt(s, s);
            TensorPrimitives.Negate(s, e);
            TensorPrimitives.Exp(e, e);
            if (!slopes.IsEmpty)
            {
                var c = slopes.Slice(start, count);
                TensorPrimitives.Add(s, 1.0, c);
                TensorPrimitives.Multiply(c, e, c);
                TensorPrimitives.Multiply(c, 5.0 / 3, c);
            }
            TensorPrimitives.Multiply(s, 1.0 / 3, k);
            TensorPrimitives.Add(k, 1.0, k);
            TensorPrimitives.Multiply(k, s, k);
            TensorPrimitives.Add(k, 1.0, k);
            TensorPrimitives.Multiply(k, e, k);
        }
    }
}
