namespace Akka.Actor;

/// <summary>A timer's message on its way through the mailbox, with what tells whether it still counts.</summary>
internal sealed record TimerMessage(object Key, object Message, long Generation, TimerScheduler Owner) : IWrappedMessage;

/// <summary>The timers of one actor instance. Only on the actor's own turn.</summary>
internal sealed class TimerScheduler(ActorCell cell, SystemScheduler scheduler) : ITimerScheduler
{
    private readonly Dictionary<object, Timer> _timers = [];
    private long _generation;

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) => Start(
        key, msg, repeats: true, message => scheduler.TellRepeatedly(initialDelay, interval, cell.Self, message, ActorRefs.NoSender));

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) =>
        Start(key, msg, repeats: false, message => scheduler.TellOnce(timeout, cell.Self, message, ActorRefs.NoSender));

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Schedule.Dispose();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Schedule.Dispose();
        _timers.Clear();
    }

    /// <summary>What the actor shall receive; null if the timer was cancelled, replaced, or belonged to an instance before this one.</summary>
    public object Accept(TimerMessage message)
    {
        if (!ReferenceEquals(message.Owner, this) || !_timers.TryGetValue(message.Key, out var timer) || timer.Generation != message.Generation)
            return null;
        if (!timer.Repeats)
            _timers.Remove(message.Key);
        return message.Message;
    }

    private void Start(object key, object msg, bool repeats, Func<TimerMessage, IDisposable> schedule)
    {
        Cancel(key);
        var generation = ++_generation;
        _timers[key] = new Timer(generation, repeats, schedule(new TimerMessage(key, msg, generation, this)));
    }

    private sealed record Timer(long Generation, bool Repeats, IDisposable Schedule);
}
