using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>A campaign file beside rows that were measured elsewhere: what to try next, without a lab.</summary>
/// <param name="Notes">What was left out, for people.</param>
public sealed record CampaignStudy(CampaignPlan Plan, Study Study, ImmutableArray<string> Notes)
{
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
            .. abandoned == 0 ? [] : new[] { $"{abandoned} abandoned rows are left out" },
            .. study.Notes,
        ]);
    }
}
