namespace LabAutomation.Agents.Scheduling;

/// <summary>Instants of the planner: ticks of <see cref="DateTimeOffset.UtcTicks"/>.</summary>
internal static class Ticks
{
    /// <summary>Later than anything; durations can be added to it.</summary>
    public const long Never = long.MaxValue / 4;

    public static DateTimeOffset Instant(long ticks) => new(Math.Min(ticks, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
}
