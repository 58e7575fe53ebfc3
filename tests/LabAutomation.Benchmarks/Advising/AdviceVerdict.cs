using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>Experiments with advice as a multiple of those without, over data sets and seeds.</summary>
/// <param name="Ratio">The geometric mean over the data sets of the ratio of means.</param>
/// <param name="Low">Of 95 % of what other seeds would have given, by drawing the paired seeds again.</param>
internal sealed record AdviceVerdict(double Ratio, double Low, double High)
{
    private const int Draws = 4000, Purpose = 40;

    /// <param name="sets">For each data set the experiments of each seed, with advice and without.</param>
    public static AdviceVerdict Of(IReadOnlyList<IReadOnlyList<(double Advised, double Without)>> sets)
    {
        var stream = new RandomStream(1, Purpose);
        double[] drawn = [.. Enumerable.Range(0, Draws).Select(_ => Mean([.. sets.Select(pairs => Enumerable.Range(0, pairs.Count).Select(_ => pairs[stream.NextIndex(pairs.Count)]).ToArray())])).Order()];
        return new AdviceVerdict(Mean(sets), drawn[(int)(0.025 * Draws)], drawn[(int)(0.975 * Draws)]);
    }

    /// <summary>Wilcoxon's test over the pairs of one data set.</summary>
    public static double Probability(IReadOnlyList<(double Advised, double Without)> pairs) => SignedRank.Probability(pairs);

    private static double Mean(IReadOnlyList<IReadOnlyList<(double Advised, double Without)>> sets) =>
        Math.Exp(sets.Average(pairs => Math.Log(pairs.Average(pair => pair.Advised) / pairs.Average(pair => pair.Without))));
}
