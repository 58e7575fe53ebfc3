using System.Collections.Concurrent;

namespace Akka.Actor;

/// <summary>The scheduler over a time provider's timers. Holds them, so that the system's end ends them all.</summary>
internal sealed class SystemScheduler(TimeProvider clock) : IScheduler, IAdvancedScheduler, IDisposable
{
    private readonly ConcurrentDictionary<Appointment, bool> _appointments = new();
    private readonly long _start = clock.GetTimestamp();
    private volatile bool _disposed;

    public IAdvancedScheduler Advanced => this;

    public DateTimeOffset Now => clock.GetUtcNow();

    public TimeSpan MonotonicClock => clock.GetElapsedTime(_start);

    public TimeSpan HighResMonotonicClock => MonotonicClock;

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        ScheduleOnce(delay, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        ScheduleRepeatedly(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable)
    {
        RequireDelay(delay);
        Schedule(delay, Timeout.InfiniteTimeSpan, action, cancelable);
    }

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable)
    {
        RequireDelay(initialDelay);
        if (interval <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(interval), $"Interval must be >0. It was {interval}");
        Schedule(initialDelay, interval, action, cancelable);
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (var appointment in _appointments.Keys)
            appointment.End();
    }

    private void Schedule(TimeSpan delay, TimeSpan interval, Action action, ICancelable cancelable)
    {
        if (_disposed)
            throw new SchedulerException("Nothing can be scheduled any more: the actor system has terminated.");
        if (cancelable?.IsCancellationRequested == true)
            return;
        var appointment = new Appointment(_appointments, action, repeats: interval > TimeSpan.Zero);
        _appointments[appointment] = true;
        appointment.Begin(clock, delay, interval, cancelable?.Token ?? CancellationToken.None);
        if (_disposed)
            appointment.End();
    }

    private static void RequireDelay(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(delay), $"Delay must be >=0. It was {delay}");
    }

    private sealed class Appointment(ConcurrentDictionary<Appointment, bool> others, Action action, bool repeats)
    {
        private readonly Lock _gate = new();
        private ITimer _timer;
        private CancellationTokenRegistration _cancellation;
        private bool _ended;

        public void Begin(TimeProvider clock, TimeSpan delay, TimeSpan interval, CancellationToken cancelled)
        {
            var timer = clock.CreateTimer(
                static state => ((Appointment)state).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            var cancellation = cancelled.UnsafeRegister(static state => ((Appointment)state).End(), this);
            lock (_gate)
            {
                if (!_ended)
                {
                    (_timer, _cancellation) = (timer, cancellation);
                    timer.Change(UpToMilliseconds(delay), UpToMilliseconds(interval));
                    return;
                }
            }
            timer.Dispose();
            cancellation.Dispose();
        }

        public void End()
        {
            ITimer timer;
            lock (_gate)
            {
                _ended = true;
                timer = _timer;
            }
            others.TryRemove(this, out _);
            timer?.Dispose();
            _cancellation.Dispose();
        }

        private void Fire()
        {
            lock (_gate)
            {
                if (_ended)
                    return;
            }
            if (!repeats)
                End();
            action();
        }

        // Timers drop fractions of a millisecond, which would make them early.
        private static TimeSpan UpToMilliseconds(TimeSpan span) =>
            span == Timeout.InfiniteTimeSpan ? span : TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds));
    }
}
