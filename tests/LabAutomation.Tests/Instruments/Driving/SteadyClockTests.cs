using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using LabAutomation.Tests.Instruments.Hosts;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Driving;

/// <summary>Somebody sets the computer's clock, by an hour or back, while a driver's program runs.</summary>
public sealed class SteadyClockTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TeaKitchen _kitchen = new();
    private readonly SetClock _clock = new();

    public SteadyClockTests()
    {
        _kitchen.Clock = _clock;
        _kitchen.Place = _kitchen.Place with { ActionClock = new SteadyClock(_clock) };
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public void It_goes_on_as_time_passes(int minutes)
    {
        var clock = new VirtualTime(Noon);
        var steady = new SteadyClock(clock);

        clock.Step(TimeSpan.FromMinutes(minutes));
        clock.Pass(TimeSpan.FromSeconds(10));

        steady.GetUtcNow().Should().Be(Noon.AddSeconds(10));
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task A_driver_that_is_asked_what_became_of_its_action_finds_its_marks_as_old_as_they_are(int minutes)
    {
        var age = TimeSpan.Zero;
        await _kitchen.StartAsync(
            async (_, scope, _) =>
            {
                await Task.Yield();
                Set(minutes);
                scope.Mark("turning", "");
                _kitchen.Clock.Advance(TimeSpan.FromSeconds(6));
                Set(minutes);
                throw new InstrumentLinkException("the cable is cut");
            },
            (action, scope, _) =>
            {
                age = scope.Clock.GetUtcNow() - action.Mark("turning")!.At;
                return Task.FromResult<Recovery>(new Recovery.Happened(ActionOutcome.Succeeded()));
            });

        _kitchen.Send(_kitchen.Pour(1, deadline: TimeSpan.FromHours(5)));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        age.Should().Be(TimeSpan.FromSeconds(6));
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task A_hold_took_as_long_as_it_took(int minutes)
    {
        var (took, rests) = (TimeSpan.Zero, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _kitchen.StartAsync(async (_, scope, cancellation) =>
        {
            while (took == TimeSpan.Zero)
            {
                await Task.Yield();
                took = await scope.HoldPointAsync(() => { rests.TrySetResult(); return Task.CompletedTask; }, () => Task.CompletedTask, cancellation);
            }

            return ActionOutcome.Succeeded();
        });
        _kitchen.Send(_kitchen.Pour(1, deadline: TimeSpan.FromHours(5)));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        _kitchen.Control("hold", TeaKitchen.Id(1));
        await rests.Task.WaitAsync(TimeSpan.FromSeconds(10));

        Set(minutes);
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(6));
        _kitchen.Control("unhold", TeaKitchen.Id(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        took.Should().Be(TimeSpan.FromSeconds(6));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private void Set(int minutes) => _clock.Set += TimeSpan.FromMinutes(minutes);

    /// <summary>Its time of day can be set while time passes as it does.</summary>
    private sealed class SetClock() : FakeTimeProvider(Noon)
    {
        public TimeSpan Set { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Set;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
