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

    /// <summary>Where it is made; null in a lab that is one place.</summary>
    public string? Station => Proposal.Station;

    /// <summary>By step and place in the step; the latest attempt of each.</summary>
    public ImmutableSortedDictionary<ActionPlace, ActionState> Actions { get; init; } = ImmutableSortedDictionary<ActionPlace, ActionState>.Empty;

    public TrialOutcome? Outcome { get; init; }

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

    /// <summary>Whether anything was done at a position of the lab.</summary>
    internal bool HasSample => Actions.Values.Any(action => action.Intent.At is not null);

    internal TrialState With(QueueChanged changed) => this with
    {
        IsHeld = changed.Hold ?? IsHeld,
        Priority = changed.Priority ?? Priority,
        Proposal = changed.Values is { } values ? Proposal with { Values = values, Mean = null, Sd = null, Acquisition = null, Expected = null, Feasible = null, Reason = $"{changed.By}: {changed.Reason}" } : Proposal,
    };

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

    /// <summary>A person ended it, which says nothing about its values; they can be proposed again.</summary>
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
/// <param name="StopSeen">Whether a person has gone on after the stop that ended it.</param>
public sealed record ActionState(ActionIntended Intent, int Attempt, DateTimeOffset IntendedAt, ResultFrame? Result, bool Again = false, bool StopSeen = false, bool GivenUp = false)
{
    /// <summary>How often an action may expire before it starts. It did nothing then, and may be tried under a new id.</summary>
    public const int MaximumAttempts = 3;

    public bool IsOpen => Result is null;

    public bool IsUnknown => Result is { Status: ActionStatus.UnknownOutcome };

    public bool MayRetry => Again || (Result is { Status: ActionStatus.Expired } && Attempt < MaximumAttempts);

    public bool HasSucceeded => Result is { Status: ActionStatus.Succeeded };

    public bool HasFailed => !IsOpen && !MayRetry && !HasSucceeded;
}
