using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

public enum CampaignPhase
{
    Running,
    Paused,
    Aborting,
    Ended,
}

/// <summary>A campaign folded from its events. Pure: <see cref="Apply"/> takes what happened, <see cref="Next"/> says what is outstanding.</summary>
public sealed record CampaignState(string Id, CampaignPlan Plan, CampaignStarted Started, DateTimeOffset StartedAt)
{
    public CampaignPhase Phase { get; init; } = CampaignPhase.Running;

    /// <summary>In the order of their numbers, from 1.</summary>
    public ImmutableList<TrialState> Trials { get; init; } = [];

    public CampaignEnded? End { get; init; }

    /// <summary>Why it rests, where it does.</summary>
    public string? PauseReason { get; init; }

    /// <summary>Lab time at which it goes on though nobody came; null where it rests until somebody does, or does not rest.</summary>
    public DateTimeOffset? PauseUntil { get; init; }

    /// <summary>Why it begins nothing but what is not to be interrupted, until a property has been back in its band for a while; null where it is not suspended.</summary>
    public string? Suspended { get; init; }

    /// <summary>Who wants it to rest, from then until it does, or goes on; null where nobody does.</summary>
    public PauseRequested? Pausing { get; init; }

    /// <summary>Who wants it to begin no more trials and to end with those under way, in words; null where nobody does.</summary>
    public string? Finishing { get; init; }

    /// <summary>Whether it begins nothing but what is not to be interrupted.</summary>
    internal bool IsInterrupted => Phase == CampaignPhase.Running && (Suspended is not null || Pausing is { Now: true });

    /// <summary>The trial that has given what is sought and cleans up still, so that no more begin; null where none has.</summary>
    public TrialState? Reaching => UnderWay.FirstOrDefault(HasReached);

    /// <summary>Why no more trials begin, where a rule of its error policy says so.</summary>
    public string? Closing { get; init; }

    /// <summary>Why the lab is in its safe mode, from the moment of the decision until a person has gone on.</summary>
    public string? SafeMode { get; init; }

    /// <summary>How often the rules of its error policy have acted.</summary>
    internal RulesUsed Rules { get; init; } = RulesUsed.None;

    /// <summary>Lab time spent running; pauses, suspensions and the time the program was down do not count.</summary>
    public TimeSpan Spent { get; init; }

    public DateTimeOffset LastAt { get; init; } = StartedAt;

    /// <summary>The trials under way, in the order of their numbers.</summary>
    public IEnumerable<TrialState> UnderWay => Open.Select(number => Trials[number - 1]);

    /// <summary>How long its actions took.</summary>
    internal ActionDurations Durations { get; init; } = ActionDurations.Unknown;

    /// <summary>What its actions have drawn of the lab's consumables.</summary>
    internal DrawnStock Drawn { get; init; } = DrawnStock.None;

    /// <summary>Whether somebody wants it to begin nothing until it is let go.</summary>
    public bool IsHeld { get; init; }

    /// <summary>How many trials it had when its run was judged, where an agent asked for it; null where a person began it.</summary>
    public int? ApprovedTrials { get; init; }

    private ImmutableSortedSet<int> Open { get; init; } = [];

    /// <summary>How often something of a trial has changed after it was over, as where a person says what became of an action.</summary>
    internal int Revision { get; private init; }

    /// <summary>Without a copy of the list, of which only the end is looked at.</summary>
    internal IEnumerable<TrialState> LatestFirst
    {
        get
        {
            for (var k = Trials.Count - 1; k >= 0; k--) yield return Trials[k];
        }
    }

    /// <summary>Among the trials that keep the limits; null where the goal knows no single best.</summary>
    public TrialState? Best => BestNumber is { } number ? Trials[number - 1] : null;

    private int? BestNumber { get; init; }

    /// <summary>With several objectives: the trials that keep the limits and of which none is better in everything, by the first objective.</summary>
    public ImmutableArray<TrialState> Trades => Standing.TradesOf(this);

    public double? BestObjective => (Best?.Outcome as TrialOutcome.Measured)?.Objective;

    /// <param name="entries">All entries of one campaign, from the first.</param>
    /// <exception cref="LedgerException">They do not begin with the start of a campaign.</exception>
    public static CampaignState Replay(IReadOnlyList<LedgerEntry> entries)
    {
        if (entries.Count == 0 || entries[0].Event is not CampaignStarted started)
            throw new LedgerException("the record of a campaign begins with 'campaign-started/1', and this one does not");
        var plan = CampaignFile.Parse(started.Text, started.File, started.Constants, started.Tables).With(started.Seed, started.Planner, started.Trials, started.Parallel);
        return entries.Skip(1).Aggregate(new CampaignState(entries[0].Campaign, plan, started, entries[0].At), (state, entry) => state.Apply(entry.Event, entry.At));
    }

