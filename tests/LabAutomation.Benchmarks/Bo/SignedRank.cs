namespace LabAutomation.Benchmarks.Bo;

/// <summary>Wilcoxon's test of paired differences, two-sided, by the normal approximation with mean ranks for ties.</summary>
internal static class SignedRank
{
    /// <returns>1 for fewer than five pairs that differ.</returns>
    public static double Probability(IReadOnlyList<(double One, double Other)> pairs)
    {
        double[] differences = [.. pairs.Select(pair => pair.One - pair.Other).Where(difference => Math.Abs(difference) > 1e-12)];
        var n = differences.Length;
        if (n < 5) return 1;
        var magnitudes = differences.Select(Math.Abs).ToArray();
        var positive = differences.Where(difference => difference > 0).Sum(difference =>
        {
            var below = magnitudes.Count(other => other < difference - 1e-15);
            var ties = magnitudes.Count(other => Math.Abs(other - difference) <= 1e-15);
            return below + (ties + 1) / 2.0;
        });
        var (mean, deviation) = (n * (n + 1) / 4.0, Math.Sqrt(n * (n + 1) * (2 * n + 1) / 24.0));
        return 2 * MathNet.Numerics.Distributions.Normal.CDF(0, 1, -Math.Abs(positive - mean) / deviation);
    }
}
