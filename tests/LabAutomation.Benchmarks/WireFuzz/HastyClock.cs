namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>The clock of a driver's link: what waits for an answer waits shorter than it asked for, the more so where no answer is to be hoped for.</summary>
internal sealed class HastyClock : TimeProvider
{
    /// <summary>Of what was asked for, as one part in so many: where no answer is to be hoped for, where one may come, where one comes.</summary>
    public const double Hasty = 2000, Executing = 100, Patient = 20;

    public double Patience { get; set; } = Hasty;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this, System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period)));

    private TimeSpan Shorter(TimeSpan time) => time > TimeSpan.Zero ? time / Patience : time;

    private sealed class Timer(HastyClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Shorter(dueTime), clock.Shorter(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
