namespace LabAutomation.Simulators;

/// <summary>One client cut off from its broker, from the first cut to the end of the last. Used with the broker's lock held.</summary>
/// <param name="end">Told once, when nothing is cut any more.</param>
internal sealed class Partition(TimeProvider clock, Lock sync, Action<Partition> end)
{
    private readonly long _begin = clock.GetTimestamp();
    private TimeSpan _until;
    private ITimer? _timer;

    public CutDirections Cut { get; private set; }

    /// <summary>Cuts a further direction, or for longer; what was cut stays so for as long.</summary>
    /// <returns>Whether that makes a difference.</returns>
    public bool Widen(CutDirections directions, TimeSpan duration)
    {
        var isWider = (directions & ~Cut) != CutDirections.None;
        Cut |= directions;
        var now = clock.GetElapsedTime(_begin);
        if (_timer is not null && now + duration <= _until) return isWider;
        _until = now + duration;
        _timer?.Dispose();
        ITimer? timer = null;
        timer = _timer = clock.CreateTimer(_ => End(timer), null, duration, Timeout.InfiniteTimeSpan);
        return true;
    }

    private void End(ITimer? timer)
    {
        lock (sync)
        {
            // One that fires while it is replaced has no say.
            if (timer != _timer) return;
            timer?.Dispose();
            end(this);
        }
    }
}