    /// <summary>Actions whose outcome nobody knows, of trials under way and of those that have ended.</summary>
    public IEnumerable<ActionState> Unknown => Trials.SelectMany(trial => trial.Actions.Values).Where(action => action.IsUnknown);

    public CampaignState Apply(LabEvent happened, DateTimeOffset at)
    {
        var state = happened switch
        {
            TrialProposed proposed when proposed.Trial == Trials.Count + 1 => this with { Trials = Trials.Add(new TrialState(proposed) { StartedAt = at }), Open = Open.Add(proposed.Trial) },
            TrialStationed stationed => WithTrial(stationed.Trial, trial => trial with { Stationed = stationed.Station }),
            ActionIntended intended => WithTrial(intended.Trial, trial => Intend(trial, intended, at)) with { Durations = Durations.With(intended), Drawn = Drawn.With(intended) },
            ActionEnded ended => WithTrial(ended.Trial, trial => Conclude(trial, ended)) with { Durations = Durations.With(ended), Drawn = Drawn.With(ended) },
            TrialWaits waits => WithTrial(waits.Trial, trial => trial with { Waits = waits }),
            TrialKnown known => WithTrial(known.Trial, trial => trial with { Known = new TrialOutcome.Measured(known.Outputs, known.Objective) { Models = known.Models ?? [] } }),
            TrialMeasured measured => Closed(measured.Trial, trial => trial with { Outcome = new TrialOutcome.Measured(measured.Outputs, measured.Objective) { Models = measured.Models ?? [] }, EndedAt = at }).Weighed(measured.Trial),
            TrialAbandoned abandoned => Closed(abandoned.Trial, trial => trial with { Outcome = new TrialOutcome.Abandoned(abandoned.Reason), EndedAt = at }),
            TrialFailed failed => Closed(failed.Trial, trial => trial with { Outcome = new TrialOutcome.Failed(failed.Cause, failed.Reason), EndedAt = at }),
            ModelSeen { Instrument: null } seen => this with { Plan = Plan.Pinned(seen.Model, seen.Version) },
            CampaignAuthorised => this with { ApprovedTrials = Plan.Goal.Until.Trials },
            QueueChanged { Trial: { } number } changed => WithTrial(number, trial => trial.With(changed)),
            QueueChanged changed => this with { IsHeld = changed.Hold ?? IsHeld, Plan = Plan.With(trials: changed.Trials, parallel: changed.Parallel) with { Priority = changed.Priority ?? Plan.Priority } },
            SampleTaken taken => WithTrial(taken.Trial, trial => trial with { Taken = taken }),
            PlaceCleaned cleaned => WithTrial(cleaned.Trial, trial => trial with { Cleaned = cleaned }),
            SampleLost lost => WithTrial(lost.Trial, trial => trial with { Lost = lost }),
            CampaignSuspended suspended => this with { Suspended = suspended.Reason },
            CampaignContinued => this with { Suspended = null },
            AnalysisFailed failed => WithTrial(failed.Trial, trial => trial.With(failed)),
            ReactionChosen chosen => React(chosen, at),
            SafeModeEntered entered => this with { SafeMode = entered.Reason },
            CampaignPaused paused => this with { Phase = CampaignPhase.Paused, PauseReason = paused.Reason, PauseUntil = paused.Until, Pausing = paused.Until is null ? null : Pausing },
            PauseRequested asked => this with { Pausing = asked },
            PauseWithdrawn => this with { Pausing = null },
            FinishRequested asked => this with { Finishing = $"asked for by {asked.By}{(asked.Reason.Length > 0 ? $": {asked.Reason}" : "")}" },
            PromptLapsed => Lapse(at),
            CampaignResumed => Resume(),
            OutcomeGivenUp given => Trials.Where(trial => trial.Actions.Values.Any(action => action.Intent.Action == given.Action)).Aggregate(this, (state, trial) => state.WithTrial(trial.Number, known => GiveUp(known, given))) with { Drawn = Drawn.With(given) },
            AbortRequested => this with { Phase = CampaignPhase.Aborting, PauseUntil = null, Pausing = null },
            CampaignEnded end => this with { Phase = CampaignPhase.Ended, End = end },
            _ => this,
        };
        var counts = Phase is CampaignPhase.Running or CampaignPhase.Aborting && Suspended is null && happened is not CampaignResumed && at > LastAt;
        return state with { Spent = counts ? Spent + (at - LastAt) : Spent, LastAt = at > LastAt ? at : LastAt };
    }

