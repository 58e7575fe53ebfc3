namespace LabAutomation.Agents.Scheduling;

/// <summary>A <see cref="JobTask"/> as the planner reads it: by indices, in ticks.</summary>
internal sealed class TaskShape
{
    public required TaskKey Key { get; init; }

    public required WayShape[] Ways { get; init; }

    /// <summary>Indices in the job, with the longest wait in ticks; -1 where any will do.</summary>
    public required (int Task, long Hold)[] After { get; init; }

    /// <summary>-1 where it has none.</summary>
    public required int Sample { get; init; }

    /// <summary>The task that had the same sample before; -1 where there is none.</summary>
    public required int PreviousOfSample { get; init; }

    public required bool IsLastOfSample { get; init; }

    public required long NotBefore { get; init; }

    /// <summary>Of its sample, to it.</summary>
    public required long NotCarriedBefore { get; init; }

    public required long StartBy { get; init; }

    /// <summary>For how long something that it needs wants a batch to be kept open, ticks.</summary>
    public required long FillFor { get; init; }

    /// <summary>Index into <see cref="JobShape.Units"/>.</summary>
    public int Unit { get; set; }
}
