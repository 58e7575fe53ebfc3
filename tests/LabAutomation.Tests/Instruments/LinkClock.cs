using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments;

/// <summary>A clock for links whose reads are awaited: a reply timeout is 0.2 s, and time enough for an answer that is on its way.</summary>
internal static class LinkClock
{
    public static TimeProvider Create() => new AcceleratedTimeProvider(TimeProvider.System, 10, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
