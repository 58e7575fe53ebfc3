namespace LabAutomation.Tests.Instruments;

/// <summary>
/// The link's clock in tests where a device answers from another thread: short rests are over at once, and a reply timeout passes when the test
/// says so, not before.
/// </summary>
internal sealed class PatientClock : TimeProvider
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<Timer> _waiting = [];

    public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Lets every timeout pass that waits now.</summary>
    public void RunOut()
    {
        Timer[] waiting;
        lock (_gate) waiting = [.. _waiting];
        foreach (var timer in waiting) timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(PatientClock clock, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate) clock._waiting.Remove(this);
            if (dueTime < TimeSpan.Zero) return true;
            if (dueTime <= Rest) ThreadPool.QueueUserWorkItem(_ => fire());
            else lock (clock._gate) clock._waiting.Add(this);
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate) clock._waiting.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
