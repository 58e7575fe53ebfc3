namespace LabAutomation.Benchmarks.Bo;

/// <summary>Experiments until a regret was reached. A run that never reached it counts one more than its budget, so means are lower bounds.</summary>
/// <param name="Regret">The target.</param>
/// <param name="Ours">Mean number of trials, the starting points included.</param>
/// <param name="Reached">Share of our runs that reached it.</param>
/// <param name="Best">The peer with the least mean; null where none has enough seeds in common.</param>
/// <param name="Theirs">Its mean.</param>
/// <param name="OursBeside">Our mean over the seeds that it has.</param>
/// <param name="Beside">Our mean and that of each peer, over the seeds that both have.</param>
internal sealed record TargetVerdict(
    double Regret, double Ours, double Reached, string? Best, double Theirs, double OursBeside, IReadOnlyList<(string Peer, double Ours, double Theirs)> Beside)
{
    public static TargetVerdict Of(Problem problem, double target, IReadOnlyList<Run> runs, IReadOnlyList<PeerRuns> peers)
    {
        // What was measured to nine digits is compared to nine digits.
        var met = target + 1e-9 * Math.Max(1, Math.Abs(target));
        var counts = runs.ToDictionary(run => run.Seed, run => (double)problem.TrialsTo(met, problem.Regrets(run.Trace)));
        var beside = peers.Select(peer => (Peer: peer, Seeds: peer.Traces.Keys.Where(counts.ContainsKey).ToList())).Where(one => one.Seeds.Count >= Verdict.FewestPairs)
            .Select(one => (one.Peer.Name, Ours: one.Seeds.Average(seed => counts[seed]), Theirs: one.Seeds.Average(seed => problem.TrialsTo(met, problem.Regrets(one.Peer.Traces[seed])))))
            .OrderBy(one => one.Theirs).ToList();
        var (best, ours, theirs) = beside.Count > 0 ? beside[0] : (null, double.NaN, double.NaN);
        return new TargetVerdict(target, counts.Values.Average(), counts.Values.Average(count => count <= problem.Budget ? 1.0 : 0), best, theirs, ours, beside);
    }
}
