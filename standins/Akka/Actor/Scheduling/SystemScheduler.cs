using System.Collections.Concurrent;

namespace Akka.Actor;

/// <summary>The scheduler over a time provider's timers. Holds them, so that the system's end ends them all.</summary>
internal sealed class SystemScheduler(TimeProvider clock) : IScheduler, IDisposable
{
    private readonly ConcurrentDictionary<Appointment, bool> _appointments = new();
    private volatile bool _disposed;

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) => TellOnce(delay, receiver, message, sender);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        TellRepeatedly(initialDelay, interval, receiver, message, sender);

    /// <returns>Dispose calls it off.</returns>
    public IDisposable TellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender)
    {
        RequireDelay(delay);
        return Schedule(delay, TimeSpan.Zero, () => receiver.Tell(message, sender));
    }

    /// <returns>Dispose calls it off.</returns>
    public IDisposable TellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender)
    {
        RequireDelay(initialDelay);
        if (interval <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(interval), $"Interval must be >0. It was {interval}");
        return Schedule(initialDelay, interval, () => receiver.Tell(message, sender));
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (var appointment in _appointments.Keys)
            appointment.Dispose();
    }

    /// <param name="interval">Zero for once only.</param>
    private Appointment Schedule(TimeSpan delay, TimeSpan interval, Action action)
    {
        if (_disposed)
            throw new SchedulerException("Nothing can be scheduled any more: the actor system has terminated.");
        var appointment = new Appointment(clock, _appointments, action, interval);
        _appointments[appointment] = true;
        appointment.Begin(delay);
        if (_disposed)
            appointment.Dispose();
        return appointment;
    }

    private static void RequireDelay(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(delay), $"Delay must be >=0. It was {delay}");
    }

    private sealed class Appointment(
        TimeProvider clock, ConcurrentDictionary<Appointment, bool> others, Action action, TimeSpan interval) : IDisposable
    {
        /// <summary>A timer takes no more, some 49.7 days; what is longer is waited for in stages.</summary>
        private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

        private readonly Lock _gate = new();
        private ITimer _timer;
        private long _start;
        private TimeSpan _delay;
        private bool _isStage;
        private bool _ended;

        private bool Repeats => interval > TimeSpan.Zero;

        public void Begin(TimeSpan delay)
        {
            var timer = clock.CreateTimer(
                static state => ((Appointment)state).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            lock (_gate)
            {
                if (!_ended)
                {
                    _timer = timer;
                    Wait(delay);
                    return;
                }
            }
            timer.Dispose();
        }

        public void Dispose()
        {
            ITimer timer;
            lock (_gate)
            {
                _ended = true;
                timer = _timer;
            }
            others.TryRemove(this, out _);
            timer?.Dispose();
        }

        private void Fire()
        {
            lock (_gate)
            {
                if (_ended)
                    return;
                var left = _isStage ? _delay - clock.GetElapsedTime(_start) : TimeSpan.Zero;
                if (left > TimeSpan.Zero)
                {
                    Arm(left);
                    return;
                }
                if (interval > Longest)
                    Wait(interval);
            }
            if (!Repeats)
                Dispose();
            action();
        }

        private void Wait(TimeSpan delay)
        {
            (_start, _delay) = (clock.GetTimestamp(), delay);
            Arm(delay);
        }

        private void Arm(TimeSpan left)
        {
            _isStage = left > Longest;
            _timer.Change(
                UpToMilliseconds(_isStage ? Longest : left),
                !_isStage && Repeats && interval <= Longest ? UpToMilliseconds(interval) : Timeout.InfiniteTimeSpan);
        }

        // Timers drop fractions of a millisecond, which would make them early.
        private static TimeSpan UpToMilliseconds(TimeSpan span) => TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds));
    }
}
