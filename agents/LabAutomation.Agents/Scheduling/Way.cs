using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>One way to do a task: everything that it needs at once, and how long it then takes.</summary>
/// <param name="Location">Where the task's sample must stand; null where that does not matter.</param>
/// <param name="Setting">How the resources must be set: what a batch must have in common, and what set-up times are about. Null where any will do.</param>
internal sealed record Way(ImmutableArray<Need> Needs, TimeSpan Duration, string? Location = null, string? Setting = null)
{
    /// <summary>As long as it may take, as far as is known. Only the duration is booked; holds are kept as if it took this long.</summary>
    public TimeSpan Longest { get; init; } = Duration;
}
