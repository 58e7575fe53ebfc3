using System.Text.Encodings.Web;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>What machines are shown. Names are those of the campaign file.</summary>
internal static class JsonForms
{
    public static readonly JsonSerializerOptions Line = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonSerializerOptions Indented = new(Line) { WriteIndented = true };

    public static object Trial(CampaignPlan plan, TrialState trial)
    {
        var measured = trial.Outcome as TrialOutcome.Measured;
        return new
        {
            number = trial.Number,
            parameters = trial.Values.ToDictionary(value => value.Key, value => value.Value.ToJson()),
            objective = measured?.Objective,
            outputs = measured?.Outputs.ToDictionary(output => output.Key, output => new { value = output.Value.Value, unit = output.Value.Unit.Symbol, sd = output.Value.Sd }),
            failed = (trial.Outcome as TrialOutcome.Failed)?.Reason,
            expected = trial.Proposal.Mean,
            expectedSd = trial.Proposal.Sd,
            reason = trial.Proposal.Reason,
            startedAt = trial.StartedAt,
            endedAt = trial.EndedAt,
        };
    }

    public static object Campaign(CampaignState state) => new
    {
        id = state.Id,
        campaign = state.Plan.Name,
        state = Wording.Phase(state),
        goal = Wording.Goal(state.Plan),
        planner = state.Plan.PlannerKind,
        seed = state.Plan.Seed,
        trials = state.Trials.Count,
        best = state.Best is { } best ? Trial(state.Plan, best) : null,
        startedAt = state.StartedAt,
        labSeconds = state.Spent.TotalSeconds,
    };
}
