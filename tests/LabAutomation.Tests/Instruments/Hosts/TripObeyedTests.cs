using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A trip is obeyed at once, whatever the unit is about to do, and until somebody takes it back.</summary>
public sealed class TripObeyedTests : SafetyLeaseStage
{
    [Fact]
    public async Task A_device_is_made_safe_over_a_new_link_where_the_old_one_broke()
    {
        await StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        var madeSafe = _kitchen.Device.MadeSafe;
        _kitchen.Device.LinkIsBroken = true;

        Trip(true);

        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
        _kitchen.Broker.Published.Where(message => message.Topic == TeaKitchen.Topics.Event).Select(message => FrameCodec.Decode<EventFrame>(message.Payload).Kind).Should().NotContain("not_safe");
    }

    [Fact]
    public async Task Nothing_that_an_earlier_run_left_goes_on_while_a_trip_stands()
    {
        await StartAsync((_, scope, _) => throw new OperationCanceledException(), requires: false);
        await _kitchen.StateAsync(UnitState.Idle);
        Trip(true);
        await _kitchen.StateAsync(UnitState.Aborted);
        await _kitchen.CrashAsync();
        var ran = 0;

        await StartAsync((_, _, _) => Task.FromResult(ActionOutcome.Succeeded((++ran).ToString())), requires: false);

        await SettleAsync();
        TeaKitchen.States(_kitchen.Broker.Published).Where(state => state.Epoch == 2 && state.Unit == UnitState.Idle).Should().BeEmpty("a trip that stands is known before the unit begins");
        ran.Should().Be(0);
    }

    [Theory]
    [InlineData("", "all is well", "a person and a reason")]
    [InlineData("Ada", " ", "a person and a reason")]
    [InlineData("agents", "all is well", "only a person takes a trip back, and 'agents' is none")]
    [InlineData(" Agents ", "all is well", "'Agents' is none")]
    [InlineData("interlock", "all is well", "'interlock' is none")]
    public async Task A_reset_without_a_person_s_name_or_a_reason_resets_nothing(string by, string reason, string why)
    {
        await StartAsync(requires: false);
        Trip(true);
        await _kitchen.StateAsync(UnitState.Aborted);

        _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, reason, by, _real.GetUtcNow())));

        (await _kitchen.EventAsync("reset_refused")).Message.Should().Contain(why);
        _kitchen.Control("clear");
        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("interlock is tripped");
    }

    [Fact]
    public async Task A_trip_that_cannot_be_read_counts_as_one_until_a_reset()
    {
        await StartAsync(requires: false);
        await _kitchen.StateAsync(UnitState.Idle);

        _kitchen.Broker.Publish(new BusMessage(Topics.InterlockTrip, "{\"tripped\":"u8.ToArray()) { Retain = true });
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Broker.Publish(BusMessage.Cleared(Topics.InterlockTrip));
        _kitchen.Control("clear");
        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("interlock is tripped");

        Trip(false);
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
    }

    [Fact]
    public async Task A_second_trip_makes_the_device_safe_again()
    {
        await StartAsync(requires: false);
        Trip(true);
        await _kitchen.StateAsync(UnitState.Aborted);
        var madeSafe = _kitchen.Device.MadeSafe;

        await _kitchen.NextStateAsync(UnitState.Aborted, () => Trip(true));

        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
    }

    [Fact]
    public async Task The_birth_says_how_soon_the_unit_is_safe()
    {
        await StartAsync(requires: false);

        var birth = await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth));

        FrameCodec.Decode<Birth>(birth.Payload).SafeWithin.Should().Be(1);
    }

    [Theory]
    [InlineData("trip")]
    [InlineData("abort")]
    public async Task A_stop_that_comes_while_a_start_waits_for_its_first_heartbeat_is_obeyed_at_once(string how)
    {
        var (starting, before) = await BeginAgainAsync();

        if (how == "trip") Trip(true);
        else _kitchen.Control("abort");

        for (var turn = 0; turn < 2000 && _kitchen.Device.MadeSafe == before; turn++) await SettleAsync();
        _kitchen.Device.MadeSafe.Should().BeGreaterThan(before, "the wait is not over, and nobody moves the clock");
        Beat();
        await starting;
        await AbortedAsync(epoch: 2);
    }

    [Fact]
    public async Task A_trip_that_is_taken_back_while_a_start_waits_is_cleared_like_any_other()
    {
        var (starting, _) = await BeginAgainAsync();

        Trip(true);
        Trip(false);
        Beat();
        await starting;

        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Unit: UnitState.Aborted, Epoch: 2 }));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
    }
}
