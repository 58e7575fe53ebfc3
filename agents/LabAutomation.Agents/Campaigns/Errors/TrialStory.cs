using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>One thing that happened to a trial.</summary>
/// <param name="Kind">What sort of thing: <c>proposed</c>, <c>failed</c>, <c>rule</c>, <c>again</c>, <c>rest</c>, <c>breaker</c>, <c>person</c>, <c>told</c>.</param>
/// <param name="Passed">Of a rule: those before it that are about the same, and why each did not act.</param>
public sealed record StoryLine(DateTimeOffset At, string Kind, string Text, ImmutableArray<string> Passed);

/// <summary>What went wrong in a trial, which rule acted on it and why, and what the planner was told: from the record alone.</summary>
public static class TrialStory
{
    /// <param name="entries">All entries of the trial's campaign, in order.</param>
    public static ImmutableArray<StoryLine> Of(IReadOnlyList<LedgerEntry> entries, int trial)
    {
        var lines = ImmutableArray.CreateBuilder<StoryLine>();
        var intents = new Dictionary<ActionId, ActionIntended>();
        var places = new Dictionary<ActionPlace, ActionIntended>();
        var isUnderWay = false;
        foreach (var entry in entries)
        {
            void Line(string kind, string text, ImmutableArray<string>? passed = null) => lines.Add(new StoryLine(entry.At, kind, text, passed ?? []));
            switch (entry.Event)
            {
                case TrialProposed proposed when proposed.Trial == trial:
                    isUnderWay = true;
                    Line("proposed", $"proposed{(proposed.Station is { } station ? $" at {station}" : "")}: {proposed.Reason}");
                    break;
                case TrialStationed stationed when stationed.Trial == trial:
                    Line("stationed", $"made at {stationed.Station}");
                    break;
                case ActionIntended intent when intent.Trial == trial:
                    var place = new ActionPlace(intent.Step, intent.Index);
                    intents[intent.Action] = intent;
                    if (places.TryGetValue(place, out var before) && before.Action != intent.Action) Line("again", $"{intent.Step}: '{intent.Command}' of {intent.Instrument} is begun again{(before.Instrument == intent.Instrument ? "" : $", in place of {before.Instrument}")}");
                    places[place] = intent;
                    break;
                case ActionEnded ended when ended.Trial == trial && ended.Result.Status != ActionStatus.Succeeded && intents.TryGetValue(ended.Action, out var intent):
                    Line("failed", $"{intent.Step}: '{intent.Command}' of {intent.Instrument} {Ended(ended.Result)}; {Repeatable(ended)}");
                    break;
                case ReactionChosen chosen when chosen.Trial == trial:
                    Line("rule", $"{chosen.Rule} acts, '{chosen.Says}': {Does(chosen)}", chosen.Passed);
                    break;
                case AnalysisFailed failed when failed.Trial == trial:
                    Line("failed", $"the analysis by {failed.Analyst} failed ({string.Join(", ", ErrorWords.Of(failed).Where(word => word != ErrorWords.Any))}): {failed.Reason}; it can be made again");
                    break;
                case OutcomeGivenUp given when intents.TryGetValue(given.Action, out var unknown):
                    Line("person", $"{given.By} gives up '{unknown.Command}' of {unknown.Instrument}: {given.Reason}");
                    break;
                case SampleLost lost when lost.Trial == trial:
                    Line("failed", lost.Reason);
                    break;
                case CampaignSuspended suspended when isUnderWay:
                    Line("rest", $"the campaign is suspended: {suspended.Reason}");
                    break;
                case CampaignContinued continued when isUnderWay:
                    Line("rest", $"the campaign goes on: {continued.Reason}");
                    break;
                case SampleTaken taken when taken.Trial == trial:
                    Line("person", $"{taken.By} takes its sample by hand from {taken.Instrument}: {taken.Reason}");
                    break;
                case PlaceCleaned cleaned when cleaned.Trial == trial:
                    Line("person", $"{cleaned.By} has cleaned up after it by hand");
                    break;
                case BreakerChanged changed when isUnderWay && intents.Values.Any(intent => intent.Instrument == changed.Instrument):
                    Line("breaker", $"{changed.Instrument} {Breaks(changed)}: {changed.Reason}");
                    break;
                case CampaignPaused paused when isUnderWay:
                    Line("rest", $"the campaign rests{(paused.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $" until somebody comes, or {until:u}") : "")}: {paused.Reason}");
                    break;
                case PromptLapsed lapsed when isUnderWay:
                    Line("rest", $"the campaign goes on: {lapsed.Reason}");
                    break;
                case SafeModeEntered safe when isUnderWay:
                    Line("rest", $"the lab goes into its safe mode: {safe.Reason}");
                    break;
                case CampaignResumed resumed when isUnderWay:
                    Line("person", $"the campaign is taken up again: {resumed.Reason}");
                    break;
                case PauseRequested asked when isUnderWay:
                    Line("person", $"the campaign is to rest{(asked.Now ? " now" : " when the trials under way have ended")}, {asked.Asked}");
                    break;
                case PauseWithdrawn withdrawn when isUnderWay:
                    Line("person", $"the campaign is not to rest after all: {withdrawn.By}: {withdrawn.Reason}");
                    break;
                case FinishRequested asked when isUnderWay:
                    Line("person", $"no more trials are to begin: {asked.By}: {asked.Reason}");
                    break;
                case AbortRequested abort when isUnderWay:
                    Line("person", $"the campaign is aborted: {abort.Reason}");
                    break;
                case TrialKnown known when known.Trial == trial:
                    Line("told", $"its results are known while it goes on, and whoever chooses the next trial knows them: {string.Join(", ", known.Outputs.Select(output => $"{output.Key} {output.Value}"))}");
                    break;
                case TrialMeasured measured when measured.Trial == trial:
                    isUnderWay = false;
                    Line("told", $"the planner is told its results: {string.Join(", ", measured.Outputs.Select(output => $"{output.Key} {output.Value}"))}");
                    break;
                case TrialFailed failed when failed.Trial == trial:
                    isUnderWay = false;
                    Line("told", $"the planner is told that it failed: {failed.Reason}");
                    break;
                case TrialAbandoned abandoned when abandoned.Trial == trial:
                    isUnderWay = false;
                    Line("told", $"the planner is told nothing, and may propose its values again: {abandoned.Reason}");
                    break;
            }
        }

        return lines.ToImmutable();
    }

