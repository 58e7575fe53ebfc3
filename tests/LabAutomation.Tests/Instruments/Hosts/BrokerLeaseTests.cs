using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A broker that is away, or delivers nothing, for longer than its lease stops the unit.</summary>
public sealed class BrokerLeaseTests : SafetyLeaseStage
{
    [Fact]
    public async Task A_start_that_is_ended_before_the_broker_is_reached_leaves_the_device_safe()
    {
        await StartAsync(requires: false);
        await _kitchen.CrashAsync();
        _kitchen.Broker.IsAway = true;
        var madeSafe = _kitchen.Device.MadeSafe;
        using var patience = new CancellationTokenSource();

        var start = _kitchen.StartAsync(cancellation: patience.Token);
        await Settled.SoonAsync();
        _kitchen.Device.MadeSafe.Should().Be(madeSafe, "after a crash the bench is left as it stands");
        await patience.CancelAsync();

        await FluentActions.Awaiting(() => start).Should().ThrowAsync<OperationCanceledException>();
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
    }

    [Fact]
    public async Task A_broker_that_is_away_for_longer_than_its_lease_aborts_and_the_message_says_so()
    {
        await StartAsync(requires: false);
        await _kitchen.StateAsync(UnitState.Idle);
        var madeSafe = _kitchen.Device.MadeSafe;

        _kitchen.Bus.Lose();
        await SettleAsync();
        _real.Advance(TimeSpan.FromSeconds(15));
        await Settled.UntilAsync(() => _kitchen.Host.State == UnitState.Aborted);

        _kitchen.Host.State.Should().Be(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
        _kitchen.Bus.Return();
        (await _kitchen.EventAsync("emergency_stop")).Message.Should().Contain("broker was away for longer than 15 s");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broker_that_delivers_nothing_is_away_for_a_host_that_starts(bool linkIsLostInBetween)
    {
        _kitchen.Broker.DeliversNothing = true;
        await StartDeafAsync();
        var madeSafe = _kitchen.Device.MadeSafe;
        if (linkIsLostInBetween)
        {
            _kitchen.Bus.Lose();
            _kitchen.Bus.Return();
        }

        _real.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Idle, "it may yet hear something");
        _real.Advance(TimeSpan.FromMilliseconds(1));

        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
        (await _kitchen.EventAsync("emergency_stop")).Message.Should().Contain("the broker delivered nothing for longer than 15 s, not even this driver's own event");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_hears_nothing_is_cleared_only_when_it_hears_and_has_a_broker_to_lose_from_then_on(bool isMendedByNewConnection)
    {
        _kitchen.Broker.Withheld = TeaKitchen.Topics.Event;
        await StartDeafAsync();
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _real.Advance(TimeSpan.FromSeconds(10)));
        _kitchen.Control("clear");
        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("clear: the broker delivered nothing").And.Contain("its account has to be allowed to read").And.Contain("asks the broker every 5 s");
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Aborted);

        _kitchen.Broker.Withheld = null;
        if (isMendedByNewConnection)
        {
            _kitchen.Bus.Lose();
            _kitchen.Bus.Return();
        }
        else
        {
            _real.Advance(TimeSpan.FromSeconds(5));
        }

        await SettleAsync();
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        var madeSafe = _kitchen.Device.MadeSafe;
        _kitchen.Bus.Lose();
        _real.Advance(TimeSpan.FromSeconds(15));
        await Settled.UntilAsync(() => _kitchen.Host.State == UnitState.Aborted);

        (_kitchen.Host.State, _kitchen.Device.MadeSafe).Should().Be((UnitState.Aborted, madeSafe + 1));
    }

    [Fact]
    public async Task A_broker_that_delivers_nothing_on_a_new_connection_is_away_since_the_old_one_was_lost()
    {
        await StartAsync(requires: false);
        await _kitchen.StateAsync(UnitState.Idle);
        await SettleAsync();
        _kitchen.Bus.Lose();
        _real.Advance(TimeSpan.FromSeconds(14));
        _kitchen.Broker.Withheld = TeaKitchen.Topics.Event;
        _kitchen.Bus.Return();
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Idle, "it may yet hear something");

        await _kitchen.NextStateAsync(UnitState.Aborted, () => _real.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Whoever_clears_a_unit_as_soon_as_its_broker_is_back_need_not_wait_and_it_is_aborted_again_where_that_delivers_nothing()
    {
        await StartAsync(requires: false);
        await _kitchen.StateAsync(UnitState.Idle);
        await SettleAsync();
        _kitchen.Bus.Lose();
        _real.Advance(TimeSpan.FromSeconds(15));
        await Settled.UntilAsync(() => _kitchen.Host.State == UnitState.Aborted);
        _kitchen.Broker.Withheld = TeaKitchen.Topics.Event;
        _kitchen.Bus.Return();

        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        _real.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromMilliseconds(1));
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Idle, "it may yet hear something");

        await _kitchen.NextStateAsync(UnitState.Aborted, () => _real.Advance(TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task A_broker_that_comes_back_in_time_changes_nothing()
    {
        await StartAsync(requires: false);
        await _kitchen.StateAsync(UnitState.Idle);

        for (var i = 0; i < 3; i++)
        {
            _kitchen.Bus.Lose();
            await SettleAsync();
            _real.Advance(TimeSpan.FromSeconds(14));
            _kitchen.Bus.Return();
            await SettleAsync();
        }

        _real.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Idle);
    }

    [Fact]
    public async Task A_broker_that_is_away_too_long_while_a_start_waits_stops_the_unit_as_later()
    {
        var (starting, before) = await BeginAgainAsync();

        _kitchen.Bus.Lose();
        _real.Advance(_kitchen.Place.BrokerLease + TimeSpan.FromSeconds(1));
        for (var turn = 0; turn < 2000 && _kitchen.Device.MadeSafe == before; turn++) await SettleAsync();
        _kitchen.Device.MadeSafe.Should().BeGreaterThan(before);
        _kitchen.Bus.Return();
        Beat();
        await starting;

        await AbortedAsync(epoch: 2);
    }
}
