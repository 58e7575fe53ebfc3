using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Records;
using LabAutomation.Lab.Display;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Reports;

/// <summary>Reads from the ledger what a report says.</summary>
internal static class ReportSource
{
    /// <summary>A model needs a few results before it can say what random search would have done.</summary>
    private const int LeastResults = 6;

    /// <param name="record">The whole ledger, where it was read already.</param>
    /// <param name="lab">Names the locations of samples; positions are told by number where null.</param>
    public static ReportData Read(Ledger ledger, CampaignState state, IReadOnlyList<LedgerEntry>? record = null, LabStations? lab = null)
    {
        var entries = ledger.Read(state.Id);
        var whole = record ?? (state.Trials.Any(trial => trial.Actions.Values.Any(action => action.Intent.Draws is not null || action.Intent.Shared is not null)) ? ledger.Read() : entries);
        var (lots, actions) = (Lots.Of(whole), SampleActions.Of(whole));
        var plan = state.Plan;
        var standing = Wording.Standing(state);
        return new ReportData
        {
            Campaign = state.Id,
            Description = plan.Description,
            Goal = Wording.Goal(plan),
            Verdict = state.End?.Reason ?? Wording.Phase(state),
            Reached = state.End?.End == CampaignEnd.GoalReached,
            CanBeReached = plan.Goal.CanBeReached,
            Objectives = [.. plan.Goal.Objectives.Select(objective => new ReportObjective(objective.Name, objective.Aim, plan.Goal.Until.Reached ?? plan.Goal.Until.Within))],
            Limits = [.. plan.Goal.Keep.Select(Wording.Limit)],
            Knowledge = Knowledge(state),
            Parameters = [.. plan.Parameters.Select(parameter => new ReportParameter(parameter.Name, parameter.Unit.Symbol))],
            Trials = [.. state.Trials.Select(trial => Trial(plan, trial, standing))],
            Random = Random(state),
            Advice = Wording.Advice(state) is { } course ? new ReportAdvice(course, plan.Advice?.Because ?? "") : null,
            Diagnosis = ReportDiagnosis.Of(state),
            Timeline = [.. state.Trials.SelectMany(trial => actions.Of(state.Id, trial.Number)).Where(action => action.Result is not null).Select(Span)],
            Idle = IdleTimes.Of(state, record ?? ledger.ReadDuring(state.Id)),
            Samples = [.. state.Trials.Select(trial => SampleHistory.Of(state, trial, lots, actions, lab ?? LabStations.OnePlace))],
            CampaignFile = state.Started.File,
            CampaignText = state.Started.Text,
            Software = state.Started.Software,
            Instruments = [.. entries.Select(entry => entry.Event).OfType<InstrumentSeen>().DistinctBy(seen => (seen.Instrument, seen.Identity)).Select(Instrument)],
            Models = [.. entries.Select(entry => entry.Event).OfType<ModelSeen>().Select(model => $"{model}, SHA-256 {model.Sha256}").Distinct(), .. state.Trials.SelectMany(Notices)],
            LedgerHead = entries[^1].Hash,
            LabTime = state.Spent,
        };
    }

    private static IEnumerable<string> Notices(TrialState trial) => trial.Given is { } measured ? Wording.Notices(measured).Select(notice => $"{notice} (trial {trial.Number})") : [];

    private static ReportTrial Trial(CampaignPlan plan, TrialState trial, IReadOnlySet<int> standing)
    {
        var measured = trial.Given;
        var point = plan.ToPoint(trial.Values);
        return new ReportTrial(
            trial.Number,
            [.. trial.Values.Select(value => Wording.Short(value.Value))],
            [.. plan.Parameters.Select((parameter, k) => parameter.IsNumeric ? point[k] : (double?)null)],
            measured is null ? [] : [.. plan.Goal.Objectives.Select(objective => measured.Of(objective.Name, plan.Goal))],
            measured is not null && plan.Goal.Keeps(measured),
            standing.Contains(trial.Number),
            trial.Proposal.Mean,
            trial.Proposal.Sd,
            measured?.Outputs.ToDictionary(output => output.Key, output => Wording.Short(output.Value)) ?? [],
            trial.Outcome switch { TrialOutcome.Failed failed => failed.Reason, TrialOutcome.Abandoned abandoned => $"abandoned: {abandoned.Reason}", _ => null },
            trial.Proposal.Reason,
            measured is null ? null : Swatch.Of(measured.Outputs),
            trial.StartedAt,
            trial.EndedAt);
    }

