using LabAutomation.Benchmarks.House;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>The interlock's heartbeat and trip, and the broker's absence, by a clock that the test moves.</summary>
public sealed class SafetyLeaseTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly TeaKitchen _kitchen = new();
    private readonly FakeTimeProvider _real = new();
    private long _seq;

    [Fact]
    public async Task A_host_without_a_required_interlock_works_without_a_heartbeat()
    {
        await StartAsync(requires: false);

        await _kitchen.StateAsync(UnitState.Idle);
    }

    [Fact]
    public async Task A_host_that_hears_no_heartbeat_begins_aborted_and_a_later_heartbeat_clears_nothing()
    {
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
    public async Task A_trip_that_is_taken_back_while_a_start_waits_keeps_nothing_from_beginning()
    {
        var (starting, _) = await BeginAgainAsync();

        Trip(true);
        Trip(false);
        Beat();
        await starting;

        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Unit: UnitState.Idle, Epoch: 2 }));
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
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

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private Task<StateFrame> AbortedAsync(long epoch) => _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame.Unit == UnitState.Aborted && frame.Epoch == epoch));

    /// <summary>Five seconds of it are over when it returns.</summary>
    private async Task StartDeafAsync()
    {
        var starting = StartAsync(requires: false);
        await SettleAsync();
        _real.Advance(TimeSpan.FromSeconds(5));
        await starting;
        await _kitchen.StateAsync(UnitState.Idle);
    }

    /// <summary>A start after a crash that has told its birth and waits for a heartbeat, for as long as the clock stands.</summary>
    private async Task<(Task<DriverHost> Starting, int MadeSafe)> BeginAgainAsync()
    {
        await StartAsync();
        await _kitchen.CrashAsync();
        _kitchen.Place = _kitchen.Place with { FirstHeartbeatWithin = TimeSpan.FromHours(1) };
        var madeSafe = _kitchen.Device.MadeSafe;
        var starting = _kitchen.StartAsync();
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth && FrameCodec.Decode<Birth>(message.Payload).Epoch == 2));
        await SettleAsync();
        return (starting, madeSafe);
    }

    private static async Task<ActionOutcome> UntilCancelled(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellation.Register(cancelled.SetResult);
        await cancelled.Task;
        return ActionOutcome.Cancelled("stopped halfway");
    }

    /// <summary>Gives what was posted time to be done; where it must not happen there is nothing to wait for.</summary>
    private static Task SettleAsync() => Settled.SoonAsync();

    private async Task StartAsync(
        Func<DriverCommand, IActionScope, CancellationToken, Task<ActionOutcome>>? execute = null, bool requires = true, bool heartbeat = true, TimeProvider? clock = null)
    {
        _kitchen.Place = _kitchen.Place with { RequiresInterlock = requires, LeaseClock = clock ?? _real };
        var starting = _kitchen.StartAsync(execute);
        if (!requires || !heartbeat)
        {
            await starting;
            return;
        }

        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth));
        Beat();
        await starting;
    }

    private void Beat(double lease = 2) => _kitchen.Broker.Publish(BusMessage.Of(Topics.InterlockHeartbeat, new HeartbeatFrame(++_seq, lease, "c", _real.GetUtcNow())));

    private void Trip(bool tripped) => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "smoke", "Ada", _real.GetUtcNow())));

    /// <summary>A clock whose timers do not fire, as in a program that was stopped and goes on.</summary>
    private sealed class DeafClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        public void JumpAhead(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
