using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>A campaign file beside rows that were measured elsewhere: what to try next, without a lab.</summary>
/// <param name="Notes">What was left out, for people.</param>
/// <param name="ToldAt">The line of each trial of the study, in their order; the first line of the file is 1.</param>
public sealed record CampaignStudy(CampaignPlan Plan, Study Study, ImmutableArray<string> Notes, ImmutableArray<int> ToldAt)
{
    /// <summary>So many lines are named in a note.</summary>
    private const int MostLines = 10;

    /// <summary>What the column of one standard deviation of a quantity is called.</summary>
    public static string Deviation(string quantity) => $"{quantity}_sd";

    /// <param name="observations">A CSV file; its columns are called as the campaign's parameters and measured quantities are.</param>
    /// <exception cref="DataSetException">The file cannot be used; the message names file, line and column.</exception>
    public static CampaignStudy Read(CampaignPlan plan, string observations)
    {
        var file = ObservationFile.Read(observations, plan);
        ImmutableArray<ObservedTrial> rows = [.. file.Trials()];
        PendingTrial[] running = [.. rows.Where(row => row.Status == TrialStatus.Running).Select((row, k) => new PendingTrial(k + 1, row.Point))];
        var study = Study.Open(Planners.Problem(plan)).With(rows.Select(row => row.Told).OfType<StudyTrial>(), running, running.Length);
        var abandoned = rows.Count(row => row.Status == TrialStatus.Abandoned);
        return new CampaignStudy(plan, study,
        [
            .. file.Unused.IsEmpty ? [] : new[] { $"columns that are neither parameter nor measured quantity: {string.Join(", ", file.Unused)}" },
            .. abandoned == 0 ? [] : new[] { abandoned == 1 ? "1 abandoned row is left out" : $"{abandoned} abandoned rows are left out" },
            .. Outside(plan, study, rows),
            .. study.Notes,
        ], [.. rows.Where(row => row.Told is not null).Select(row => row.Line)]);
    }

    /// <summary>Rows that the campaign itself would not try: they teach, and are never recommended.</summary>
    private static IEnumerable<string> Outside(CampaignPlan plan, Study study, ImmutableArray<ObservedTrial> rows)
    {
        var told = rows.Where(row => row.Told is not null).ToArray();
        foreach (var broken in plan.Broken(told.Select(row => row.Point)).GroupBy(pair => pair.Source))
            yield return $"{Lines(broken.Select(pair => told[pair.Place].Line))} outside of the constraints ('{broken.Key}' does not hold): learnt from, never recommended";
        int[] strangers = [.. told.Where(row => plan.Candidates is not null && study.RowOf(row.Point) is null).Select(row => row.Line)];
        if (strangers.Length > 0) yield return $"{Lines(strangers)} none of the candidates: learnt from";
    }

    /// <summary>The subject of a sentence, with its verb.</summary>
    private static string Lines(IEnumerable<int> lines)
    {
        int[] all = [.. lines];
        return all.Length == 1 ? $"line {all[0]} is" : $"lines {string.Join(", ", all.Take(MostLines))}{(all.Length > MostLines ? $" and {all.Length - MostLines} more" : "")} are";
    }
}
