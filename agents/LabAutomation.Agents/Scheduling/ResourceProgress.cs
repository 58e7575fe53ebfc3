using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <param name="Setting">What it is set to, or being set to; null where nobody knows.</param>
/// <param name="ReadyAt">When a set-up under way is expected to end, ticks; 0: none is.</param>
/// <param name="Out">Windows without it, ticks.</param>
internal sealed record ResourceProgress(string? Setting, long ReadyAt, ImmutableArray<(long From, long Until)> Out)
{
    public static readonly ResourceProgress Fresh = new(null, 0, []);
}
