using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Records;
using LabAutomation.Lab.Display;
using LabAutomation.Learning;

namespace LabAutomation.Lab.Reports;

/// <summary>Reads from the ledger what a report says.</summary>
internal static class ReportSource
{
    /// <summary>A model needs a few results before it can say what random search would have done.</summary>
    private const int LeastResults = 6;

    public static ReportData Read(Ledger ledger, CampaignState state)
    {
        var entries = ledger.Read(state.Id);
        var plan = state.Plan;
        return new ReportData
        {
            Campaign = state.Id,
            Description = plan.Description,
            Goal = Wording.Goal(plan),
            Verdict = state.End?.Reason ?? Wording.Phase(state),
            Reached = state.End?.End == CampaignEnd.GoalReached,
            Objective = new ReportObjective(plan.Goal.Objective, plan.Goal.Minimise, plan.Goal.Until.Reached),
            Parameters = [.. plan.Parameters.Select(parameter => new ReportParameter(parameter.Name, parameter.Unit.Symbol))],
            Trials = [.. state.Trials.Select(trial => Trial(plan, trial))],
            Random = Random(state),
            Diagnosis = ReportDiagnosis.Of(state),
            Timeline = [.. state.Trials.SelectMany(trial => trial.Actions.Values).Where(action => action.Result is not null).Select(Span)],
            CampaignFile = state.Started.File,
            CampaignText = state.Started.Text,
            Software = state.Started.Software,
            Instruments = [.. entries.Select(entry => entry.Event).OfType<InstrumentSeen>().DistinctBy(seen => (seen.Instrument, seen.Identity)).Select(Instrument)],
            LedgerHead = entries[^1].Hash,
            LabTime = state.Spent,
        };
    }

    private static ReportTrial Trial(CampaignPlan plan, TrialState trial)
    {
        var measured = trial.Outcome as TrialOutcome.Measured;
        var point = plan.ToPoint(trial.Values);
        return new ReportTrial(
            trial.Number,
            [.. trial.Values.Select(value => Wording.Short(value.Value))],
            [.. plan.Parameters.Select((parameter, k) => parameter.IsNumeric ? point[k] : (double?)null)],
            measured?.Objective,
            trial.Proposal.Mean,
            trial.Proposal.Sd,
            measured?.Outputs.ToDictionary(output => output.Key, output => Wording.Short(output.Value)) ?? [],
            (trial.Outcome as TrialOutcome.Failed)?.Reason,
            trial.Proposal.Reason,
            measured is null ? null : Swatch.Of(measured.Outputs),
            trial.StartedAt,
            trial.EndedAt);
    }

    private static ReportRandom? Random(CampaignState state)
    {
        var history = Planners.History(state);
        if (history.Count(observation => observation.Value is not null) < LeastResults) return null;
        var model = GaussianProcess.Fit(state.Plan.ToSearchSpace(), history, state.Plan.Seed);
        var forecast = RandomSearchForecast.Of(model, state.Plan.Seed);
        var sign = state.Plan.Goal.Minimise ? 1 : -1;
        var expected = state.Plan.Goal.Until.Reached is { } wanted ? forecast.TrialsTo(state.Plan.Goal.Cost(wanted)) : (ThresholdForecast?)null;
        var finite = expected is { } threshold && double.IsFinite(threshold.Expected) ? threshold.Expected : (double?)null;
        var note = "Estimated from the model fitted to all trials of this campaign; random trials spread evenly over the feasible space."
            + (finite is { } trials ? string.Create(CultureInfo.InvariantCulture, $" Random search would reach the goal after about {trials:0} trials on average.") : "");
        return new ReportRandom([.. forecast.BestSoFar(Math.Max(2, state.Trials.Count)).Select(band => (band.Trials, sign * band.Low, sign * band.Median, sign * band.High))], finite, note);
    }

    private static TimelineSpan Span(ActionState action)
    {
        var (intent, result) = (action.Intent, action.Result!);
        return new TimelineSpan(intent.Instrument, result.StartedAt, result.EndedAt, action.HasSucceeded, string.Create(CultureInfo.InvariantCulture,
            $"trial {intent.Trial}, {intent.Step}: {intent.Command} {string.Join(", ", intent.Arguments.Values)}; {(result.EndedAt - result.StartedAt).TotalSeconds:0.0} s, {result.Status}"));
    }

    private static string Instrument(InstrumentSeen seen) =>
        $"{seen.Instrument}: {seen.Identity.Manufacturer} {seen.Identity.Model}, serial {seen.Identity.Serial}, firmware {seen.Identity.Firmware}{(seen.Simulated ? ", simulated" : "")}";
}
