using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>A <see cref="Way"/> by indices into the layout, with its needs met by certain resources. Durations are ticks.</summary>
/// <param name="Location">-1: the sample may stand anywhere.</param>
/// <param name="Names">Of the resources.</param>
internal sealed record WayShape(int[] Resources, int[] Amounts, long Duration, int Location, string? Setting, ImmutableArray<string> Names)
{
    public required long Shortest { get; init; }

    /// <summary>As long as it may take.</summary>
    public required long Longest { get; init; }

    /// <summary>By resource, how it must be set; null where none of them is set up in the course of tasks.</summary>
    public string?[]? Settings { get; init; }

    public string? SettingOf(int need) => Settings is null ? Setting : Settings[need];

    public bool IsLike(WayShape other) =>
        Duration == other.Duration && Location == other.Location && Setting == other.Setting && Names.SequenceEqual(other.Names) && Amounts.AsSpan().SequenceEqual(other.Amounts);
}
