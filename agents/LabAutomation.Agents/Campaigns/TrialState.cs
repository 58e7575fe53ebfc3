using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Queue;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>One point of the search space and what became of it. Without <see cref="Outcome"/> it is under way.</summary>
public sealed record TrialState(TrialProposed Proposal)
{
    public int Number => Proposal.Trial;

    public TrialValues Values => Proposal.Values;

    /// <summary>Where it is made; null in a lab that is one place, and of a trial that has not been given its station yet.</summary>
    public string? Station => Stationed ?? Proposal.Station;

    /// <summary>As the scheduler has said when its first step was granted.</summary>
    internal string? Stationed { get; init; }

    /// <summary>By step and place in the step; the latest attempt of each.</summary>
    public ImmutableSortedDictionary<ActionPlace, ActionState> Actions { get; init; } = ImmutableSortedDictionary<ActionPlace, ActionState>.Empty;

    /// <summary>How many actions were intended for it so far, all attempts counted.</summary>
    internal int Intended { get; init; }

    public TrialOutcome? Outcome { get; init; }

    /// <summary>What it gave, from when that is known; it may still have to clean up, and counts as measured when it has. Null before.</summary>
    public TrialOutcome.Measured? Known { get; init; }

    /// <summary>What it gave, as soon as that is known; null where nothing is, and of one that gave nothing in the end.</summary>
    public TrialOutcome.Measured? Given => Outcome is null ? Known : Outcome as TrialOutcome.Measured;

    /// <summary>The analyses of it that have failed, by their places in the campaign file.</summary>
    public ImmutableSortedDictionary<int, AnalysisState> Analyses { get; init; } = ImmutableSortedDictionary<int, AnalysisState>.Empty;

    /// <summary>Why it does not begin, where it waits for a consumable.</summary>
    public TrialWaits? Waits { get; init; }

    /// <summary>Whether somebody wants it not to begin until it is let go.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Where somebody has given it one of its own; the campaign's otherwise.</summary>
    public int? Priority { get; init; }

    /// <summary>Lab time of the proposal and of the outcome.</summary>
    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The first action that failed for good, if one did.</summary>
    public ActionState? Failure => Actions.Values.FirstOrDefault(action => action.HasFailed);

    /// <summary>
    /// Whether an action is a carriage that found no sample, of a trial of which nothing shows that there ever was one: its first step had failed, and may have done nothing.
    /// </summary>
    internal bool FoundNone(ActionState action) => action is { Intent.Index: ActionPlace.Carry, Result: { Status: ActionStatus.Failed, Cause: CauseCode.Unachievable } } && !Actions.Values.Any(other => other.Intent.At is not null && other.HasSucceeded);

    /// <summary>Why its sample is lost though nothing failed; null where it is not.</summary>
    public SampleLost? Lost { get; init; }

    /// <summary>Whether it cleans up and ends.</summary>
    public bool IsSpoilt => Failure is not null || Lost is not null || Taken is not null;

    /// <summary>How a person took its sample by hand; null where nobody did.</summary>
    public SampleTaken? Taken { get; init; }

    /// <summary>Who has cleaned up after it by hand since something was given up last; null where nobody has.</summary>
    public PlaceCleaned? Cleaned { get; init; }

    /// <summary>
    /// What was to clean up where it was made and was given up, so that nobody knows whether the place is clean; null where nothing was, or somebody has cleaned up since. A sample that is carried takes its vessel with it.
    /// </summary>
    public ActionState? LeftUnclean(CampaignPlan plan) => Actions.Values.FirstOrDefault(action => plan.Steps.Any(step => step.Name == action.Intent.Step && LeavesUnclean(step, action)));

    internal bool LeavesUnclean(StepPlan step, ActionState action) => step.Always && Cleaned is null && action is { GivenUp: true, HasFailed: true, Intent: { At: null, Index: not ActionPlace.Carry } };

    /// <summary>
    /// The carriage by an instrument that did not come to its end, so that the sample may be in its gripper; null where there is none. A carriage that did nothing, or found no sample, left the gripper as it was.
    /// </summary>
    public ActionState? MayBeHeldBy(string carrier) => Taken is not null ? null
        : Actions.Values.Where(action => action.Intent.Index == ActionPlace.Carry && action.Intent.Instrument == carrier && action.MayHaveDone && !FoundNone(action)).MaxBy(action => action.Order) is { IsOpen: false, HasSucceeded: false } last ? last : null;

    /// <summary>Whether anything was done at a position of the lab, and the sample is in the lab still.</summary>
    internal bool HasSample => Taken is null && Actions.Values.Any(action => action.Intent.At is not null);

