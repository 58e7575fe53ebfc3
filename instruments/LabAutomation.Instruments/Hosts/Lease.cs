namespace LabAutomation.Instruments;

/// <summary>
/// A time that somebody else has to renew. It is over when the clock's monotonic timestamps say so, whichever comes first: the timer, or
/// a renewal that looks and finds itself too late. Its owner lets one thread in at a time.
/// </summary>
/// <param name="over">Called on the timer's thread when the lease may be over; it looks at <see cref="IsOver()"/>.</param>
internal sealed class Lease : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private TimeSpan _duration;
    private long _since;
    private bool _runs;

    public Lease(TimeProvider clock, Action over)
    {
        _clock = clock;
        _timer = clock.CreateTimer(_ => over(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether it ran and its time has passed. It still runs then, until it is started or ended.</summary>
    public bool IsOver(long at) => _runs && _clock.GetElapsedTime(_since, at) >= _duration;

    public bool IsOver() => IsOver(_clock.GetTimestamp());

    /// <param name="since">A timestamp of the clock, of the moment from which the lease counts.</param>
    public void Start(TimeSpan duration, long since)
    {
        (_duration, _since, _runs) = (duration, since, true);
        Arm();
    }

    /// <summary>Waits for the rest, where the timer was early.</summary>
    public void Arm()
    {
        if (!_runs) return;
        var left = _duration - _clock.GetElapsedTime(_since);
        _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public void End()
    {
        _runs = false;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
