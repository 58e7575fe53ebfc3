using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>A task of a job. Once started it is never interrupted by the scheduler.</summary>
/// <param name="Name">Unique in the job.</param>
/// <param name="Ways">Any one of which will do; earlier ones are preferred where nothing else decides. At least one.</param>
internal sealed record JobTask(string Name, ImmutableArray<Way> Ways)
{
    public ImmutableArray<Predecessor> After { get; init; } = [];

    /// <summary>
    /// The sample that must be there. It is carried to where the task happens, appears there if it has been nowhere yet, and occupies its location until it is carried on, or
    /// until the last task that names it has ended. Tasks with one sample follow each other in the order in which the job lists them.
    /// </summary>
    public string? Sample { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Its sample stays until then where it is.</summary>
    public DateTimeOffset? NotCarriedBefore { get; init; }

    /// <summary>A later start is planned only where no earlier one was found, and marked as late.</summary>
    public DateTimeOffset? StartBy { get; init; }

    /// <summary>What was done for its job is for nothing where it starts after <see cref="StartBy"/>. The planner does not ask; whoever begins jobs does.</summary>
    public bool IsVainLate { get; init; }
}
