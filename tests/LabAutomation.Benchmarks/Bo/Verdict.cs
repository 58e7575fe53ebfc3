namespace LabAutomation.Benchmarks.Bo;

/// <summary>One problem: what we reached beside the peer with the least median regret.</summary>
internal sealed record Verdict(Problem Problem, IReadOnlyList<Run> Runs, PeerRuns? Best, double Probability, int Rank, int Peers)
{
    public double Median => MedianOf([.. Runs.Select(run => run.Regret)]);

    public double PeerMedian => Best is null ? double.NaN : MedianOf([.. Pairs(Runs, Best).Select(pair => pair.Other)]);

    public double Seconds => Runs.Average(run => run.Seconds);

    /// <summary>Worse than the best peer, and not by chance (5 %).</summary>
    public bool IsWorse => Best is not null && Probability < 0.05 && MedianOf([.. Pairs(Runs, Best).Select(pair => pair.One)]) > PeerMedian;

    public bool IsBetter => Best is not null && Probability < 0.05 && !IsWorse;

    /// <summary>Peers with too few runs to say anything are left out.</summary>
    public static Verdict Of(Problem problem, IReadOnlyList<Run> runs, IReadOnlyList<PeerRuns> peers)
    {
        var ranked = peers.Where(peer => peer.Regrets.Count >= Math.Min(5, runs.Count)).OrderBy(peer => MedianOf([.. peer.Regrets.Values])).ToList();
        var best = ranked.FirstOrDefault();
        var median = MedianOf([.. runs.Select(run => run.Regret)]);
        return new Verdict(problem, runs, best, best is null ? 1 : SignedRank.Probability(Pairs(runs, best)),
            1 + ranked.Count(peer => MedianOf([.. peer.Regrets.Values]) < median), ranked.Count);
    }

    private static List<(double One, double Other)> Pairs(IReadOnlyList<Run> runs, PeerRuns peer) =>
        [.. runs.Where(run => peer.Regrets.ContainsKey(run.Seed)).Select(run => (run.Regret, peer.Regrets[run.Seed]))];

    private static double MedianOf(double[] values)
    {
        if (values.Length == 0) return double.NaN;
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
