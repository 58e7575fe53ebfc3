using System.Numerics;
using System.Runtime.Intrinsics;

namespace LabAutomation.Learning;

/// <summary>Correlations as functions of r², the sum over dimensions of the squared differences in units of the length scales.</summary>
internal static class Kernels
{
    /// <summary>
    /// Writes the correlation k and c = −2·dk/d(r²), with which ∂k/∂ln ℓᵢ = c·Δᵢ²/ℓᵢ² and ∂k/∂xᵢ = −c·Δᵢ/ℓᵢ².
    /// c needs no division by r, so coinciding points are no exception.
    /// </summary>
    /// <param name="squares">r² of each pair; may be <paramref name="correlations"/> itself.</param>
    /// <param name="correlations">As many.</param>
    /// <param name="slopes">c of each pair; empty where it is not wanted.</param>
    public static void Evaluate(Kernel kernel, ReadOnlySpan<double> squares, Span<double> correlations, Span<double> slopes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(correlations.Length, squares.Length);
        if (!slopes.IsEmpty) ArgumentOutOfRangeException.ThrowIfLessThan(slopes.Length, squares.Length);
        if (Vector512.IsHardwareAccelerated) Correlations<Vector512<double>, WideLanes>.Evaluate(kernel == Kernel.Matern52, squares, correlations, slopes);
        else Correlations<Vector<double>, NarrowLanes>.Evaluate(kernel == Kernel.Matern52, squares, correlations, slopes);
    }
}
