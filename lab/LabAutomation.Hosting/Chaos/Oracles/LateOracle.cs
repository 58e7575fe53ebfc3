using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// A step that has to follow within a time does, by the record alone: what the scheduler expected is not asked. An excuse is only what came after the step before had been asked for, or slowed what was under way then, and
/// only where it struck the lab, an instrument that the step needs, or the campaign itself; whatever was known before, and whatever merely takes its time, is the scheduler's to foresee.
/// </summary>
internal static class LateOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        if (evidence.ClockWasSet || evidence.States.All(state => state.Plan.Steps.All(step => step.Within is null))) yield break;
        var (hindrances, stays) = (Hindrance.Of(evidence).ToArray(), default(SampleStays));
        var told = evidence.Entries.Where(entry => entry.Event is ActionEnded).GroupBy(entry => ((ActionEnded)entry.Event).Action).ToDictionary(action => action.Key, action => action.Max(entry => entry.At));
        var intents = evidence.Entries.Where(entry => entry.Event is ActionIntended).Select(entry => new Asked(entry.At, (ActionIntended)entry.Event, entry.Campaign)).ToArray();
        foreach (var (state, step) in evidence.States.SelectMany(state => state.Plan.Steps.Where(step => step.Within is not null).Select(step => (state, step))))
        {
            var aborted = evidence.Entries.FirstOrDefault(entry => entry.Campaign == state.Id && entry.Event is AbortRequested)?.At;
            foreach (var trial in state.Trials)
            {
                var ours = intents.Where(one => one.Campaign == state.Id && one.Intent.Trial == trial.Number).ToArray();
                if (state.Plan.Steps.TakeWhile(other => other != step).LastOrDefault(other => (step.Since is null || step.Since == other.Name) && ours.Any(one => one.Intent.Step == other.Name)) is not { } before) continue;
                var asked = ours.Where(one => one.Intent.Step == before.Name).Min(one => one.At);
                var source = ours.Where(one => one.Intent.Step == before.Name).ToArray();
                if (EndOf(source.Select(one => one.Intent.Action), evidence) is not { } ended) continue;
                if (BeginningOf(state.Id, trial.Number, step, evidence) is not { } begins || begins.At <= ended + step.Within) continue;

                // Who cleans up after what failed keeps no hold.
                if (step.Always && (trial.IsSpoilt || aborted <= begins.At)) continue;
                var between = state.Plan.Steps.SkipWhile(other => other != before).Skip(1).TakeWhile(other => other != step).Append(step);
                var needs = new StepNeeds(evidence, evidence.Stations.For(state.Plan).IsCarried ? stays ??= new SampleStays(evidence) : null, state, trial, between, asked, begins.At);
                var needed = needs.Instruments;
                Widen(needed, intents.Where(one => one.At <= begins.At && !(told.TryGetValue(one.Intent.Action, out var at) && at <= asked)));

                // What was under way then, as far as was known, may have been slowed before.
                var from = intents.Where(one => one.At <= asked && needed.Contains(one.Intent.Instrument) && !(told.TryGetValue(one.Intent.Action, out var at) && at <= asked)).Select(one => one.At).Append(asked).Min();
                if (hindrances.Any(one => one.From <= begins.At && one.Until >= from && (Concerns(one) || IsUnheard(one)))) continue;
                yield return new Violation("late", FormattableString.Invariant($"'{step.Name}' of {state.Id}/{trial.Number} was to begin within {step.Within} of the end of '{before.Name}' at {ended:u}, and {(begins.Event is SampleLost ? "was lost" : "began")} {begins.At - ended} after it, though nothing that it needs had gone wrong since {from:u}"));

                // The time counts from the end by the device, and nobody can begin anything before the lab has heard of it.
                bool IsUnheard(Hindrance one) => one.From <= source.Max(action => told.GetValueOrDefault(action.Intent.Action)) && one.Until > ended && source.Any(action => action.Intent.Instrument == one.Instrument);

                // Where samples are carried, those of others stand in the way.
                bool Concerns(Hindrance one) => (one.Instrument is null || needed.Contains(one.Instrument)) && !(one.SparesUninterrupted && step.Uninterrupted) && (one.Campaign is null || needs.Has(one.Campaign, one.Trial));
            }
        }
    }

    /// <summary>Whoever has an instrument keeps it until its step has ended, and so waits for the others of that step.</summary>
    private static void Widen(HashSet<string> needed, IEnumerable<Asked> meanwhile)
    {
        var steps = meanwhile.GroupBy(one => (one.Campaign, one.Intent.Trial, one.Intent.Step)).Select(step => step.Select(one => one.Intent.Instrument).ToHashSet(StringComparer.Ordinal)).Where(step => step.Count > 1).ToArray();
        int before;
        do
        {
            before = needed.Count;
            foreach (var step in steps)
                if (step.Overlaps(needed)) needed.UnionWith(step);
        }
        while (needed.Count > before);
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

    private sealed record Asked(DateTimeOffset At, ActionIntended Intent, string Campaign);
}
