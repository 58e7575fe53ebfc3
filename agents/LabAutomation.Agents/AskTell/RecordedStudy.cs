using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>A campaign on record as a study, so that what can be asked of a study can be asked of it.</summary>
public static class RecordedStudy
{
    /// <summary>Trials that have ended, in the order of their numbers; one that was measured without a value that the study is about counts as failed.</summary>
    /// <exception cref="StudyException">No point of the space is feasible.</exception>
    public static Study Of(CampaignState state)
    {
        var problem = CampaignStudy.Problem(state.Plan);
        return Study.Open(problem).With(
            state.Trials.Where(trial => trial.Outcome is not null).Select(trial => Trial(problem, state.Plan, trial)),
            state.Current is { } current ? [new PendingTrial(current.Number, state.Plan.ToPoint(current.Values))] : [], state.Trials.Count);
    }

    /// <summary>What a campaign asks of a diagnosis: its goal, and the trials that its file leaves.</summary>
    /// <param name="told">Trials that have ended.</param>
    public static DiagnosisQuestion Question(CampaignPlan plan, int told) =>
        new() { Goal = plan.Goal.Until.Reached, Remaining = Math.Max(0, plan.Goal.Until.Trials - told) };

    private static StudyTrial Trial(StudyProblem problem, CampaignPlan plan, TrialState trial)
    {
        var point = plan.ToPoint(trial.Values);
        if (trial.Outcome is not TrialOutcome.Measured measured) return new StudyTrial(point, null, (trial.Outcome as TrialOutcome.Failed)?.Reason ?? "not measured");
        var values = ImmutableSortedDictionary<string, double>.Empty;
        foreach (var name in problem.Measured)
        {
            if (name == plan.Goal.Objective) values = values.Add(name, measured.Objective);
            else if (measured.Outputs.TryGetValue(name, out var output)) values = values.Add(name, output.Value);
            else return new StudyTrial(point, null, $"'{name}' was not measured");
        }
        return new StudyTrial(point, values, null);
    }
}
