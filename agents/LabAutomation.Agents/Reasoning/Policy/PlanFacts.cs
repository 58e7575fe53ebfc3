using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What a campaign would do at most, read from the plan itself.</summary>
/// <param name="Sha256">Of the campaign file's text.</param>
/// <param name="Instruments">That its actions name, and those that would carry its samples.</param>
/// <param name="LabTime">Null where the campaign sets itself no end in time.</param>
/// <param name="Volumes">mL that each instrument is asked to move in all trials, as upper bounds; instruments that move none are left out.</param>
public sealed record PlanFacts(string Sha256, ImmutableArray<string> Instruments, int Trials, TimeSpan? LabTime, ImmutableSortedDictionary<string, double> Volumes)
{
    /// <summary>What it may draw of the lab's consumables in all trials, by their names, as upper bounds.</summary>
    public ImmutableSortedDictionary<string, Quantity> Draws { get; init; } = ImmutableSortedDictionary<string, Quantity>.Empty;

    /// <summary>Why it cannot be counted what it may move or draw, by the name of the instrument or of the consumable; those that can be counted are left out.</summary>
    public ImmutableSortedDictionary<string, string> Uncounted { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Of <see cref="Uncounted"/> the instruments that move volume: what they move beyond <see cref="Volume"/> nobody knows.</summary>
    public ImmutableSortedDictionary<string, string> Unmeasured { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public double Volume => Volumes.Values.Sum();

    /// <summary>What a run takes of a budget.</summary>
    public Outlay Demand => new(Trials: Trials, Volume: Volume) { Drawn = Volumes.SetItems(Draws.Select(one => KeyValuePair.Create(one.Key, Math.Max(one.Value.Value, Volumes.GetValueOrDefault(one.Key))))) };
}
