using System.Globalization;
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

    /// <summary>Says the figure beside the one that is wanted.</summary>
    /// <returns>Whether it is reached.</returns>
    public static bool Print(string what, double most, IReadOnlyList<IReadOnlyList<(double Advised, double Without)>> sets)
    {
        if (sets.Count == 0) return true;
        var verdict = Of(sets);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}, {sets.Count} sets: {verdict.Ratio:F2} times the experiments (95 % interval {verdict.Low:F2} to {verdict.High:F2}), wanted at most {most:F2}{(verdict.Ratio <= most ? "" : ": MISSED")}"));
        return verdict.Ratio <= most;
    }

    /// <summary>The same of the one data set on which such advice cost most: a mean over data sets says nothing of it.</summary>
    public static bool PrintWorst(string what, double most, IReadOnlyList<SetRuns> sets, Func<SetRuns, IReadOnlyList<AdvisedRun>> advised)
    {
        if (sets.Count == 0) return true;
        var (name, verdict) = sets.Select(set => (set.Pool.Name, Verdict: Of([set.Pairs(advised(set))]))).MaxBy(one => one.Verdict.Ratio);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"The most that advice {what} cost on a single set, {name}: {verdict.Ratio:F2} times the experiments (95 % interval {verdict.Low:F2} to {verdict.High:F2}), wanted at most {most:F2}{(verdict.Ratio <= most ? "" : ": MISSED")}"));
        return verdict.Ratio <= most;
    }

    private static double Mean(IReadOnlyList<IReadOnlyList<(double Advised, double Without)>> sets) =>
        Math.Exp(sets.Average(pairs => Math.Log(pairs.Average(pair => pair.Advised) / pairs.Average(pair => pair.Without))));
}

/// <summary>Experiments as a multiple of those without advice, at most.</summary>
/// <param name="Good">With advice that is right.</param>
/// <param name="Wrong">With advice that was meant well and is wrong, and with such as points at the worst row.</param>
/// <param name="Decoy">With advice that points at a good row far from the best.</param>
/// <param name="OneSet">With adverse advice on a single data set.</param>
internal sealed record AdviceBounds(double Good, double Wrong, double Decoy, double OneSet);
