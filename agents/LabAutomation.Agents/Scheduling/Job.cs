using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Tasks that belong together, usually one experiment with its sample.</summary>
/// <param name="Name">Unique among the jobs that are not finished.</param>
/// <param name="Owner">The campaign. The lab is shared evenly between those of one <see cref="Principal"/>.</param>
/// <param name="Priority">Jobs of a higher one are planned first, whoever owns them.</param>
internal sealed record Job(string Name, string Owner, ImmutableArray<JobTask> Tasks, int Priority = 0)
{
    /// <summary>Whose campaign it is: the lab is shared evenly between them first. Null for one that is nobody's, which has a share of its own.</summary>
    public string? Principal { get; init; }

    /// <summary>Locations of samples that are in the lab already.</summary>
    public ImmutableSortedDictionary<string, string> SamplesAt { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
