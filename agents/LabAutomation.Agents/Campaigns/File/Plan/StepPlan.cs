using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Actions that run side by side; the next step waits for all of them.</summary>
/// <param name="Always">Whether the step cleans up: it runs also when a step before it failed or the trial is aborted.</param>
public sealed record StepPlan(string Name, bool Always, ImmutableArray<ActionPlan> Actions)
{
    /// <summary>The location to which the sample is brought for it; null where that follows from its instruments, or does not matter.</summary>
    public string? At { get; init; }

    /// <summary>The longest time after the end of the step before, or of <see cref="Since"/>, in which it must begin; null for any.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>The earlier step from whose end <see cref="Within"/> counts; null for the one before.</summary>
    public string? Since { get; init; }

    /// <summary>When it must begin at the latest, whatever is before it; null for any time.</summary>
    public StartBy? StartBy { get; init; }

    /// <summary>Whether it follows the step before whatever suspends the campaign.</summary>
    public bool Uninterrupted { get; init; }

    /// <summary>Whether the sample is lost where it could not begin within its time, or by it.</summary>
    public bool LosesLate { get; init; }

    /// <summary>After it no trial can be made any more that does not lose its sample; null where there is none such.</summary>
    internal DateTimeOffset? LastMoment => LosesLate && (Actions.IsEmpty || Actions.Any(action => action.When is null)) ? StartBy?.Moment : null;

    /// <summary>What to do about errors in this step, before the campaign's own rules are asked.</summary>
    public ImmutableArray<ErrorRule> Errors { get; init; } = [];

    internal StepMarks Marks { get; init; }
}

/// <summary>Where the parts of a step stand in the file.</summary>
internal readonly record struct StepMarks(Mark Step, Mark At, Mark Within, Mark Since, Mark StartBy);

/// <summary>One command to one instrument, its arguments still to be bound.</summary>
/// <param name="When">The action is left out of a trial for which this does not hold.</param>
/// <param name="Name">What an analysis calls it.</param>
public sealed record ActionPlan(
    string Instrument, string Command, ImmutableSortedDictionary<string, Formula> Arguments, Condition? When, string? Name)
{
    internal ActionMarks Marks { get; init; } = ActionMarks.None;
}

/// <summary>Where the parts of an action stand in the file.</summary>
internal sealed record ActionMarks(
    Mark Instrument, Mark Command, ImmutableSortedDictionary<string, Mark> Names, ImmutableSortedDictionary<string, Mark> Values)
{
    public static readonly ActionMarks None =
        new(default, default, ImmutableSortedDictionary<string, Mark>.Empty, ImmutableSortedDictionary<string, Mark>.Empty);
}
