using System.Globalization;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>One data set, searched from every seed without advice, with what was said about it, and with advice that misleads.</summary>
/// <param name="Inside">Which share of the best hundredth, and of all rows, the advice has inside: what it is worth by itself.</param>
/// <param name="Worst">With advice that points at the worst row.</param>
/// <param name="Decoy">With advice that points at a good row far from the best ones.</param>
internal sealed record SetRuns(
    PoolProblem Pool, (double Best, double All) Inside, IReadOnlyList<AdvisedRun> Without, IReadOnlyList<AdvisedRun> Said, IReadOnlyList<AdvisedRun> Worst, IReadOnlyList<AdvisedRun> Decoy)
{
    public static readonly string[] Header = ["data set", "rows", "inside the advice", "without advice", "with it", "p", "trust", "worst row", "p", "trust", "decoy", "p", "trust"];

    /// <summary>From which degree on a row counts as inside.</summary>
    private const double Clear = 0.5;

    /// <summary>Whether drawing a row inside finds one of the best sooner than drawing one anywhere.</summary>
    public bool IsRight => Inside.Best > Inside.All;

    public static SetRuns Of(PoolProblem pool, Advice said, IReadOnlyList<int> seeds, int most, Action<int> begins)
    {
        Advice?[] all = [null, said, Adversary.Worst(pool), Adversary.Decoy(pool)];
        List<AdvisedRun>[] runs = [.. all.Select(_ => new List<AdvisedRun>())];
        foreach (var seed in seeds)
        {
            begins(seed);
            for (var k = 0; k < all.Length; k++) runs[k].Add(AdvisedRun.Of(pool, all[k], seed, Math.Min(most, pool.Values.Length)));
        }
        return new SetRuns(pool, Shares(said, pool), runs[0], runs[1], runs[2], runs[3]);
    }

    /// <summary>Experiments of each seed, with advice and without.</summary>
    public IReadOnlyList<(double Advised, double Without)> Pairs(IReadOnlyList<AdvisedRun> advised) => [.. advised.Zip(Without, (one, other) => ((double)one.Experiments, (double)other.Experiments))];

    public string[] Cells() =>
    [
        Pool.Name, Text(Pool.Values.Length), $"{Percent(Inside.Best)} of best, {Percent(Inside.All)} of all", Experiments(Without),
        .. new[] { Said, Worst, Decoy }.SelectMany(runs => new[] { Experiments(runs), Text(SignedRank.Probability(Pairs(runs)), "G2"), Text(runs.Average(run => run.Trust), "F2") }),
    ];

    private static (double Best, double All) Shares(Advice advice, PoolProblem pool)
    {
        var map = new PreferenceMap(advice, pool.Space);
        bool[] inside = [.. pool.Space.Pool!.Value.Select(row => map.Of(row) > Clear)];
        return (inside.Where((_, row) => pool.IsBest(row)).Average(one => one ? 1.0 : 0), inside.Average(one => one ? 1.0 : 0));
    }

    private static string Experiments(IReadOnlyList<AdvisedRun> runs) =>
        $"{Text(runs.Average(run => run.Experiments), "F1")} ({Text(Verdict.MedianOf([.. runs.Select(run => (double)run.Experiments)]), "0.#")}){(runs.Count(run => !run.IsFound) is > 0 and var missed ? $", {missed} not found" : "")}";

    private static string Percent(double share) => Text(100 * share, "F0") + " %";

    private static string Text(double value, string form = "F0") => value.ToString(form, CultureInfo.InvariantCulture);
}
