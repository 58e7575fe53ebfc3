using System.Globalization;
using LabAutomation.Benchmarks.Bo;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>One data set, searched from every seed without advice, with what was said about it, and with adverse advice.</summary>
/// <param name="Inside">Which share of the best hundredth, and of all rows, the advice has inside: what it is worth by itself.</param>
internal sealed record SetRuns(PoolProblem Pool, (double Best, double All) Inside, IReadOnlyList<AdvisedRun> Without, IReadOnlyList<AdvisedRun> Said, IReadOnlyList<AdvisedRun> Misled)
{
    /// <summary>From which degree on a row counts as inside.</summary>
    private const double Clear = 0.5;

    public IReadOnlyList<(double Advised, double Without)> Good => Pairs(Said);

    public IReadOnlyList<(double Advised, double Without)> Adverse => Pairs(Misled);

    public static SetRuns Of(Statement statement, PoolProblem pool, IReadOnlyList<int> seeds, int most, Action<int> begins)
    {
        var (said, adverse) = (statement.For(pool.Space), Statement.Adverse(pool.Space, pool.Values));
        List<AdvisedRun>[] runs = [[], [], []];
        foreach (var seed in seeds)
        {
            begins(seed);
            foreach (var (advice, to) in new[] { ((Advice?)null, runs[0]), (said, runs[1]), (adverse, runs[2]) }) to.Add(AdvisedRun.Of(pool, advice, seed, Math.Min(most, pool.Values.Length)));
        }
        return new SetRuns(pool, Shares(said, pool), runs[0], runs[1], runs[2]);
    }

    public string[] Cells()
    {
        var best = Pool.Values.Count(value => value - Pool.Values.Min() <= Pool.Targets[0]);
        return
        [
            Pool.Name, Text(Pool.Values.Length), Text(best), $"{Percent(Inside.Best)} of best, {Percent(Inside.All)} of all", Mean(Without), Median(Without),
            Mean(Said), Median(Said), Text(AdviceVerdict.Probability(Good), "G2"), Text(Said.Average(run => run.Trust), "F2"),
            Mean(Misled), Median(Misled), Text(AdviceVerdict.Probability(Adverse), "G2"), Text(Misled.Average(run => run.Trust), "F2"),
        ];
    }

    private IReadOnlyList<(double Advised, double Without)> Pairs(IReadOnlyList<AdvisedRun> advised) => [.. advised.Zip(Without, (one, other) => ((double)one.Experiments, (double)other.Experiments))];

    private static (double Best, double All) Shares(Advice advice, PoolProblem pool)
    {
        var map = new PreferenceMap(advice, pool.Space);
        bool[] inside = [.. pool.Space.Pool!.Value.Select(row => map.Of(row) > Clear)];
        bool[] best = [.. pool.Values.Select(value => value - pool.Values.Min() <= pool.Targets[0])];
        return (inside.Where((_, row) => best[row]).Average(one => one ? 1.0 : 0), inside.Average(one => one ? 1.0 : 0));
    }

    private static string Mean(IReadOnlyList<AdvisedRun> runs) => Text(runs.Average(run => run.Experiments), "F1") + (runs.Count(run => !run.IsFound) is > 0 and var missed ? $" ({missed} not found)" : "");

    private static string Median(IReadOnlyList<AdvisedRun> runs) => Text(Verdict.MedianOf([.. runs.Select(run => (double)run.Experiments)]), "F1");

    private static string Percent(double share) => Text(100 * share, "F0") + " %";

    private static string Text(double value, string form = "F0") => value.ToString(form, CultureInfo.InvariantCulture);
}
