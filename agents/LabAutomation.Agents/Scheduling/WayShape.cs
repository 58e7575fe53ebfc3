using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>A <see cref="Way"/> by indices into the layout, with its needs met by certain resources. Durations are ticks.</summary>
/// <param name="Location">-1: the sample may stand anywhere.</param>
/// <param name="Names">Of the resources.</param>
internal sealed record WayShape(int[] Resources, int[] Amounts, long Duration, int Location, string? Setting, ImmutableArray<string> Names)
{
    /// <summary>As long as it may take.</summary>
    public required long Longest { get; init; }

    public bool IsLike(WayShape other) =>
        Duration == other.Duration && Location == other.Location && Setting == other.Setting && Names.SequenceEqual(other.Names) && Amounts.AsSpan().SequenceEqual(other.Amounts);
}
