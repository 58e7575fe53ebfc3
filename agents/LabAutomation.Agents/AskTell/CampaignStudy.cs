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
    /// <param name="observations">A CSV file; its columns are called as the campaign's parameters and objective are.</param>
    /// <exception cref="DataSetException">The file cannot be used; the message names file, line and column.</exception>
    public static CampaignStudy Read(CampaignPlan plan, string observations)
    {
        var file = ObservationFile.Read(observations, plan);
        var study = Study.Open(Problem(plan));
        foreach (var report in file.Reports()) study = study.Tell(report);
        return new CampaignStudy(plan, study, file.Unused.IsEmpty ? [] : [$"columns that are neither parameter nor objective: {string.Join(", ", file.Unused)}"]);
    }

    /// <summary>What a campaign's study is about.</summary>
    public static StudyProblem Problem(CampaignPlan plan) => new()
    {
        Space = plan.ToSearchSpace(),
        Objectives = [new Objective(plan.Goal.Objective, plan.Goal.Minimise ? new Aim.Minimise() : new Aim.Maximise())],
        Seed = plan.Seed,
        Optimiser = Planners.Create(plan),
    };
}
