namespace LabAutomation.Agents.Scheduling;

/// <summary>Something that tasks need for themselves while they last: an instrument, an arm, a person.</summary>
/// <param name="Name">Unique in the lab.</param>
/// <param name="Capability">What it can do; a need may name this in place of the resource, and then any resource that offers it may serve.</param>
/// <param name="Capacity">How much of it may be in use at once; the places of a furnace. 1 or more.</param>
/// <param name="IsBatch">Whatever is in it starts and ends together, with one setting and one duration; <paramref name="Capacity"/> then limits the batch.</param>
/// <param name="SetUp">What it takes to go from one setting to another, in which it is occupied and nothing else happens. Not for a shared resource (capacity above 1, no batch).</param>
internal sealed record LabResource(string Name, string Capability, int Capacity = 1, bool IsBatch = false, TimeSpan SetUp = default)
{
    /// <summary>Whether whoever needs another setting brings it there in the course of the task, with everything else that the task needs, which lasts that much longer. Otherwise it is brought there before, while samples are still on their way.</summary>
    public bool IsSetUpInTask { get; init; }

    /// <summary>How long a batch is kept open for others, counted from when the first could begin.</summary>
    public TimeSpan FillFor { get; init; }

    /// <summary>A resource in whose place this one may serve as well.</summary>
    public string? StandsFor { get; init; }

    public bool Serves(string need) => Name == need || Capability == need || StandsFor == need;
}
