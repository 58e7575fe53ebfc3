using System.Collections.Immutable;
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

    /// <summary>Lab time spent running; pauses and the time the program was down do not count.</summary>
    public TimeSpan Spent { get; init; }

    public DateTimeOffset LastAt { get; init; } = StartedAt;

    /// <summary>The trial under way.</summary>
    public TrialState? Current => Trials.Count > 0 && Trials[^1].Outcome is null ? Trials[^1] : null;

    /// <summary>Without a copy of the list, of which only the end is looked at.</summary>
    internal IEnumerable<TrialState> LatestFirst
    {
        get
        {
            for (var k = Trials.Count - 1; k >= 0; k--) yield return Trials[k];
        }
    }

    /// <summary>Among the trials that keep the limits; null where the goal knows no single best.</summary>
    public TrialState? Best => Standing.BestOf(this);

    /// <summary>With several objectives: the trials that keep the limits and of which none is better in everything, by the first objective.</summary>
    public ImmutableArray<TrialState> Trades => Standing.TradesOf(this);

    public double? BestObjective => (Best?.Outcome as TrialOutcome.Measured)?.Objective;

    /// <param name="entries">All entries of one campaign, from the first.</param>
    /// <exception cref="LedgerException">They do not begin with the start of a campaign.</exception>
    public static CampaignState Replay(IReadOnlyList<LedgerEntry> entries)
    {
        if (entries.Count == 0 || entries[0].Event is not CampaignStarted started)
            throw new LedgerException("the record of a campaign begins with 'campaign-started/1', and this one does not");
        var plan = CampaignFile.Parse(started.Text, started.File).With(started.Seed, started.Planner, started.Trials);
        return entries.Skip(1).Aggregate(new CampaignState(entries[0].Campaign, plan, started, entries[0].At), (state, entry) => state.Apply(entry.Event, entry.At));
    }

    /// <summary>Actions whose outcome nobody knows, of trials under way and of those that have ended.</summary>
    public IEnumerable<ActionState> Unknown => Trials.SelectMany(trial => trial.Actions.Values).Where(action => action.IsUnknown);

    public CampaignState Apply(LabEvent happened, DateTimeOffset at)
    {
        var state = happened switch
        {
            TrialProposed proposed when proposed.Trial == Trials.Count + 1 => this with { Trials = Trials.Add(new TrialState(proposed) { StartedAt = at }) },
            ActionIntended intended => WithTrial(intended.Trial, trial => Intend(trial, intended, at)),
            ActionEnded ended => WithTrial(ended.Trial, trial => Conclude(trial, ended)),
            TrialMeasured measured => WithTrial(measured.Trial, trial => trial with { Outcome = new TrialOutcome.Measured(measured.Outputs, measured.Objective) { Models = measured.Models ?? [] }, EndedAt = at }),
            TrialAbandoned abandoned => WithTrial(abandoned.Trial, trial => trial with { Outcome = new TrialOutcome.Abandoned(abandoned.Reason), EndedAt = at }),
            TrialFailed failed => WithTrial(failed.Trial, trial => trial with { Outcome = new TrialOutcome.Failed(failed.Cause, failed.Reason), EndedAt = at }),
            CampaignPaused paused => this with { Phase = CampaignPhase.Paused, PauseReason = paused.Reason },
            CampaignResumed => Resume(),
            OutcomeGivenUp given when Trials.Find(trial => trial.Actions.Values.Any(action => action.Intent.Action == given.Action)) is { } trial => WithTrial(trial.Number, known => GiveUp(known, given)),
            AbortRequested => this with { Phase = CampaignPhase.Aborting },
            CampaignEnded end => this with { Phase = CampaignPhase.Ended, End = end },
            _ => this,
        };
        var counts = Phase is CampaignPhase.Running or CampaignPhase.Aborting && happened is not CampaignResumed && at > LastAt;
        return state with { Spent = counts ? Spent + (at - LastAt) : Spent, LastAt = at > LastAt ? at : LastAt };
    }

    /// <param name="now">Lab time.</param>
    /// <param name="pauseWanted">Whether to rest at the next checkpoint, which lies between two trials.</param>
    public NextStep Next(DateTimeOffset now, bool pauseWanted = false) => Phase switch
    {
        CampaignPhase.Paused or CampaignPhase.Ended => new NextStep.Rest(),
        _ when Current is { } trial => Pursue(trial, now),
        _ when Conclusion() is { } end => new NextStep.Record(end),
        _ when pauseWanted => new NextStep.Record(new CampaignPaused("asked for")),
        _ => new NextStep.Propose(Trials.Count + 1),
    };

    private static TrialState Intend(TrialState trial, ActionIntended intended, DateTimeOffset at)
    {
        var place = new ActionPlace(intended.Step, intended.Index);
        if (trial.Actions.TryGetValue(place, out var same) && same.Intent.Action == intended.Action) return trial;
        var attempt = trial.Actions.TryGetValue(place, out var earlier) ? earlier.Attempt + 1 : 1;
        return trial.With(place, new ActionState(intended, attempt, at, null));
    }

    private static TrialState Conclude(TrialState trial, ActionEnded ended)
    {
        var place = new ActionPlace(ended.Step, ended.Index);
        return trial.Actions.TryGetValue(place, out var action) && action.Intent.Action == ended.Action
            ? trial.With(place, action with { Result = ended.Result })
            : trial;
    }

    private static TrialState GiveUp(TrialState trial, OutcomeGivenUp given)
    {
        foreach (var (place, action) in trial.Actions)
        {
            if (action.Intent.Action != given.Action || action.HasSucceeded) continue;
            var result = action.Result ?? new ResultFrame(given.Action, ActionStatus.Failed, CauseCode.LinkLost, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], action.IntendedAt, action.IntendedAt, 0);
            trial = trial.With(place, action with { GivenUp = true, Result = result with { Status = ActionStatus.Failed, Message = $"given up by {given.By}: {given.Reason}" } });
        }

        return trial;
    }

    /// <summary>A person has looked: unknown outcomes are asked for again, and failed cleaning up is done again, so that no trial starts in a dirty vessel.</summary>
    private CampaignState Resume()
    {
        var state = this with { Phase = Phase == CampaignPhase.Aborting ? Phase : CampaignPhase.Running, PauseReason = null };
        if (Current is not { } trial || Phase != CampaignPhase.Paused) return state;
        var always = Plan.Steps.Where(step => step.Always).Select(step => step.Name).ToHashSet();
        foreach (var (place, action) in trial.Actions)
        {
            trial = trial.With(place, action.IsUnknown
                ? action with { Result = null }
                : action with { StopSeen = action.StopSeen || action.Result is { Cause: CauseCode.EmergencyStop }, Again = action.Again || (action.HasFailed && !action.GivenUp && always.Contains(place.Step)) });
        }

        return state.WithTrial(trial.Number, _ => trial);
    }

    private CampaignState WithTrial(int number, Func<TrialState, TrialState> change) =>
        number >= 1 && number <= Trials.Count ? this with { Trials = Trials.SetItem(number - 1, change(Trials[number - 1])) } : this;

    private NextStep Pursue(TrialState trial, DateTimeOffset now)
    {
        var unknown = trial.Actions.Values.FirstOrDefault(action => action.IsUnknown);
        if (unknown is not null && Phase != CampaignPhase.Aborting)
        {
            return new NextStep.Record(new CampaignPaused(
                $"nobody knows whether '{unknown.Intent.Command}' of {unknown.Intent.Instrument} had its effect (action {unknown.Intent.Action}); it is not repeated. {unknown.Result!.Message}"));
        }

        var stopped = trial.Actions.Values.FirstOrDefault(action => action.Result is { Cause: CauseCode.EmergencyStop } && !action.StopSeen);
        if (stopped is not null && Phase != CampaignPhase.Aborting)
            return new NextStep.Record(new CampaignPaused($"{stopped.Intent.Instrument} was stopped: {stopped.Result!.Message}"));

        var spoilt = trial.Failure is not null || Phase == CampaignPhase.Aborting;
        foreach (var step in Plan.Steps)
        {
            if (spoilt && !step.Always && !trial.Actions.Any(pair => pair.Key.Step == step.Name && pair.Value.IsOpen)) continue;
            var outstanding = Outstanding(trial, step, now, onlyOpen: spoilt && !step.Always);
            if (outstanding.Length > 0) return new NextStep.Act(outstanding);
            if (step.Always && CleanUpFailure(trial, step) is { } failure && Phase != CampaignPhase.Aborting)
                return new NextStep.Record(new CampaignPaused($"cleaning up failed: '{failure.Intent.Command}' of {failure.Intent.Instrument}: {failure.Result!.Message}"));
        }

        if (Phase == CampaignPhase.Aborting) return new NextStep.Record(new TrialAbandoned(trial.Number, "the campaign was aborted"));
        return trial.Failure is { } cause ? new NextStep.Record(Ended(trial, cause)) : new NextStep.Analyse(trial);
    }

    /// <summary>What a person ended says nothing about the values that were tried.</summary>
    private static LabEvent Ended(TrialState trial, ActionState cause)
    {
        var reason = $"'{cause.Intent.Command}' of {cause.Intent.Instrument} {Past(cause.Result!.Status)}: {cause.Result.Message}";
        var byPerson = trial.Actions.Values.Any(action => action.GivenUp || action.Result is { Cause: CauseCode.EmergencyStop });
        return byPerson ? new TrialAbandoned(trial.Number, reason) : new TrialFailed(trial.Number, cause.Result.Cause, reason);
    }

    private ImmutableArray<ActionRequest> Outstanding(TrialState trial, StepPlan step, DateTimeOffset now, bool onlyOpen)
    {
        var requests = ImmutableArray.CreateBuilder<ActionRequest>();
        for (var index = 0; index < step.Actions.Length; index++)
        {
            if (trial.Actions.TryGetValue(new ActionPlace(step.Name, index), out var action))
            {
                if (action.IsOpen) requests.Add(new ActionRequest(action.Intent, IsOnRecord: true));
                else if (action.MayRetry && !onlyOpen && Intent(trial, step, index, action.Attempt + 1, now) is { } again) requests.Add(new ActionRequest(again, IsOnRecord: false));
            }
            else if (!onlyOpen && Intent(trial, step, index, 1, now) is { } intent)
            {
                requests.Add(new ActionRequest(intent, IsOnRecord: false));
            }
        }

        return requests.ToImmutable();
    }

    private ActionIntended? Intent(TrialState trial, StepPlan step, int index, int attempt, DateTimeOffset now)
    {
        var bound = Plan.Bind(step.Actions[index], trial.Values);
        return bound is null ? null : new ActionIntended(
            ActionId.Derive(Id, trial.Number, step.Name, index, attempt), trial.Number, step.Name, index, bound.Instrument, bound.Command, bound.Arguments, now + (step.Always ? CleanUpWithin(Plan.Limits.Trial) : Plan.Limits.Trial));
    }

    private static ActionState? CleanUpFailure(TrialState trial, StepPlan step) =>
        trial.Actions.FirstOrDefault(pair => pair.Key.Step == step.Name && pair.Value.HasFailed && !pair.Value.GivenUp).Value;

    private static string Past(ActionStatus status) => status switch
    {
        ActionStatus.Cancelled => "was cancelled",
        ActionStatus.Expired => "expired before it could start",
        ActionStatus.UnknownOutcome => "has an unknown outcome",
        _ => "failed",
    };

    /// <summary>Cleaning up has to happen however short a trial may be.</summary>
    private static TimeSpan CleanUpWithin(TimeSpan trial) => trial > CampaignLimits.DefaultTrial ? trial : CampaignLimits.DefaultTrial;

    private CampaignEnded? Conclusion()
    {
        var until = Plan.Goal.Until;
        CampaignEnded Because(CampaignEnd end, string reason) => new(end, reason, Best?.Number);
        if (Phase == CampaignPhase.Aborting) return Because(CampaignEnd.Aborted, "aborted");
        if (BestObjective is { } best && Plan.Goal.IsReachedBy(best)) return Because(CampaignEnd.GoalReached, Standing.WhyReached(Plan.Goal, best));
        var failures = LatestFirst.Where(trial => trial.Outcome is not TrialOutcome.Abandoned).TakeWhile(trial => trial.Outcome is TrialOutcome.Failed).Count();
        if (failures >= Plan.Limits.FailedTrials) return Because(CampaignEnd.TooManyFailures, $"{failures} trials in a row failed, the last one: {Trials.Select(trial => trial.Outcome).OfType<TrialOutcome.Failed>().Last().Reason}");
        if (until.Stalled is { } stalled && Standing.TrialsSinceGain(this) >= stalled) return Because(CampaignEnd.Stalled, $"the last {stalled} measured trials made nothing better");
        if (Trials.Count >= until.Trials) return Because(CampaignEnd.TrialsSpent, $"all {until.Trials} trials are spent");
        return until.Duration is { } duration && Spent >= duration ? Because(CampaignEnd.TimeSpent, $"{duration} of lab time are spent") : null;
    }
}