    /// <summary>What is outstanding; nothing where it has ended or is paused. What is to be recorded comes alone.</summary>
    /// <param name="now">Lab time.</param>
    /// <param name="places">Where trials can be made.</param>
    /// <param name="pauseWanted">Whether to rest at the next checkpoint, at which no trial is under way.</param>
    public ImmutableArray<NextStep> Outstanding(DateTimeOffset now, CampaignPlaces places, bool pauseWanted = false)
    {
        if (PauseUntil <= now && Phase == CampaignPhase.Paused) return [new NextStep.Record(new PromptLapsed($"nobody came in time: {PauseReason}"))];
        if (Phase is CampaignPhase.Paused or CampaignPhase.Ended) return [];
        var trials = UnderWay.ToImmutableArray();
        var wanted = new TrialPursuit(this, places, now).Of(trials);
        if (wanted.OfType<NextStep.Record>().FirstOrDefault() is { } record) return [record];
        var asked = Pausing?.Asked ?? (pauseWanted ? "asked for" : null);
        if (asked is not null && Suspended is { } why && wanted.IsEmpty) return [new NextStep.Record(new CampaignPaused($"{asked} while it was suspended: {why}"))];
        if (Pausing is { Now: true } && Phase == CampaignPhase.Running && !wanted.Any(step => IsGoing(step, now))) return [new NextStep.Record(new CampaignPaused(asked!))];
        if (asked is not null && Phase == CampaignPhase.Running && !trials.IsEmpty && trials.All(Waits)) return [new NextStep.Record(new CampaignPaused(asked))];
        if (trials.FirstOrDefault(trial => trial.Actions.IsEmpty) is { } unbegun)
        {
            if (NoMore(trials, now) is { } over) return [new NextStep.Record(new TrialAbandoned(unbegun.Number, over))];
            if (Fruitless() is { } end && Phase == CampaignPhase.Running)
            {
                // One that is under way may still be better; until then the others do not begin.
                if (trials.All(trial => trial.Actions.IsEmpty)) return [new NextStep.Record(new TrialAbandoned(unbegun.Number, end.Reason))];
                wanted = wanted.RemoveAll(step => step is NextStep.Act act && Trials[act.Trial - 1].Actions.IsEmpty);
            }
        }

        if (!trials.IsEmpty && trials.Length >= places.AtOnce(Plan)) return wanted;      // whether it is to end is a question for when one has ended
        if (Conclusion(now) is { } conclusion) return trials.IsEmpty ? [new NextStep.Record(conclusion)] : wanted;
        if (asked is not null) return trials.IsEmpty ? [new NextStep.Record(new CampaignPaused(asked))] : wanted;
        if (trials.Any(HasReached)) return wanted;
        return places.Stations.IsEmpty || IsHeld || Suspended is not null ? wanted : wanted.Add(new NextStep.Propose(Trials.Count + 1, places.Only));
    }

    /// <summary>Not where it waits for stock, or before what failed is tried again.</summary>
    private bool IsGoing(NextStep wanted, DateTimeOffset now) => wanted is not NextStep.Act act || !act.MayBegin
        || !(Trials[act.Trial - 1] is var trial && (Waits(trial) || (!act.Actions.IsEmpty && act.Actions.All(action => trial.Actions.TryGetValue(new ActionPlace(act.Step, action.Intent.Index), out var failed) && failed.Reaction?.NotBefore > now))));

    /// <summary>Whether a trial that still cleans up has given what is sought.</summary>
    private bool HasReached(TrialState trial) => trial.Known is { } known && Plan.Goal.IsMetBy(known);

    /// <summary>Why a trial of which nothing has been done is not made any more; null where it is.</summary>
    private string? NoMore(ImmutableArray<TrialState> trials, DateTimeOffset now) => (BestObjective is { } best && Plan.Goal.IsReachedBy(best)) || trials.Any(HasReached) ? "the goal is reached"
        : Finishing is { } finishing ? $"the campaign is finished, as was {finishing}"
        : Closing ?? (OutOfTimeAt <= now ? WhyOutOfTime : null);

    /// <summary>Lab time at which it can make no more trials, if it goes on as it does: all that it may take is spent, or a step cannot begin by its moment any more. Null where it may go on for ever.</summary>
    internal DateTimeOffset? OutOfTimeAt => SpentAt < LastMoment?.By ? SpentAt : LastMoment?.By.AddTicks(1) ?? SpentAt;

    private DateTimeOffset? SpentAt => Plan.Goal.Until.Duration is not { } most ? null : Spent >= most ? LastAt : Phase is CampaignPhase.Running or CampaignPhase.Aborting && Suspended is null ? LastAt + (most - Spent) : null;

