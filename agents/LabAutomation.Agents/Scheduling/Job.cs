using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Tasks that belong together, usually one experiment with its sample.</summary>
/// <param name="Name">Unique among the jobs that are not finished.</param>
/// <param name="Owner">The campaign, between which the lab is shared evenly.</param>
/// <param name="Priority">Jobs of a higher one are planned first, whoever owns them.</param>
internal sealed record Job(string Name, string Owner, ImmutableArray<JobTask> Tasks, int Priority = 0)
{
    /// <summary>Locations of samples that are in the lab already.</summary>
    public ImmutableSortedDictionary<string, string> SamplesAt { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
