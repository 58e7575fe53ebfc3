namespace LabAutomation.Simulators.Time;

/// <summary>
/// Lab time that runs faster than the clock it is made from: start + factor × elapsed. Wall time, timestamps and timers agree.
/// A timer never fires early; because the inner clock fires on whole milliseconds it may be late by up to factor milliseconds of lab time.
/// </summary>
public sealed class AcceleratedTimeProvider : TimeProvider
{
    private readonly TimeProvider inner;
    private readonly long innerStart;
    private readonly DateTimeOffset start;

    /// <param name="inner">The clock that is sped up.</param>
    /// <param name="factor">Lab seconds per second of <paramref name="inner"/>; 1 or more.</param>
    /// <param name="start">Lab time now.</param>
    public AcceleratedTimeProvider(TimeProvider inner, double factor, DateTimeOffset start)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (!(factor >= 1) || double.IsInfinity(factor))
        {
            throw new ArgumentOutOfRangeException(
                nameof(factor), factor, "lab time cannot run slower than its clock: the factor must be a number of 1 or more");
        }

        this.inner = inner;
        this.start = start.ToUniversalTime();
        Factor = factor;
        innerStart = inner.GetTimestamp();
    }

    public double Factor { get; }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Ticks of 100 ns: the inner clock's nanoseconds times a large factor would overflow within a year.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (inner.GetElapsedTime(innerStart) * Factor).Ticks;

    public override DateTimeOffset GetUtcNow() => start.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(inner.CreateTimer(callback, state, ToInner(dueTime), ToInner(period)), this);

    private TimeSpan ToInner(TimeSpan lab) =>
        lab <= TimeSpan.Zero ? lab : TimeSpan.FromMilliseconds(Math.Ceiling(lab.TotalMilliseconds / Factor));

    private sealed class ScaledTimer(ITimer timer, AcceleratedTimeProvider clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.ToInner(dueTime), clock.ToInner(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