    private (DateTimeOffset By, StepPlan Step)? LastMoment => Plan.Steps.Where(step => step.LastMoment is not null).Select(step => ((DateTimeOffset By, StepPlan Step)?)(step.LastMoment!.Value, step)).MinBy(one => one!.Value.By);

    private string WhyOutOfTime => LastMoment is var (by, step) && OutOfTimeAt > by ? step.StartBy!.Missed(step.Name, by) : $"{Plan.Goal.Until.Duration} of lab time are spent";

    /// <summary>Whether nothing of a trial goes on, and nothing will before somebody has come.</summary>
    private bool Waits(TrialState trial) => trial.Actions.IsEmpty ? trial.Waits is not null || IsHeld || trial.IsHeld : trial.Waits is not null && !trial.Actions.Values.Any(action => action.IsOpen);

    private static TrialState Intend(TrialState trial, ActionIntended intended, DateTimeOffset at)
    {
        var place = new ActionPlace(intended.Step, intended.Index);
        if (trial.Actions.TryGetValue(place, out var same) && same.Intent.Action == intended.Action) return trial;
        var attempt = trial.Actions.TryGetValue(place, out var earlier) ? earlier.Attempt + 1 : 1;
        return (trial with { Intended = trial.Intended + 1, Waits = null }).With(place, new ActionState(intended, attempt, at, null) { Order = trial.Intended + 1, Reactions = earlier?.Reactions ?? [], Replaced = earlier?.Replaced ?? [], IsAfterDoing = earlier is { MayHaveDone: true } });
    }

    private static TrialState Conclude(TrialState trial, ActionEnded ended)
    {
        var place = new ActionPlace(ended.Step, ended.Index);
        return trial.Actions.TryGetValue(place, out var action) && action.Intent.Action == ended.Action
            ? trial.With(place, action with { Result = ended.Result, Repetition = ended.Repetition, Reaction = null })
            : trial;
    }

    private static TrialState GiveUp(TrialState trial, OutcomeGivenUp given)
    {
        foreach (var (place, action) in trial.Actions)
        {
            if (action.Intent.Action != given.Action || action.HasSucceeded) continue;
            var result = action.Result ?? new ResultFrame(given.Action, ActionStatus.Failed, CauseCode.LinkLost, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], action.IntendedAt, action.IntendedAt, 0);
            trial = (trial with { Cleaned = null }).With(place, action with { GivenUp = true, Result = result with { Status = ActionStatus.Failed, Message = $"given up by {given.By}: {given.Reason}" } });
        }

