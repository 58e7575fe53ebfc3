using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>A task with its time, and the resources reserved for it from start to end.</summary>
/// <param name="Way">To be told back when it starts.</param>
/// <param name="Location">Where its sample will be; null where it has none or that does not matter.</param>
/// <param name="IsLate">It starts after <see cref="JobTask.StartBy"/>, or later than a hold allows.</param>
internal sealed record PlannedTask(
    TaskKey Task, int Way, ImmutableArray<string> Resources, string? Location, string? Setting, DateTimeOffset Start, DateTimeOffset End, PlannedMove? Move, WaitReason Why, bool IsRunning, bool IsLate)
{
    /// <summary>No batch is begun with it before; null where nothing was kept open.</summary>
    public DateTimeOffset? Opens { get; init; }

    /// <summary>A search has chosen the way; otherwise it is the one that ends first.</summary>
    public bool IsWayChosen { get; init; }
}
