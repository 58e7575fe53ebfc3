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

    [Fact]
    public async Task A_timer_that_is_later_than_the_owner_is_learned_of_too()
    {
        using var batcher = new ModelBatcher(_registry.Find("doubling"), new BatcherOptions(), _clock);
        var terms = new CallTerms { Within = TimeSpan.FromMilliseconds(50) };
        var first = batcher.RunAsync(batcher.NewCall(), terms);
        var usual = _clock.Due;
        _clock.Now += 60;
        var wakes = batcher.RunAsync(batcher.NewCall(), new CallTerms());
        (await first).Should().Be(CallOutcome.Expired);
        (await wakes).Should().Be(CallOutcome.Answered);
        _clock.Fire();

        _ = batcher.RunAsync(batcher.NewCall(), terms);

        (usual - _clock.Due).TotalMilliseconds.Should().BeGreaterThan(10);
    }

    [Fact]
    public async Task A_timer_set_for_a_call_that_was_cancelled_teaches_nothing()
    {
        using var batcher = new ModelBatcher(_registry.Find("doubling"), new BatcherOptions { MaximumRows = 2 }, _clock);
        var terms = new CallTerms { Within = TimeSpan.FromMilliseconds(50) };
        using var givenUp = new CancellationTokenSource();
        var first = batcher.RunAsync(batcher.NewCall(), terms, givenUp.Token);
        var usual = _clock.Due;
        await givenUp.CancelAsync();
        (await first).Should().Be(CallOutcome.Cancelled);
        _clock.Now += (long)usual.TotalMilliseconds + 1;
        _clock.Fire();

        _clock.Now += 3_600_000;
        (await batcher.RunAsync(batcher.NewCall(2), terms)).Should().Be(CallOutcome.Answered);
        _clock.Now += 100;
        _clock.Fire();
        _ = batcher.RunAsync(batcher.NewCall(), terms);

        _clock.Due.TotalMilliseconds.Should().BeApproximately(usual.TotalMilliseconds, 2);
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