        return trial;
    }

    /// <summary>
    /// A person has looked: unknown outcomes are asked for again, and failed cleaning up is done again, so that no trial starts in a dirty vessel. Instruments that were replaced may serve again: two samples
    /// at the instruments that each other must go to would wait for ever.
    /// </summary>
    private CampaignState Resume()
    {
        var state = this with { Phase = Phase == CampaignPhase.Aborting ? Phase : CampaignPhase.Running, PauseReason = null, PauseUntil = null, Pausing = null, SafeMode = null, Durations = Durations.Interrupted() };
        if (Phase != CampaignPhase.Paused) return state;
        var always = Plan.Steps.Where(step => step.Always).Select(step => step.Name).ToHashSet();
        return UnderWay.Aggregate(state, (resumed, trial) => resumed.WithTrial(trial.Number, known => LookedAt(known, always).WithAnalyses(analysis => analysis.LookedAt())));
    }

    private static TrialState LookedAt(TrialState trial, HashSet<string> always)
    {
        foreach (var (place, action) in trial.Actions)
        {
            var waits = action.Reaction is { Reaction: Reaction.Prompt or Reaction.SafeMode };
            var isStopped = action.Result is { Cause: CauseCode.EmergencyStop };
            var again = always.Contains(place.Step) || (waits && !isStopped && action.MayBeRepeated);
            trial = trial.With(place, action.IsUnknown
                ? action with { Result = null, Reaction = null, Reactions = [] }
                : action with { Replaced = [], Seen = action.Seen || waits || isStopped, Reaction = waits ? null : action.Reaction, Reactions = waits ? [] : action.Reactions, Again = action.Again || (action.HasFailed && !action.GivenUp && again) });
        }

        return trial;
    }

    private CampaignState React(ReactionChosen chosen, DateTimeOffset at)
    {
        var place = new ActionPlace(chosen.Step, chosen.Index);
        var state = WithTrial(chosen.Trial, trial => chosen.Step == AnalysisState.Step ? trial with { Analyses = trial.Analyses.SetItem(chosen.Index, trial.Analyses[chosen.Index].With(chosen)) }
            : trial.Actions.TryGetValue(place, out var action) && action.Intent.Action == chosen.Action
            ? trial.With(place, action with { Reaction = chosen, Reactions = action.Reactions.Add(chosen), Replaced = chosen.Reaction == Reaction.Substitute ? action.Replaced.Add(chosen.Instrument) : action.Replaced })
            : trial);
        return state with
        {
            Rules = Rules.With(chosen, at),
            Closing = chosen.Reaction == Reaction.CloseOut ? Closing ?? $"{chosen.Rule} closes it out" : Closing,
            SafeMode = chosen.Reaction == Reaction.SafeMode ? SafeMode ?? $"{chosen.Rule} of {Id}" : SafeMode,
        };
    }

    /// <summary>What waited for somebody is decided anew; the rules that asked count as used up.</summary>
    private CampaignState Lapse(DateTimeOffset at)
    {
        var state = this with { Phase = CampaignPhase.Running, PauseReason = null, PauseUntil = null };
        return UnderWay.Aggregate(state, (going, trial) => going.WithTrial(trial.Number, known => known with
        {
            Actions = known.Actions.SetItems(known.Actions.Where(pair => pair.Value.Reaction is { Reaction: Reaction.Prompt } prompt && prompt.Until <= at).Select(pair => KeyValuePair.Create(pair.Key, pair.Value with { Reaction = null }))),
        }).WithTrial(trial.Number, known => known.WithAnalyses(analysis => analysis.Lapsed(at))));
    }

    /// <summary>A trial that was given a station, and of which nothing came to be intended there, can be made at any again: a program that ended in between, or a batch that did not come about, gave it away.</summary>
    /// <param name="isGranted">By trial: whether something of it is about to be intended.</param>
    internal CampaignState Unstationed(Func<int, bool> isGranted) => UnderWay.Where(trial => trial.Stationed is not null && trial.Actions.IsEmpty && !isGranted(trial.Number))
        .Aggregate(this, (state, trial) => state.WithTrial(trial.Number, known => known with { Stationed = null }));

    private CampaignState Closed(int number, Func<TrialState, TrialState> end) => WithTrial(number, end) with { Open = Open.Remove(number) };

    private CampaignState Weighed(int number) => Trials.ElementAtOrDefault(number - 1) is { } trial && Standing.IsBetter(Plan.Goal, trial, Best) ? this with { BestNumber = number } : this;

    private CampaignState WithTrial(int number, Func<TrialState, TrialState> change) =>
        number >= 1 && number <= Trials.Count ? this with { Trials = Trials.SetItem(number - 1, change(Trials[number - 1])), Revision = Open.Contains(number) ? Revision : Revision + 1 } : this;

    private CampaignEnded Because(CampaignEnd end, string reason) => new(end, reason, Best?.Number);

    private CampaignEnded? Conclusion(DateTimeOffset now)
    {
        if (Phase == CampaignPhase.Aborting) return Because(CampaignEnd.Aborted, "aborted");
        if (BestObjective is { } best && Plan.Goal.IsReachedBy(best)) return Because(CampaignEnd.GoalReached, Standing.WhyReached(Plan.Goal, best));
        if (Finishing is { } finishing) return Because(CampaignEnd.Finished, $"finished, as was {finishing}");
        if (Closing is { } closing) return Because(CampaignEnd.ClosedOut, closing);
        if (Fruitless() is { } fruitless) return fruitless;
        if (Trials.Count >= Plan.Goal.Until.Trials) return Because(CampaignEnd.TrialsSpent, $"all {Plan.Goal.Until.Trials} trials are spent");
        return OutOfTimeAt <= now ? Because(CampaignEnd.TimeSpent, WhyOutOfTime) : null;
    }

    /// <summary>What ends it by how the last trials went, unless one that is under way is better.</summary>
    private CampaignEnded? Fruitless()
    {
        var failures = LatestFirst.Where(trial => trial.Outcome is not (null or TrialOutcome.Abandoned)).TakeWhile(trial => trial.Outcome is TrialOutcome.Failed).Count();
        if (failures >= Plan.Limits.FailedTrials) return Because(CampaignEnd.TooManyFailures, $"{failures} trials in a row failed, the last one: {Trials.Select(trial => trial.Outcome).OfType<TrialOutcome.Failed>().Last().Reason}");
        return Plan.Goal.Until.Stalled is { } stalled && Standing.TrialsSinceGain(this) >= stalled ? Because(CampaignEnd.Stalled, $"the last {stalled} measured trials made nothing better") : null;
    }
}
