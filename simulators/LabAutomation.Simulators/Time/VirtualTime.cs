namespace LabAutomation.Simulators.Time;

/// <summary>
/// A clock that stands still until it is moved to its next timer. Timers that are due at the same instant fire in the order in which they were
/// set. Not for several threads: a <see cref="VirtualLoop"/> owns it.
/// </summary>
/// <param name="start">What it shows at first.</param>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly DateTimeOffset _start = start.ToUniversalTime();
    private readonly PriorityQueue<VirtualTimer, (long At, long Order)> _timers = new();
    private long _now;
    private long _step;
    private long _order;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(_now);

    /// <summary>When the next timer is due, since the start; null where none is set.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            DropStale();
            return _timers.TryPeek(out _, out var due) ? TimeSpan.FromTicks(due.At) : null;
        }
    }

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(_now + _step);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the clock, as a person or a time server does: what it shows jumps, and durations go on as they were.</summary>
    public void Step(TimeSpan by) => _step += by.Ticks;

    /// <summary>Time passes while the thread does something that cannot be interrupted; what falls due meanwhile fires afterwards.</summary>
    public void Pass(TimeSpan time) => _now += Math.Max(0, time.Ticks);

    /// <summary>Forgets all timers, as when the program that set them has ended.</summary>
    public void DropTimers() => _timers.Clear();

    /// <summary>Moves to the next timer and fires it.</summary>
    /// <returns>False where none is set.</returns>
    internal bool Advance()
    {
        DropStale();
        if (!_timers.TryDequeue(out var timer, out var due)) return false;
        _now = Math.Max(_now, due.At);
        timer.Fire();
        return true;
    }

    private void DropStale()
    {
        while (_timers.TryPeek(out var timer, out var due) && timer.Order != due.Order) _timers.Dequeue();
    }

    private sealed class VirtualTimer(VirtualTime clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        /// <summary>Of the one entry in the queue that counts; 0 where none does.</summary>
        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Set(dueTime);
            return true;
        }

        public void Fire()
        {
            if (_period > TimeSpan.Zero) Set(_period);
            else Order = 0;
            callback(state);
        }

        public void Dispose() => Order = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan wait)
        {
            Order = 0;
            if (wait == Timeout.InfiniteTimeSpan) return;
            Order = ++clock._order;
            clock._timers.Enqueue(this, (clock._now + wait.Ticks, Order));
        }
    }
}