    /// <summary>Only where more or less of one quantity is all that counts: what random search does about limits and trade-offs is not forecast.</summary>
    private static ReportRandom? Random(CampaignState state)
    {
        var goal = state.Plan.Goal;
        if (goal.Objectives is not [{ Aim: Aim.Minimise or Aim.Maximise } objective] || !goal.Keep.IsEmpty) return null;
        var sign = objective.Aim is Aim.Maximise ? -1 : 1;
        Observation[] history = [.. CampaignHistory.ToStudy(state).Trials.Select(trial => new Observation(trial.Point, sign * trial.Values?[objective.Name]))];
        if (history.Count(observation => observation.Value is not null) < LeastResults) return null;
        var model = GaussianProcess.Fit(state.Plan.ToSearchSpace(), history, state.Plan.Seed);
        var forecast = RandomSearchForecast.Of(model, state.Plan.Seed);
        var expected = goal.Until.Reached is { } wanted ? forecast.TrialsTo(sign * wanted) : (ThresholdForecast?)null;
        var finite = expected is { } threshold && double.IsFinite(threshold.Expected) ? threshold.Expected : (double?)null;
        var note = "Estimated from the model fitted to all trials of this campaign; random trials spread evenly over the feasible space."
            + (finite switch
            {
                null => "",
                > 1e6 => " Random search would reach the goal after more than a million trials on average.",
                { } trials => string.Create(CultureInfo.InvariantCulture, $" Random search would reach the goal after about {trials:0} trials on average."),
            });
        return new ReportRandom([.. forecast.BestSoFar(Math.Max(2, state.Trials.Count)).Select(band => (band.Trials, sign * band.Low, sign * band.Median, sign * band.High))], finite, note);
    }

    private static string? Knowledge(CampaignState state)
    {
        var goal = state.Plan.Goal;
        if (goal.HasBest || goal.HasTrades || state.Trials.Count(trial => trial.Outcome is TrialOutcome.Measured measured && goal.Keeps(measured)) < LeastResults) return null;
        var known = CampaignHistory.ToStudy(state).Knowledge();
        var sides = known is { Above: { } above, Below: { } below }
            ? string.Create(CultureInfo.InvariantCulture, $"; with 95 % certainty {above:P0} of the space lie above the level and {below:P0} below")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{goal.Objective.Name} is known to ± {known.MeanSd:G3} on average over the space, and to ± {known.LargestSd:G3} where it is known least{sides}.");
    }

    private static TimelineSpan Span(SampleAction action)
    {
        var (intent, result) = (action.Intent, action.Result!);
        return new TimelineSpan(intent.Instrument, intent.Trial, result.StartedAt, result.EndedAt, result.Status == ActionStatus.Succeeded, string.Create(CultureInfo.InvariantCulture,
            $"trial {intent.Trial}, {intent.Step}: {intent.Command} {string.Join(", ", intent.Arguments.Values)}; {(result.EndedAt - result.StartedAt).TotalSeconds:0.0} s, {result.Status}"));
    }

    private static string Instrument(InstrumentSeen seen) =>
        $"{seen.Instrument}: {seen.Identity.Manufacturer} {seen.Identity.Model}, serial {seen.Identity.Serial}, firmware {seen.Identity.Firmware}{(seen.Simulated ? ", simulated" : "")}";
}
