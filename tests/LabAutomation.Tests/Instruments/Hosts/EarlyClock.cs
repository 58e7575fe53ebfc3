using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>Its timers fire a little before their time, as those of an operating system may.</summary>
internal sealed class EarlyClock(TimeSpan early) : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > early ? dueTime - early : dueTime, period);
}
