namespace LabAutomation.Benchmarks.Bo;

/// <summary>Wilcoxon's test of paired differences, two-sided, with mean ranks for ties: exact to thirty pairs that differ, by the normal approximation beyond.</summary>
internal static class SignedRank
{
    private const int Countable = 30;

    /// <returns>1 for fewer than five pairs that differ; five can show no less than 0.0625, six 0.031.</returns>
    public static double Probability(IReadOnlyList<(double One, double Other)> pairs)
    {
        double[] differences = [.. pairs.Select(pair => pair.One - pair.Other).Where(difference => Math.Abs(difference) > 1e-12)];
        var n = differences.Length;
        if (n < 5) return 1;
        var magnitudes = differences.Select(Math.Abs).ToArray();
        // Twice the mean ranks, which are whole numbers.
        int[] ranks = [.. differences.Select(difference => 1 + magnitudes.Sum(other => other < Math.Abs(difference) - 1e-15 ? 2 : Math.Abs(other - Math.Abs(difference)) <= 1e-15 ? 1 : 0))];
        var positive = ranks.Where((_, i) => differences[i] > 0).Sum();
        if (n <= Countable) return Exact(ranks, positive);
        var (mean, deviation) = (n * (n + 1) / 4.0, Math.Sqrt(n * (n + 1) * (2 * n + 1) / 24.0));
        return 2 * MathNet.Numerics.Distributions.Normal.CDF(0, 1, -Math.Abs(positive / 2.0 - mean) / deviation);
    }

    /// <summary>The share of all ways to give the differences signs in which the positive ranks lie as far from the middle.</summary>
    private static double Exact(int[] ranks, int positive)
    {
        var total = ranks.Sum();
        var ways = new double[total + 1];
        ways[0] = 1;
        foreach (var rank in ranks)
            for (var sum = total; sum >= rank; sum--) ways[sum] += ways[sum - rank];
        var least = Math.Min(positive, total - positive);
        return Math.Min(1, 2 * ways[..(least + 1)].Sum() / ways.Sum());
    }
}
