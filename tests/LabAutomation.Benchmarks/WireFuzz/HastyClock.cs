namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>The clock of a driver's link: what waits for an answer waits shorter than it asked for, the more so where no answer is to be hoped for.</summary>
internal sealed class HastyClock : TimeProvider
{
    private const double Hasty = 2000, Patient = 20;

    public bool IsPatient { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this, System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period)));

    private TimeSpan Shorter(TimeSpan time) => time > TimeSpan.Zero ? time / (IsPatient ? Patient : Hasty) : time;

    private sealed class Timer(HastyClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Shorter(dueTime), clock.Shorter(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
