using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;

namespace LabAutomation.Lab.Display;

/// <summary>An unfinished campaign and its trials, as whoever looks at the queue sees them.</summary>
internal sealed record QueueList(CampaignState State)
{
    /// <summary>Those of a higher priority first.</summary>
    public static IReadOnlyList<QueueList> Of(Ledger ledger) =>
        [.. CampaignRecord.All(ledger).Where(state => state.Phase != CampaignPhase.Ended).OrderByDescending(state => state.Plan.Priority).Select(state => new QueueList(state))];

    public IEnumerable<string> Lines()
    {
        yield return $"{State.Id}  priority {State.Plan.Priority}  {State.Trials.Count}/{State.Plan.Goal.Until.Trials} trials  {(State.IsHeld ? "held  " : "")}{Wording.Phase(State)}";
        foreach (var trial in Trials()) yield return $"  {State.Id}/{trial.Number}  {(trial.Priority is { } priority ? $"priority {priority}  " : "")}{Stands(trial)}  {Wording.Recipe(trial)}";
    }

    public object ToJson() => new
    {
        campaign = State.Id,
        priority = State.Plan.Priority,
        held = State.IsHeld,
        owner = State.Started.Owner,
        state = Wording.Phase(State),
        trials = State.Trials.Count,
        mostTrials = State.Plan.Goal.Until.Trials,
        waiting = Trials().Select(trial => new { trial = trial.Number, priority = trial.Priority ?? State.Plan.Priority, begun = !trial.Actions.IsEmpty, held = IsHeld(trial), waitsFor = trial.Waits?.For, reason = trial.Waits?.Reason, parameters = trial.Values.ToDictionary(value => value.Key, value => value.Value.ToJson()) }),
    };

    private IEnumerable<TrialState> Trials() => State.UnderWay.OrderBy(trial => trial.Actions.IsEmpty).ThenByDescending(trial => trial.Priority ?? State.Plan.Priority).ThenBy(trial => trial.Number);

    private bool IsHeld(TrialState trial) => trial.Actions.IsEmpty && (trial.IsHeld || State.IsHeld);

    private string Stands(TrialState trial) => trial switch
    {
        _ when IsHeld(trial) => "held",
        { Waits: { } waits } => $"waits: {waits.Reason}",
        { Actions.IsEmpty: true } => "waits",
        _ => $"at '{State.Plan.Steps.Last(step => trial.Actions.Keys.Any(place => place.Step == step.Name)).Name}'",
    };
}
