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
        var measured = trial.Given;
        return new
        {
            number = trial.Number,
            station = trial.Station,
            parameters = trial.Values.ToDictionary(value => value.Key, value => value.Value.ToJson()),
            objective = measured?.Objective,
            outputs = measured?.Outputs.ToDictionary(output => output.Key, output => new { value = output.Value.Value, unit = output.Value.Unit.Symbol, sd = output.Value.Sd }),
            keepsLimits = measured is null || plan.Goal.Keep.IsEmpty ? (bool?)null : plan.Goal.Keeps(measured),
            cleansUp = trial is { Outcome: null, Known: not null } ? true : (bool?)null,
            failed = (trial.Outcome as TrialOutcome.Failed)?.Reason,
            abandoned = (trial.Outcome as TrialOutcome.Abandoned)?.Reason,
            expected = trial.Proposal.Mean,
            expectedSd = trial.Proposal.Sd,
            expectations = trial.Proposal.Expected?.ToDictionary(quantity => quantity.Key, quantity => new { value = quantity.Value.Value, unit = quantity.Value.Unit.Symbol, sd = quantity.Value.Sd }),
            feasible = trial.Proposal.Feasible,
            advice = trial.Proposal.Advice is { } advice ? new { trust = advice.Trust, decided = advice.Decided } : null,
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
        tradeOffs = state.Plan.Goal.HasTrades ? state.Trades.Select(trial => Trial(state.Plan, trial)) : null,
        startedAt = state.StartedAt,
        startedByTheWallClock = state.Started.Wall,
        labSeconds = state.Spent.TotalSeconds,
    };
}
