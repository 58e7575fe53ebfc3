using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>The verdicts as Markdown for people and as JSON for programs.</summary>
internal static class BoTables
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static readonly string[] Header = ["problem", "median regret", "best peer", "its median", "p", "rank", "ms/suggestion", "its ms"];
    private static readonly string[] TargetHeader = ["problem", "regret", "trials", "reached", "best peer", "its trials", "ours beside"];

    public static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    public static string Rule(int columns) => Line(Enumerable.Repeat("---", columns));

    public static string Line(Verdict verdict) => Line([
        verdict.Problem.Key, Figure(verdict.MedianBeside), verdict.Best?.Name ?? "-", Figure(verdict.PeerMedian), Figure(verdict.Probability),
        verdict.Best is null ? "-" : $"{verdict.Rank} of {verdict.Peers + 1}", Fixed(1e3 * verdict.Seconds, "F1"), Fixed(1e3 * (verdict.Best?.Seconds ?? double.NaN), "F0")]);

    public static IEnumerable<string> TargetLines(IEnumerable<Verdict> verdicts)
    {
        yield return Line(TargetHeader);
        yield return Rule(TargetHeader.Length);
        foreach (var verdict in verdicts)
            foreach (var target in verdict.Targets)
                yield return Line([
                    verdict.Problem.Key, Figure(target.Regret), Fixed(target.Ours, "F1"), Fixed(100 * target.Reached, "F0") + " %", target.Best ?? "-",
                    Fixed(target.Theirs, "F1"), Fixed(target.OursBeside, "F1")]);
    }

    public static IEnumerable<string> PeerLines(IReadOnlyList<Verdict> verdicts)
    {
        yield return Line(["peer", "problems", "targets", "our experiments over its own", "fewer on"]);
        yield return Rule(5);
        foreach (var peer in PeerVerdict.Of(verdicts))
            yield return Line([peer.Name, Fixed(peer.Problems, "F0"), Fixed(peer.Targets, "F0"), Fixed(peer.Ratio, "F2"), Fixed(peer.Fewer, "F0")]);
    }

    public static string Markdown(IReadOnlyList<Verdict> verdicts, IReadOnlyList<int> seeds)
    {
        var page = new StringBuilder("# The optimiser beside its peers\n\n");
        page.Append(CultureInfo.InvariantCulture, $"Written by `-- bo` over seeds {seeds[0]} to {seeds[^1]}. Every optimiser starts a seed from the same points and has the same budget. ");
        page.Append("Regret is how far the best point seen stays above the least value there is; with noise (`noisy/`) that of the point recommended at the end; ");
        page.Append("with two objectives (`moo/`) the hypervolume that is missing. Both medians of a row are over the seeds that both have. `p` is exact, ").Append("of Wilcoxon's signed-rank test against the peer with the least median over common seeds. ");
        page.Append("Times are of one core, by the clock, with whatever else the machine had to do; the peers' were taken on the same kind of machine at another time, and no peer was run beside ours: the two do not compare.\n\n");
        foreach (var line in (string[])[Line(Header), Rule(Header.Length), .. verdicts.Select(Line)]) page.Append(line).Append('\n');
        page.Append('\n').AppendJoin('\n', Verdict.Summary(verdicts)).Append("\n\n## Each peer over all its problems\n\n");
        page.Append("Experiments to the targets below: geometric mean of ours over the peer's, over the seeds that both have.\n\n").AppendJoin('\n', PeerLines(verdicts)).Append("\n\n## Experiments to a target\n\n");
        page.Append("Mean number of trials, starting points included, until the regret was reached; a run that did not reach it counts its budget and one. ");
        page.Append("For measured pools the targets are the best hundredth of the rows and the best row. `ours beside` is our mean over the peer's seeds.\n\n");
        return page.AppendJoin('\n', TargetLines(verdicts)).Append('\n').ToString();
    }

    public static string Json(IReadOnlyList<Verdict> verdicts) => JsonSerializer.Serialize(
        verdicts.Select(verdict => new
        {
            problem = verdict.Problem.Key,
            median = verdict.Median,
            bestPeer = verdict.Best?.Name,
            peerMedian = verdict.Best is null ? (double?)null : verdict.PeerMedian,
            p = verdict.Best is null ? (double?)null : verdict.Probability,
            rank = verdict.Rank,
            optimisers = verdict.Peers + 1,
            secondsPerSuggestion = verdict.Seconds,
            targets = verdict.Targets.Select(target => new { target.Regret, trials = target.Ours, target.Reached, bestPeer = target.Best, peerTrials = target.Best is null ? (double?)null : target.Theirs }),
            runs = verdict.Runs.Select(run => new { run.Seed, run.Regret, run.Seconds, run.Trace }),
        }), Indented);

    private static string Figure(double value) => double.IsNaN(value) ? "-" : value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Fixed(double value, string form) => double.IsNaN(value) ? "-" : value.ToString(form, CultureInfo.InvariantCulture);
}
