using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>How campaigns under faults went.</summary>
/// <param name="States">By the ledger; those that were begun.</param>
/// <param name="Faults">Those of the script, and how often each made a difference.</param>
/// <param name="Hash">Of the last entry of the ledger.</param>
/// <param name="Elapsed">Lab time.</param>
/// <param name="Starts">How often the lab's program was started.</param>
public sealed record EpisodeEnd(
    int Seed, ImmutableArray<Violation> Violations, ImmutableArray<CampaignState> States, ImmutableArray<(Fault Fault, int Struck)> Faults, string Hash, TimeSpan Elapsed, int Starts)
{
    /// <summary>Of the first campaign; null where none was begun.</summary>
    public CampaignState? State => States.FirstOrDefault();

    /// <summary>By which calls another thread first took part; null in a run that is the same each time.</summary>
    public string? FirstFromOutside { get; init; }

    /// <summary>Writes to the disk, and messages that reached the broker.</summary>
    public required (long Writes, long Messages) Traffic { get; init; }

    public IEnumerable<Fault> NeverHappened => Faults.Where(fault => fault.Struck == 0).Select(fault => fault.Fault);
}