    internal TrialState With(QueueChanged changed) => this with
    {
        IsHeld = changed.Hold ?? IsHeld,
        Priority = changed.Priority ?? Priority,
        Proposal = changed.Values is { } values ? Proposal with { Values = values, Mean = null, Sd = null, Acquisition = null, Expected = null, Feasible = null, Reason = $"{changed.By}: {changed.Reason}" } : Proposal,
    };

    internal TrialState With(AnalysisFailed failed) => this with { Analyses = Analyses.SetItem(failed.Analysis, Analyses.TryGetValue(failed.Analysis, out var before) ? before.With(failed) : new AnalysisState(failed, 1)) };

    internal TrialState WithAnalyses(Func<AnalysisState, AnalysisState> change) => Analyses.IsEmpty ? this : this with { Analyses = Analyses.SetItems(Analyses.Select(pair => KeyValuePair.Create(pair.Key, change(pair.Value))).ToArray()) };

    internal TrialState With(ActionPlace place, ActionState action) => this with { Actions = Actions.SetItem(place, action) };
}

public abstract record TrialOutcome
{
    private TrialOutcome()
    {
    }

    public sealed record Measured(ImmutableSortedDictionary<string, Quantity> Outputs, double Objective) : TrialOutcome
    {
        /// <summary>The models that took part in the analysis.</summary>
        public ImmutableArray<ModelUse> Models { get; init; } = [];

        /// <summary>A measured quantity in the unit of the analysis; not a number where the analysis did not give it.</summary>
        public double Of(string quantity, Goal goal) =>
            quantity == goal.Objective.Name ? Objective : Outputs.TryGetValue(quantity, out var value) ? value.Value : double.NaN;
    }

    /// <summary>With these values no result came about, and the planner learns so.</summary>
    public sealed record Failed(CauseCode Cause, string Reason) : TrialOutcome;

    /// <summary>It says nothing about its values, which can be proposed again: a person ended it, or it had not begun when the campaign came to its end.</summary>
    public sealed record Abandoned(string Reason) : TrialOutcome;
}

/// <summary>Where an action stands in the workflow.</summary>
public readonly record struct ActionPlace(string Step, int Index) : IComparable<ActionPlace>
{
    /// <summary>Index of what comes before all actions of a step: its sample is carried to where it happens.</summary>
    public const int Carry = -1;

    public int CompareTo(ActionPlace other)
    {
        var byStep = string.CompareOrdinal(Step, other.Step);
        return byStep != 0 ? byStep : Index.CompareTo(other.Index);
    }
}

/// <param name="Attempt">From 1; each has an action id of its own.</param>
/// <param name="Again">Whether a person has asked for another attempt at what failed.</param>
/// <param name="GivenUp">Whether a person has decided that what became of it stays unknown; it is never done again.</param>
/// <param name="Seen">Whether a person has looked at how it ended, and has gone on.</param>
public sealed record ActionState(ActionIntended Intent, int Attempt, DateTimeOffset IntendedAt, ResultFrame? Result, bool Again = false, bool Seen = false, bool GivenUp = false)
{
    /// <summary>Its place in the order in which actions of the trial were intended, from 1.</summary>
    internal int Order { get; init; }

    /// <summary>What was chosen to be done about its end; null where nothing was yet, or need be.</summary>
    public ReactionChosen? Reaction { get; init; }

    /// <summary>What was chosen for it and its earlier attempts, first things first, since a person looked.</summary>
    public ImmutableArray<ReactionChosen> Reactions { get; init; } = [];

    /// <summary>Instruments in whose place others are to do it.</summary>
    public ImmutableArray<string> Replaced { get; init; } = [];

    /// <summary>Why doing it again could not do it twice; null where it could.</summary>
    public Repetition? Repetition { get; init; }

    /// <summary>Whether an attempt before it may have done something.</summary>
    internal bool IsAfterDoing { get; init; }

    /// <summary>Whether it, or an attempt before it, has done something or may have.</summary>
    internal bool MayHaveDone => IsAfterDoing || (Repetition is not Campaigns.Repetition.DidNothing && Result is not { Status: ActionStatus.Expired });

    public bool IsOpen => Result is null;

    public bool IsUnknown => Result is { Status: ActionStatus.UnknownOutcome };

    /// <summary>Whether another attempt is to be made.</summary>
    public bool MayRetry => Again || Reaction is { Reaction: Campaigns.Reaction.Retry or Campaigns.Reaction.Substitute };

    /// <summary>Whether the trial goes on without it.</summary>
    public bool IsSkipped => Reaction is { Reaction: Campaigns.Reaction.Skip };

    public bool HasSucceeded => Result is { Status: ActionStatus.Succeeded };

    public bool HasFailed => !IsOpen && !MayRetry && !HasSucceeded && !IsSkipped;

    /// <summary>Whether doing it again cannot do it twice.</summary>
    internal bool MayBeRepeated => Repetition is not null || Result is { Status: ActionStatus.Expired };
}
