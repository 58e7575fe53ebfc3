using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>An action that was started before the program or the link went away, and has no end in the journal.</summary>
/// <param name="Marks">What the driver noted since it started, in order.</param>
public sealed record StartedAction(DriverCommand Command, DateTimeOffset StartedAt, ImmutableArray<ActionMark> Marks)
{
    /// <summary>The latest mark with this key.</summary>
    public ActionMark? Mark(string key) => Marks.LastOrDefault(mark => mark.Key == key);
}

/// <param name="At">Lab time.</param>
public sealed record ActionMark(string Key, string Value, DateTimeOffset At);
