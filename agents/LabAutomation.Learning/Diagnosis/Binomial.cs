namespace LabAutomation.Learning.Diagnosis;

/// <summary>The number of successes among independent trials of one chance.</summary>
internal static class Binomial
{
    /// <summary>The probability of <paramref name="successes"/> or more, summed term by term in logarithms.</summary>
    public static double AtLeast(int trials, int successes, double chance)
    {
        if (successes <= 0) return 1;
        if (successes > trials) return 0;
        // ln C(n, k) is built up on the way.
        var (choose, sum) = (0.0, 0.0);
        for (var k = 0; k <= trials; k++)
        {
            if (k > 0) choose += Math.Log(trials - k + 1) - Math.Log(k);
            if (k >= successes) sum += Math.Exp(choose + k * Math.Log(chance) + (trials - k) * Math.Log(1 - chance));
        }
        return Math.Min(1, sum);
    }
}
