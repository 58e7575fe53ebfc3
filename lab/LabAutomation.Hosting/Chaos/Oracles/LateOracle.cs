using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// A step that has to follow within a time does, by the record alone: what the scheduler expected is not asked. Only trouble is an excuse that came after the step before had been asked for, or slowed what was under way
/// then; whatever was known before, and whatever merely takes its time, is the scheduler's to foresee.
/// </summary>
internal static class LateOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        if (evidence.ClockWasSet || evidence.States.All(state => state.Plan.Steps.All(step => step.Within is null))) yield break;
        var troubles = Troubles(evidence).ToArray();
        var told = evidence.Entries.Where(entry => entry.Event is ActionEnded).GroupBy(entry => ((ActionEnded)entry.Event).Action).ToDictionary(action => action.Key, action => action.Max(entry => entry.At));
        var intents = evidence.Entries.Where(entry => entry.Event is ActionIntended).Select(entry => (entry.At, Intent: (ActionIntended)entry.Event, entry.Campaign)).ToArray();
        foreach (var (state, step) in evidence.States.SelectMany(state => state.Plan.Steps.Where(step => step.Within is not null).Select(step => (state, step))))
        {
            foreach (var trial in state.Trials)
            {
                var ours = intents.Where(one => one.Campaign == state.Id && one.Intent.Trial == trial.Number).ToArray();
                if (state.Plan.Steps.TakeWhile(other => other != step).LastOrDefault(other => (step.Since is null || step.Since == other.Name) && ours.Any(one => one.Intent.Step == other.Name)) is not { } before) continue;
                var asked = ours.Where(one => one.Intent.Step == before.Name).Min(one => one.At);
                if (EndOf(ours.Where(one => one.Intent.Step == before.Name).Select(one => one.Intent.Action), evidence) is not { } ended) continue;
                if (BeginningOf(state.Id, trial.Number, step, evidence) is not { } begins || begins.At <= ended + step.Within) continue;

                // What was under way then, as far as was known, may have been slowed before.
                var from = intents.Where(one => one.At <= asked && !(told.TryGetValue(one.Intent.Action, out var at) && at <= asked)).Min(one => one.At);
                if (troubles.Any(trouble => trouble.From <= begins.At && trouble.Until >= from)) continue;
                yield return new Violation("late", FormattableString.Invariant($"'{step.Name}' of {state.Id}/{trial.Number} was to begin within {step.Within} of the end of '{before.Name}' at {ended:u}, and {(begins.Event is SampleLost ? "was lost" : "began")} {begins.At - ended} after it, though nothing had gone wrong since {from:u}"));
            }
        }
    }

    private static DateTimeOffset? EndOf(IEnumerable<ActionId> actions, Evidence evidence)
    {
        DateTimeOffset? last = null;
        foreach (var action in actions)
        {
            if (!evidence.Results.TryGetValue(action, out var result)) return null;
            if (last is null || result.EndedAt > last) last = result.EndedAt;
        }

        return last;
    }

    /// <summary>With its first action, or with the decision that it is too late for it; null where neither came.</summary>
    private static LedgerEntry? BeginningOf(string campaign, int trial, StepPlan step, Evidence evidence) => evidence.Entries.FirstOrDefault(entry => entry.Campaign == campaign && entry.Event switch
    {
        ActionIntended intent => intent.Trial == trial && intent.Step == step.Name && (intent.Index != ActionPlace.Carry || step.Actions.IsEmpty),
        SampleLost lost => lost.Trial == trial && lost.Step == step.Name,
        _ => false,
    });

    /// <summary>When faults struck, the program did not run, a campaign rested or was suspended, a trial waited for stock, a breaker was open, or an action was not done as it was asked for.</summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Troubles(Evidence evidence)
    {
        foreach (var trouble in evidence.Troubles) yield return trouble;
        var open = new Dictionary<(string What, string Of), DateTimeOffset>();
        var asked = new Dictionary<ActionId, DateTimeOffset>();
        foreach (var entry in evidence.Entries)
        {
            switch (entry.Event)
            {
                case ActionIntended intent:
                    asked.TryAdd(intent.Action, entry.At);
                    break;
                case ActionEnded { Result.Status: not ActionStatus.Succeeded } failed when asked.TryGetValue(failed.Action, out var since):
                    yield return (since, entry.At);
                    break;
                case CampaignPaused or CampaignSuspended or PauseRequested { Now: true } or TrialWaits:
                    open.TryAdd((Kind(entry.Event), entry.Campaign), entry.At);
                    break;
                case BreakerChanged { Until: not null } changed:
                    open.TryAdd(("breaker", changed.Instrument), entry.At);
                    break;
            }

            foreach (var over in open.Keys.Where(key => Ends(key, entry)).ToArray())
            {
                yield return (open[over], entry.At);
                open.Remove(over);
            }
        }

        foreach (var since in open.Values) yield return (since, DateTimeOffset.MaxValue);
    }

    private static string Kind(LabEvent happened) => happened switch
    {
        CampaignSuspended => "suspended",
        TrialWaits => "waits",
        _ => "rests",
    };

    private static bool Ends((string What, string Of) trouble, LedgerEntry entry) => trouble.What switch
    {
        "breaker" => entry.Event is BreakerChanged { Until: null } changed && changed.Instrument == trouble.Of,
        "suspended" => entry.Event is CampaignContinued && entry.Campaign == trouble.Of,
        "waits" => entry.Event is ActionIntended && entry.Campaign == trouble.Of,
        _ => entry.Event is CampaignResumed or PromptLapsed or PauseWithdrawn && entry.Campaign == trouble.Of,
    };
}