    private static string Ended(ResultFrame result) =>
        $"{(result.Status switch { ActionStatus.Expired => "expired before it could start", ActionStatus.Cancelled => "was cancelled", ActionStatus.UnknownOutcome => "ended, and nobody knows how", _ => "failed" })} ({string.Join(", ", ErrorWords.Of(result, cleansUp: false).Where(word => word != ErrorWords.Any))}): {result.Message}";

    private static string Repeatable(ActionEnded ended) => ended switch
    {
        { Repetition: Repetition.TwiceIsOnce } => "doing it twice is doing it once",
        { Repetition: Repetition.DidNothing } or { Result.Status: ActionStatus.Expired } => "it is certain that it did nothing",
        _ => "it may have done something",
    };

    private static string Does(ReactionChosen chosen) => chosen.Reaction switch
    {
        Reaction.Retry => chosen.NotBefore is { } at ? string.Create(CultureInfo.InvariantCulture, $"it is tried again, not before {at:u}") : "it is tried again",
        Reaction.Substitute => $"another instrument does it in place of {chosen.Instrument}",
        Reaction.Skip => "the trial goes on without it",
        Reaction.Prompt => chosen.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"somebody is asked until {until:u}") : "somebody is asked",
        Reaction.CloseOut => "the trial cleans up and ends as failed, and the campaign ends in order",
        Reaction.SafeMode => "the whole lab rests, with its instruments in their safe state",
        _ => "the trial cleans up and ends as failed, and the planner proposes another",
    };

    private static string Breaks(BreakerChanged changed) => changed.Phase switch
    {
        Scheduling.BreakerPhase.Open => string.Create(CultureInfo.InvariantCulture, $"is given nothing more to do until {changed.Until:u}"),
        Scheduling.BreakerPhase.HalfOpen => "is tried after its cool-down",
        _ => "is relied on again",
    };
}
