namespace LabAutomation.Benchmarks.Bo;

/// <summary>One problem: what we reached beside the peer with the least median regret.</summary>
/// <param name="Best">Null where no peer has enough seeds in common.</param>
/// <param name="Targets">Experiments to each target of the problem.</param>
internal sealed record Verdict(
    Problem Problem, IReadOnlyList<Run> Runs, PeerRuns? Best, double Probability, int Rank, int Peers, IReadOnlyList<TargetVerdict> Targets)
{
    /// <summary>With fewer no difference is beyond chance.</summary>
    internal const int FewestPairs = 5;

    public double Median => MedianOf([.. Runs.Select(run => run.Regret)]);

    public double PeerMedian => Best is null ? double.NaN : MedianOf([.. Pairs(Runs, Best).Select(pair => pair.Other)]);

    /// <summary>Ours over the seeds that the best peer has, too; over all where there is none.</summary>
    public double MedianBeside => Best is null ? Median : MedianOf([.. Pairs(Runs, Best).Select(pair => pair.One)]);

    /// <summary>Ahead of every peer, over the seeds in common with each; level with the best one is not.</summary>
    public bool IsAhead => Best is not null && Rank == 1 && MedianBeside < PeerMedian;

    /// <summary>Whether enough seeds differ for the test to find anything at 5 %.</summary>
    public bool CanBeClear => Best is not null && Pairs(Runs, Best).Count(pair => Math.Abs(pair.One - pair.Other) > 1e-12) > FewestPairs;

    public double Seconds => Runs.Average(run => run.Seconds);

    /// <summary>Worse than the best peer, and not by chance (5 %).</summary>
    public bool IsWorse => Best is not null && Probability < 0.05 && MedianOf([.. Pairs(Runs, Best).Select(pair => pair.One)]) > PeerMedian;

    public bool IsBetter => Best is not null && Probability < 0.05 && !IsWorse;

    /// <summary>Each peer is compared over the seeds that both have; those with fewer than five of them say nothing and are left out.</summary>
    public static Verdict Of(Problem problem, IReadOnlyList<Run> runs, IReadOnlyList<PeerRuns> peers)
    {
        var able = peers.Where(peer => Pairs(runs, peer).Count >= FewestPairs).ToList();
        var ranked = able.Select(peer => (Peer: peer, Pairs: Pairs(runs, peer)))
            .Select(one => (one.Peer, one.Pairs, Ours: MedianOf([.. one.Pairs.Select(pair => pair.One)]), Theirs: MedianOf([.. one.Pairs.Select(pair => pair.Other)])))
            .OrderBy(one => one.Theirs).ToList();
        var targets = problem.Targets.Select(target => TargetVerdict.Of(problem, target, runs, able)).ToList();
        return ranked is [var best, ..]
            ? new Verdict(problem, runs, best.Peer, SignedRank.Probability(best.Pairs), 1 + ranked.Count(one => one.Theirs < one.Ours), ranked.Count, targets)
            : new Verdict(problem, runs, Best: null, Probability: 1, Rank: 1, Peers: 0, targets);
    }

    /// <summary>Whether something was judged, nothing found worse, and no one peer reaches its targets in fewer experiments than we do.</summary>
    public static bool Passes(IReadOnlyList<Verdict> verdicts) =>
        verdicts.Any(verdict => verdict.Best is not null) && !verdicts.Any(verdict => verdict.IsWorse) && PeerVerdict.Of(verdicts).All(peer => peer.Ratio <= 1);

    public static IEnumerable<string> Summary(IReadOnlyList<Verdict> verdicts)
    {
        var compared = verdicts.Where(verdict => verdict.Best is not null).ToList();
        var left = string.Join(", ", verdicts.Where(verdict => verdict.Best is null).Select(verdict => verdict.Problem.Key));
        if (compared.Count > 0)
            yield return $"{compared.Count} problems compared: clearly better than the best peer on {compared.Count(verdict => verdict.IsBetter)}, "
                + $"clearly worse on {compared.Count(verdict => verdict.IsWorse)}, ahead of all by median on {compared.Count(verdict => verdict.IsAhead)}, level with the best on {compared.Count(verdict => verdict.MedianBeside == verdict.PeerMedian)}. "
                + $"On {compared.Count(verdict => !verdict.CanBeClear)} of them five seeds or fewer differ, of which the exact test can call none clear.";
        var targets = compared.SelectMany(verdict => verdict.Targets).Where(target => target.Best is not null).ToList();
        if (targets.Count > 0)
            yield return $"Of {targets.Count} targets {targets.Count(target => target.OursBeside <= target.Theirs)} were reached in no more experiments than the best peer of that target needed.";
        if (left.Length > 0)
            yield return $"{(compared.Count > 0 ? "Not judged" : "Nothing could be judged")}: no peer has {FewestPairs} seeds in common with these runs on {left}.";
    }

    internal static double MedianOf(double[] values)
    {
        if (values.Length == 0) return double.NaN;
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static List<(double One, double Other)> Pairs(IReadOnlyList<Run> runs, PeerRuns peer) =>
        [.. runs.Where(run => peer.Regrets.ContainsKey(run.Seed)).Select(run => (run.Regret, peer.Regrets[run.Seed]))];
}
