namespace LabAutomation.Tests.Instruments;

/// <summary>Time that stands still until somebody waits, and then is at once where the waiting ends. For one waiter at a time.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void JumpTo(DateTimeOffset time)
    {
        lock (_gate) _now = time > _now ? time : _now;
    }

    private sealed class Timer(JumpingClock clock, TimerCallback callback, object? state) : ITimer
    {
        private volatile int _armed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var armed = Interlocked.Increment(ref _armed);
            if (dueTime < TimeSpan.Zero) return true;
            var due = clock.GetUtcNow() + dueTime;
            ThreadPool.QueueUserWorkItem(_ =>
            {
                if (_armed != armed) return;
                clock.JumpTo(due);
                callback(state);
            });
            return true;
        }

        public void Dispose() => Interlocked.Increment(ref _armed);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
