using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>A trial as the scheduler sees it: what there is to do, how far it is, and where its sample stands.</summary>
/// <param name="Job">The same object for as long as its tasks are the same.</param>
/// <param name="Tasks">By the job's order.</param>
internal sealed record TrialWork(int Trial, Job Job, ImmutableArray<TaskStanding> Tasks, SampleStanding Sample)
{
    /// <summary>What its steps are still to draw of consumables, those of tasks that wait for a person included; empty in a lab that counts none.</summary>
    public ImmutableArray<StepDraws> Draws { get; init; } = [];

    /// <summary>Of a trial that rests: as it will go on; null of others.</summary>
    public TrialWork? Later { get; init; }

    /// <summary>Whether anything of it was done already, though none of these tasks has begun.</summary>
    public bool HasBegun { get; init; }

    /// <summary>Whether it can be made at any of several stations still: where its first task happens, all others do.</summary>
    public bool IsFree { get; init; }

    /// <summary>Whether somebody wants it not to begin for now; what has begun goes on.</summary>
    public bool IsHeld { get; init; }

    public bool IsLike(TrialWork other) => Trial == other.Trial && IsHeld == other.IsHeld && HasBegun == other.HasBegun && ReferenceEquals(Job, other.Job) && Sample == other.Sample && Tasks.AsSpan().SequenceEqual(other.Tasks.AsSpan())
        && Draws.Length == other.Draws.Length && Draws.Zip(other.Draws).All(pair => pair.First.IsLike(pair.Second));
}

/// <param name="Way">Index into the ways of its task; of a waiting task without meaning.</param>
/// <param name="IsWhole">Of one that is done, whether all of it was: nothing failed or was skipped.</param>
internal readonly record struct TaskStanding(TaskPhase Phase, int Way = 0, DateTimeOffset Since = default, DateTimeOffset Until = default, bool IsWhole = false);

/// <summary>Where the sample of a trial is.</summary>
/// <param name="Location">Null where it is nowhere yet, or no longer.</param>
/// <param name="Position">Of the location; null in a lab without positions.</param>
/// <param name="Goal">Where it is being carried; null where it stands.</param>
/// <param name="Since">When it was to be taken up.</param>
internal readonly record struct SampleStanding(string? Location, int? Position = null, string? Goal = null, int? GoalPosition = null, string? Carrier = null, DateTimeOffset Since = default)
{
    /// <summary>Where it may stand as well, since nobody knows whether it was put down there.</summary>
    public int? MayBeAt { get; init; }
}
