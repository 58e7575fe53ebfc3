using LabAutomation.Benchmarks.House;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A heartbeat of the interlock that stays away for its lease stops the unit.</summary>
public sealed class HeartbeatLeaseTests : SafetyLeaseStage
{
    [Fact]
    public async Task A_host_without_a_required_interlock_works_without_a_heartbeat()
    {
        await StartAsync(requires: false);

        await _kitchen.StateAsync(UnitState.Idle);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_hears_no_heartbeat_begins_aborted_and_a_later_heartbeat_clears_nothing_whatever_ails_its_device(bool isUnplugged)
    {
        _kitchen.Device.Unplugged = isUnplugged;
        var starting = StartAsync(heartbeat: false);
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth));
        while (!starting.IsCompleted)
        {
            _real.Advance(TimeSpan.FromSeconds(1));
            await Settled.SoonAsync();
        }

        await starting;
        await _kitchen.StateAsync(UnitState.Aborted);
        (await _kitchen.EventAsync("emergency_stop")).Message.Should().Contain("no heartbeat of the interlock was heard");
        _kitchen.Control("clear");
        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("clear").And.Contain("heartbeat");

        _kitchen.Device.Unplugged = false;
        Beat();
        _kitchen.Host.State.Should().Be(UnitState.Aborted);
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
    }

    [Fact]
    public async Task A_command_that_follows_the_birth_at_once_is_done_when_the_interlock_has_been_heard()
    {
        var starting = StartAsync(heartbeat: false);
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth));

        _kitchen.Send(_kitchen.Pour(1));
        _kitchen.Device.Pours.Should().Be(0);
        Beat();

        await starting;
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task A_heartbeat_that_stays_away_for_its_lease_makes_the_device_safe_and_cancels_what_runs()
    {
        await StartAsync(UntilCancelled);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        var madeSafe = _kitchen.Device.MadeSafe;

        _real.Advance(Lease - TimeSpan.FromMilliseconds(1));
        _kitchen.Host.State.Should().Be(UnitState.Execute, "the lease holds to its end");
        _real.Advance(TimeSpan.FromMilliseconds(1));

        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Cause).Should().Be((ActionStatus.Cancelled, CauseCode.EmergencyStop));
        result.Message.Should().Contain("heartbeat of the interlock was missing for longer than its lease of 2 s");
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
    }

    [Fact]
    public async Task A_heartbeat_that_was_heard_once_is_missed_also_where_none_has_to_be_there()
    {
        await StartAsync(requires: false);
        await _kitchen.StateAsync(UnitState.Idle);
        _real.Advance(TimeSpan.FromHours(1));
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Idle, "there has been no interlock");
        Beat();
        var madeSafe = _kitchen.Device.MadeSafe;

        _real.Advance(Lease - TimeSpan.FromMilliseconds(1));
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Idle, "the lease holds to its end");
        _real.Advance(TimeSpan.FromMilliseconds(1));

        await _kitchen.StateAsync(UnitState.Aborted);
        (await _kitchen.EventAsync("emergency_stop")).Message.Should().Contain("heartbeat of the interlock was missing for longer than its lease of 2 s");
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
    }

    [Fact]
    public async Task Without_the_interlock_that_it_has_lost_a_unit_goes_on_only_where_a_person_says_so_and_until_it_is_heard_again()
    {
        await StartAsync(requires: false);
        await _kitchen.StateAsync(UnitState.Idle);
        Beat();
        _real.Advance(Lease);
        await _kitchen.StateAsync(UnitState.Aborted);

        _kitchen.Control("clear", by: ControlFrame.Agents);
        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("cleared by a person");
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        _real.Advance(TimeSpan.FromHours(1));
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Idle, "whoever cleared it knows that there is no interlock");

        Beat();
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _real.Advance(Lease));
    }

    [Fact]
    public async Task Heartbeats_in_time_keep_the_unit_at_work_for_as_long_as_they_come()
    {
        await StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        for (var i = 0; i < 50; i++)
        {
            _real.Advance(Lease * 0.9);
            Beat();
            await SettleAsync();
        }

        _kitchen.Host.State.Should().Be(UnitState.Idle);
    }

    [Fact]
    public async Task A_wall_clock_that_jumps_ends_no_lease_and_lengthens_none()
    {
        await StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);

        _kitchen.Clock.Advance(TimeSpan.FromHours(25));
        await SettleAsync();
        _kitchen.Host.State.Should().Be(UnitState.Idle);

        _real.Advance(Lease);
        await _kitchen.StateAsync(UnitState.Aborted);
        FaultTable.Tell(15, "clocks that jump a day ahead while a lease runs", 1);
    }

    [Fact]
    public async Task A_repeated_heartbeat_renews_nothing_and_neither_does_one_that_cannot_be_read_or_was_retained()
    {
        await StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        _real.Advance(Lease * 0.9);

        _seq--;
        Beat();
        _kitchen.Broker.Publish(new BusMessage(Topics.InterlockHeartbeat, "{}"u8.ToArray()));
        Beat(lease: 0);
        Beat(lease: 1e9);
        await SettleAsync();
        _real.Advance(Lease * 0.1);

        await _kitchen.StateAsync(UnitState.Aborted);
    }

    [Fact]
    public async Task A_heartbeat_after_the_lease_does_not_undo_that_it_was_missing_even_where_the_timer_did_not_fire()
    {
        var clock = new DeafClock();
        await StartAsync(clock: clock);
        await _kitchen.StateAsync(UnitState.Idle);

        clock.JumpAhead(TimeSpan.FromHours(24));
        Beat();

        await _kitchen.StateAsync(UnitState.Aborted);
    }
}
