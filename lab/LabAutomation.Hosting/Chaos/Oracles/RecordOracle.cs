using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>The ledger's chain holds, nothing on it contradicts itself, and what a driver was told is on it, is on it.</summary>
internal static class RecordOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence) =>
    [
        .. evidence.Verdict.IsSound ? Array.Empty<Violation>() : [new Violation("record", evidence.Verdict.Problem!)],
        .. evidence.States.SelectMany(state => Judge(state, [.. evidence.Entries.Where(entry => entry.Campaign == state.Id)], evidence)),
    ];

    private static IEnumerable<Violation> Judge(CampaignState state, LedgerEntry[] entries, Evidence evidence)
    {
        var intended = new HashSet<(ActionId Action, int Trial)>();
        var ended = new Dictionary<(ActionId Action, int Trial), LedgerEntry>();
        var latest = new Dictionary<(int Trial, string Step, int Index), ActionId>();
        var givenUp = new HashSet<ActionId>();
        var resumedIn = 0L;
        foreach (var entry in entries)
        {
            switch (entry.Event)
            {
                case ActionIntended intent when !intended.Add((intent.Action, intent.Trial)):
                    yield return new Violation("record", $"action {intent.Action} is intended for the second time in entry {entry.Seq}");
                    break;
                case ActionIntended intent when latest.TryGetValue((intent.Trial, intent.Step, intent.Index), out var before) && !MayBeRepeated(before, intent.Trial) && !GoesOn(before, intent):
                    yield return new Violation("record", $"'{intent.Command}' of {intent.Instrument} is asked for again in entry {entry.Seq} (action {intent.Action}), and the action before, {before}, {(ended.TryGetValue((before, intent.Trial), out var known) ? $"is {((ActionEnded)known.Event).Result.Status}" : "has not ended")}");
                    break;
                case ActionIntended intent:
                    latest[(intent.Trial, intent.Step, intent.Index)] = intent.Action;
                    break;
                case TrialMeasured or TrialFailed when latest.Where(place => place.Key.Trial == TrialOf(entry.Event) && !ended.ContainsKey((place.Value, place.Key.Trial)) && !givenUp.Contains(place.Value)).Select(place => place.Value).FirstOrDefault() is var open && open != default:
                    yield return new Violation("record", $"trial {TrialOf(entry.Event)} is closed in entry {entry.Seq} while action {open} is under way");
                    break;
                case CampaignResumed:
                    resumedIn = entry.Seq;
                    break;
                case OutcomeGivenUp given:
                    givenUp.Add(given.Action);
                    break;
                case ActionEnded end when !intended.Contains((end.Action, end.Trial)):
                    yield return new Violation("record", $"action {end.Action} has ended in entry {entry.Seq}, and nobody had asked for it");
                    break;
                case ActionEnded end when ended.TryGetValue((end.Action, end.Trial), out var before) && ((ActionEnded)before.Event).Result.Status != ActionStatus.UnknownOutcome:
                    yield return new Violation("record", $"action {end.Action} has ended in entry {before.Seq} and again in entry {entry.Seq}");
                    break;
                case ActionEnded end:
                    ended[(end.Action, end.Trial)] = entry;
                    break;
            }
        }

        foreach (var row in evidence.Journal.Where(row => row is { IsAcknowledged: true, Status: not null } && intended.Any(one => one.Action == row.Action) && !ended.Keys.Any(one => one.Action == row.Action)))
            yield return new Violation("record", $"the driver of {row.Instrument} was told that the result of action {row.Action} is on record, and it is not: it is lost");
        if (state.Phase != CampaignPhase.Ended) yield break;
        foreach (var trial in state.Trials.Where(trial => trial.Outcome is null))
            yield return new Violation("record", $"the campaign has ended and trial {trial.Number} has not");
        foreach (var intent in entries.Select(entry => entry.Event).OfType<ActionIntended>().Where(intent => !ended.ContainsKey((intent.Action, intent.Trial))))
            if (!entries.Any(entry => entry.Event is OutcomeGivenUp given && given.Action == intent.Action))
                yield return new Violation("record", $"the campaign has ended and nothing is known of action {intent.Action} ('{intent.Command}' of {intent.Instrument}, trial {intent.Trial})");

        // A sample that was brought to an instrument is carried on where another takes its place.
        bool GoesOn(ActionId action, ActionIntended intent) => intent.Index == ActionPlace.Carry && ended.TryGetValue((action, intent.Trial), out var entry) && ((ActionEnded)entry.Event).Result.Status == ActionStatus.Succeeded
            && evidence.Intent(action)?.At is { } at && intent.Arguments.TryGetValue("from", out var from) && from.Value == at;

        // By itself the lab repeats only what did nothing, or what is the same done twice; what failed otherwise a person must have looked at.
        bool MayBeRepeated(ActionId action, int trial) => givenUp.Contains(action) || (ended.TryGetValue((action, trial), out var entry) && (ActionEnded)entry.Event is var end
            && (end.Repetition is not null || end.Result.Status == ActionStatus.Expired || (end.Result.Status is ActionStatus.Failed or ActionStatus.Cancelled && entry.Seq < resumedIn)));
    }

    private static int TrialOf(LabEvent outcome) => outcome switch
    {
        TrialMeasured measured => measured.Trial,
        TrialFailed failed => failed.Trial,
        _ => 0,
    };
}
