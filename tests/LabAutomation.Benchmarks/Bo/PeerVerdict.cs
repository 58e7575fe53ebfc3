namespace LabAutomation.Benchmarks.Bo;

/// <summary>One other optimiser over all problems that both were given. To be held against the best of ten on each problem, chosen afterwards, says nothing of any one of them.</summary>
/// <param name="Ratio">Geometric mean of our experiments to a target over its own.</param>
/// <param name="Fewer">Targets that we reached in fewer.</param>
internal sealed record PeerVerdict(string Name, int Problems, int Targets, double Ratio, int Fewer)
{
    private const int FewestProblems = 3;

    /// <summary>Those that were given a few problems at least, the hardest to beat first.</summary>
    public static IReadOnlyList<PeerVerdict> Of(IReadOnlyList<Verdict> verdicts) =>
    [
        .. verdicts.SelectMany(verdict => verdict.Targets.SelectMany(target => target.Beside.Select(beside => (beside.Peer, verdict.Problem.Key, beside.Ours, beside.Theirs)))).GroupBy(one => one.Peer)
            .Select(peer => new PeerVerdict(
                peer.Key, peer.Select(one => one.Key).Distinct().Count(), peer.Count(), Math.Exp(peer.Average(one => Math.Log(one.Ours / one.Theirs))), peer.Count(one => one.Ours < one.Theirs)))
            .Where(peer => peer.Problems >= FewestProblems).OrderByDescending(peer => peer.Ratio),
    ];
}
