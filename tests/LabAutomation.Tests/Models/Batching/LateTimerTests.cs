using LabAutomation.Models;

namespace LabAutomation.Tests.Models.Batching;

/// <summary>A batcher on a machine whose timers are late.</summary>
public sealed class LateTimerTests : IDisposable
{
    private readonly ModelShelf _shelf = new();
    private readonly ModelRegistry _registry;
    private readonly HandClock _clock = new();

    public LateTimerTests()
    {
        _shelf.Doubling();
        _registry = ModelRegistry.Open(_shelf.Path, new ModelOptions());
    }

    public void Dispose()
    {
        _registry.Dispose();
        _shelf.Dispose();
    }

    [Fact]
    public async Task What_was_late_once_is_kept_from_the_next_deadline()
    {
        using var batcher = new ModelBatcher(_registry.Find("doubling"), new BatcherOptions(), _clock);
        var terms = new CallTerms { Within = TimeSpan.FromMilliseconds(50) };
        var first = batcher.RunAsync(batcher.NewCall(), terms);
        var usual = _clock.Due;
        _clock.Now += 60;
        _clock.Fire();
        (await first).Should().Be(CallOutcome.Expired);

        var second = batcher.RunAsync(batcher.NewCall(), terms);
        var wary = _clock.Due;
        _clock.Now += (long)wary.TotalMilliseconds + 15;
        _clock.Fire();

        usual.TotalMilliseconds.Should().BeInRange(30, 45, "something is kept for a timer that is as late as most are");
        (usual - wary).TotalMilliseconds.Should().BeGreaterThan(10, "the timer was 10 ms and more too late");
        (await second).Should().Be(CallOutcome.Answered, "it is as late again, and in time");
    }

    /// <summary>Milliseconds that a test sets, and one timer that it fires.</summary>
    private sealed class HandClock : TimeProvider
    {
        private Action _fire = () => { };

        public long Now { get; set; }

        public TimeSpan Due { get; private set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;

        public void Fire() => _fire();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            return new HandTimer(this);
        }

        private sealed class HandTimer(HandClock clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                clock.Due = dueTime;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
