using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A driver that is asked what became of an action hears whether the device was made safe since that started, also where an earlier program did so.</summary>
public sealed class MadeSafeSinceTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private readonly List<bool> _heard = [];

    [Fact]
    public async Task A_crash_alone_leaves_the_device_alone()
    {
        await LeaveStartedAsync();

        await _kitchen.StartAsync(recover: Ask);

        await _kitchen.ResultAsync(1);
        _heard.Should().Equal(false);
    }

    [Fact]
    public async Task A_trip_that_stands_at_the_start_makes_safe_before_anybody_is_asked()
    {
        await LeaveStartedAsync();
        Trip(true);
        await _kitchen.StartAsync(recover: Ask);
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 2, Unit: UnitState.Aborted }));
        _heard.Should().BeEmpty();

        await ResetAndClearAsync();

        await _kitchen.ResultAsync(1);
        _heard.Should().Equal(true);
    }

    [Fact]
    public async Task It_is_known_to_the_program_after_the_one_that_made_safe()
    {
        await LeaveStartedAsync();
        Trip(true);
        await _kitchen.StartAsync(recover: (started, _, _) =>
        {
            _heard.Add(started.WasMadeSafe);
            return new TaskCompletionSource<Recovery>().Task;
        });
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 2, Unit: UnitState.Aborted }));
        await ResetAndClearAsync();
        await Settled.UntilAsync(() => _heard.Count == 1);
        await _kitchen.CrashAsync();

        await _kitchen.StartAsync(recover: Ask);

        await _kitchen.ResultAsync(1);
        _heard.Should().Equal(true, true);
    }

    [Fact]
    public async Task A_program_that_waits_in_vain_for_its_broker_tells_the_next_one_that_it_made_safe()
    {
        await LeaveStartedAsync();
        var real = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var usual = _kitchen.Place;
        _kitchen.Place = usual with { LeaseClock = real };
        _kitchen.Broker.IsAway = true;
        using var ends = new CancellationTokenSource();
        var starting = _kitchen.StartAsync(recover: Ask, cancellation: ends.Token);
        await Settled.SoonAsync();
        real.Advance(TimeSpan.FromSeconds(15));
        await Settled.SoonAsync();
        await ends.CancelAsync();
        await FluentActions.Awaiting(() => starting).Should().ThrowAsync<OperationCanceledException>();
        await _kitchen.Host.DisposeAsync();
        _kitchen.Broker.IsAway = false;
        _kitchen.Place = usual;

        await _kitchen.StartAsync(recover: Ask);
        var aborted = await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 3, Unit: UnitState.Aborted }));
        aborted.Aborted.Should().Be(new AbortReason(CauseCode.EmergencyStop, "the broker was away for longer than 15 s, in which nobody could have stopped this unit"));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));

        await _kitchen.ResultAsync(1);
        _heard.Should().Equal(true);
    }

    [Fact]
    public async Task What_begins_anew_has_been_left_alone_since()
    {
        await LeaveStartedAsync();
        Trip(true);
        await _kitchen.StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            throw new InstrumentLinkException("the cup did not answer");
        }, (started, _, _) =>
        {
            _heard.Add(started.WasMadeSafe);
            return Task.FromResult<Recovery>(_heard.Count == 1 ? new Recovery.DidNotHappen() : new Recovery.Happened(ActionOutcome.Succeeded()));
        });
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 2, Unit: UnitState.Aborted }));

        await ResetAndClearAsync();

        await _kitchen.ResultAsync(1);
        _heard.Should().Equal(true, false);
    }

    [Fact]
    public async Task A_call_beside_which_the_device_was_made_safe_hears_so_when_its_device_is_asked()
    {
        var call = new TaskCompletionSource<ActionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var real = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        _kitchen.Place = _kitchen.Place with { LeaseClock = real };
        await _kitchen.StartAsync((_, _, _) => call.Task, Ask);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        _kitchen.Control("abort");
        await _kitchen.StateAsync(UnitState.Aborting);
        await Settled.SoonAsync();
        await Settled.UntilAsync(() =>
        {
            real.Advance(TimeSpan.FromSeconds(0.25));     // the call may not be waited for yet
            return _kitchen.Host.State == UnitState.Aborted;
        });
        await _kitchen.StateAsync(UnitState.Aborted);

        call.SetException(new InstrumentLinkException("the tea maker is being made safe"));

        await _kitchen.ResultAsync(1);
        _heard.Should().Equal(true);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private Task<Recovery> Ask(StartedAction started, IActionScope scope, CancellationToken cancellation)
    {
        _heard.Add(started.WasMadeSafe);
        return Task.FromResult<Recovery>(new Recovery.Happened(ActionOutcome.Succeeded()));
    }

    /// <summary>A program that ends in the midst of an action.</summary>
    private async Task LeaveStartedAsync()
    {
        await _kitchen.StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            return new TaskCompletionSource<ActionOutcome>().Task;
        });
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        await _kitchen.CrashAsync();
    }

    private void Trip(bool tripped) => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "smoke", "Ada", _kitchen.Clock.GetUtcNow())));

    private Task ResetAndClearAsync()
    {
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
        Trip(false);
        return _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
    }
}
