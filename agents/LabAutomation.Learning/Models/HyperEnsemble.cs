namespace LabAutomation.Learning;

/// <summary>
/// Hyperparameters that are about as probable as the most probable ones, with their weights: draws from a normal approximation at the
/// mode (D. MacKay, "Information Theory, Inference, and Learning Algorithms", 2003, chapter 27), weighted by how much more or less
/// probable they are than the approximation says. A search that averages over them is not misled by one length scale taken for certain.
/// </summary>
internal static class HyperEnsemble
{
    private const int Draws = 4, NormalPurpose = 12;
    private const double Step = 1e-3;

    /// <summary>Of the log-normal prior of a length scale, whose spread is √3.</summary>
    private const double PriorCurvature = 1.0 / 3;

    /// <summary>A draw outweighs the mode at most so much, and is not worth its time below the other.</summary>
    private const double MostWeight = 3, LeastWeight = 0.02;

    /// <param name="mode">Where <paramref name="likelihood"/> is least.</param>
    /// <returns>The mode with weight 1 first, then draws that are worth their time; weights are relative to it.</returns>
    public static IReadOnlyList<(double[] Theta, double Weight)> Around(Likelihood likelihood, HyperPrior prior, double[] mode, int seed)
    {
        var members = new List<(double[], double)> { (mode, 1) };
        var free = Enumerable.Range(0, mode.Length).Where(i => prior.High[i] > prior.Low[i]).ToArray();
        var n = free.Length;
        var (at, slope) = (new double[mode.Length], (double[])mode.Clone());
        var least = likelihood.Evaluate(mode, slope);
        var curvature = new double[n * n];
        var moved = new double[mode.Length];
        for (var i = 0; i < n; i++)
        {
            mode.CopyTo(at, 0);
            at[free[i]] += Step;
            likelihood.Evaluate(at, moved);
            for (var j = 0; j < n; j++) curvature[i * n + j] = (moved[free[j]] - slope[free[j]]) / Step;
        }

        if (Factored(curvature, n) is not { } factor) return members;
        var stream = new RandomStream(seed, NormalPurpose);
        var z = new double[n];
        for (var draw = 0; draw < Draws; draw++)
        {
            // In pairs about the mode, so that the mean of the draws is the mode itself.
            if (draw % 2 == 0) for (var i = 0; i < n; i++) z[i] = stream.NextNormal();
            else for (var i = 0; i < n; i++) z[i] = -z[i];
            var shift = (double[])z.Clone();
            factor.SolveUpper(shift);
            mode.CopyTo(at, 0);
            for (var i = 0; i < n; i++)
            {
                at[free[i]] = Math.Clamp(at[free[i]] + shift[i], prior.Low[free[i]], prior.High[free[i]]);
                shift[i] = at[free[i]] - mode[free[i]];
            }

            var value = likelihood.Evaluate(at, moved);
            var weight = Math.Min(MostWeight, Math.Exp(least - value + 0.5 * SquareOf(shift, factor)));
            if (weight > LeastWeight) members.Add(((double[])at.Clone(), weight));
        }

        return members;
    }

    /// <summary>|Lᵀ·shift|²: how far out the approximation takes a place for that the bounds may have drawn in.</summary>
    private static double SquareOf(double[] shift, Cholesky factor)
    {
        var sum = 0.0;
        for (var j = 0; j < factor.Size; j++)
        {
            var z = 0.0;
            for (var i = j; i < factor.Size; i++) z += factor.Lower[i * factor.Size + j] * shift[i];
            sum += z * z;
        }

        return sum;
    }

    /// <summary>Made symmetric, and along each axis at least as steep as the prior alone would be.</summary>
    private static Cholesky? Factored(double[] curvature, int n)
    {
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++) matrix[i * n + j] = 0.5 * (curvature[i * n + j] + curvature[j * n + i]);
            matrix[i * n + i] = Math.Max(matrix[i * n + i], PriorCurvature);
        }

        return Cholesky.Of(matrix, n);
    }
}
