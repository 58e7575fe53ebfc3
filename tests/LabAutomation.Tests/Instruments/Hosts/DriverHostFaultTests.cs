using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>Faults, lost links, aborts and the way back.</summary>
public sealed class DriverHostFaultTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();

    [Fact]
    public async Task A_fault_of_the_device_aborts_the_unit_and_says_so_in_plain_words()
    {
        await _kitchen.StartAsync((_, _, _) => throw new InstrumentFaultException("the pot is empty"));
        var madeSafe = _kitchen.Device.MadeSafe;

        _kitchen.Send(_kitchen.Pour(1));

        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Cause, result.Message, result.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.HardwareFault, "the pot is empty", false));
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
    }

    [Fact]
    public async Task A_journal_that_is_taken_away_makes_the_device_safe_and_ends_the_host_without_a_word_on_the_command()
    {
        var (isBegun, isCancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        var host = await _kitchen.StartAsync(async (_, _, cancellation) =>
        {
            isBegun.SetResult();
            await using (cancellation.Register(isCancelled.SetResult)) await isCancelled.Task;
            return ActionOutcome.Cancelled("told to stop");
        });
        _kitchen.Send(_kitchen.Pour(1));
        await isBegun.Task;
        var madeSafe = _kitchen.Device.MadeSafe;
        File.Delete(_kitchen.JournalFile);

        _kitchen.Send(_kitchen.Pour(2));

        (await _kitchen.EventAsync("journal")).Message.Should().Contain("was deleted, moved away or replaced");
        _kitchen.Replies(2).Should().BeEmpty("no journal knows of it");
        (await host.Invoking(it => it.Completion).Should().ThrowAsync<JournalException>()).Which.IsLost.Should().BeTrue();
        await isCancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().BeGreaterThan(madeSafe);
        await host.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        _kitchen.Broker.Retained[TeaKitchen.Topics.Liveness].Payload.Should().Match<ReadOnlyMemory<byte>>(payload => !FrameCodec.Decode<Liveness>(payload).Online);
    }

    [Fact]
    public async Task A_driver_that_throws_anything_is_a_fault_without_a_stack_trace()
    {
        await _kitchen.StartAsync((_, _, _) => throw new FormatException("what?"));

        _kitchen.Send(_kitchen.Pour(1));

        var result = await _kitchen.ResultAsync(1);
        (result.Cause, result.Message).Should().Be((CauseCode.HardwareFault, "the driver failed: what?"));
        await _kitchen.StateAsync(UnitState.Aborted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_driver_that_fails_after_the_mark_of_a_consuming_command_leaves_an_unknown_outcome(bool deviceIsInTrouble)
    {
        await _kitchen.StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            throw deviceIsInTrouble ? new InstrumentFaultException("the pot is empty") : new FormatException("what?");
        });

        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.UnknownOutcome);
    }

    [Theory]
    [InlineData("pour", ActionStatus.UnknownOutcome)]
    [InlineData("warm", ActionStatus.Failed)]
    public async Task A_device_that_is_in_trouble_when_it_is_asked_after_a_restart_has_not_said_that_what_uses_up_failed(string name, ActionStatus status)
    {
        var isBegun = new TaskCompletionSource();
        await _kitchen.StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            _kitchen.Device.Pours++;
            isBegun.SetResult();
            return new TaskCompletionSource<ActionOutcome>().Task;
        });
        await SendAsync(name);
        await isBegun.Task;
        await _kitchen.CrashAsync();
        var isMended = false;

        await _kitchen.StartAsync(recover: (_, _, _) => isMended ? Task.FromResult<Recovery>(new Recovery.Happened(ActionOutcome.Succeeded("poured before the crash"))) : throw new InstrumentFaultException("the lid is open"));
        var result = await _kitchen.ResultAsync(1);
        await _kitchen.StateAsync(UnitState.Aborted);
        isMended = true;
        _kitchen.Control("clear");

        (result.Status, result.Cause, result.Recoverable).Should().Be((status, CauseCode.HardwareFault, false));
        result.Message.Should().EndWith("the device is in trouble: the lid is open");
        if (status == ActionStatus.UnknownOutcome) (await _kitchen.ResultAsync(1, which: 2)).Message.Should().Be("poured before the crash", "the device is asked again when the unit is cleared");
    }

    [Theory]
    [InlineData("pour", null, ActionStatus.UnknownOutcome)]
    [InlineData("pour", false, ActionStatus.Failed)]
    [InlineData("pour", true, ActionStatus.Succeeded)]
    [InlineData("warm", null, ActionStatus.Failed)]
    public async Task A_link_that_breaks_and_stays_broken_before_any_mark_is_a_failure_only_where_the_driver_says_that_nothing_was_sent(string name, bool? happened, ActionStatus status)
    {
        await _kitchen.StartAsync(
            (_, _, _) =>
            {
                _kitchen.Device.Unplugged = true;
                throw new InstrumentLinkException("the tea maker closed the link");
            },
            (_, _, _) => Task.FromResult<Recovery>(happened switch
            {
                null => throw new InstrumentLinkException("the tea maker did not answer within 2 s; nothing came"),
                false => new Recovery.DidNotHappen(),
                true => new Recovery.Happened(ActionOutcome.Succeeded()),
            }));

        await SendAsync(name);

        var result = await _kitchen.ResultAsync(1);
        result.Status.Should().Be(status);
        if (status == ActionStatus.Succeeded) return;
        (result.Cause, result.Message, result.Recoverable).Should().Be((CauseCode.LinkLost, "the tea maker closed the link", false));
        await _kitchen.StateAsync(UnitState.Aborted);
        (await _kitchen.EventAsync("not_safe")).Message.Should().Contain("could not be made safe");
    }

    [Theory]
    [InlineData("pour", ActionStatus.UnknownOutcome)]
    [InlineData("warm", ActionStatus.Failed)]
    public async Task A_driver_that_poured_without_a_mark_has_not_failed_when_its_link_is_lost(string name, ActionStatus status)
    {
        await _kitchen.StartAsync((_, _, _) =>
        {
            _kitchen.Device.Pours++;
            _kitchen.Device.Unplugged = true;
            throw new FormatException("what?");
        });

        await SendAsync(name);

        (await _kitchen.ResultAsync(1)).Status.Should().Be(status);
    }

    [Fact]
    public async Task A_link_that_breaks_and_stays_broken_after_the_mark_leaves_an_unknown_outcome()
    {
        await _kitchen.StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            _kitchen.Device.Unplugged = true;
            throw new InstrumentLinkException("the tea maker closed the link");
        });

        _kitchen.Send(_kitchen.Pour(1));

        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Cause).Should().Be((ActionStatus.UnknownOutcome, CauseCode.LinkLost));
        await _kitchen.StateAsync(UnitState.Aborted);
    }

    [Fact]
    public async Task A_link_that_breaks_and_comes_back_lets_the_device_tell_what_happened()
    {
        await _kitchen.StartAsync((_, scope, _) =>
        {
            new TeaMakerDriver(_kitchen.Device).Pour(scope);
            throw new InstrumentLinkException("the tea maker answered with noise");
        });

        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        await _kitchen.StateAsync(UnitState.Idle, which: 2);
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task A_link_that_breaks_before_anything_happened_fails_and_the_unit_goes_on()
    {
        await _kitchen.StartAsync((_, _, _) => throw new InstrumentLinkException("the tea maker answered with noise"));

        _kitchen.Send(_kitchen.Pour(1));

        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Cause, result.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.LinkLost, true));
        result.Message.Should().Be("the tea maker answered with noise; nothing had happened, and the device answers again");
        await _kitchen.StateAsync(UnitState.Idle, which: 2);
    }

    [Fact]
    public async Task Of_what_may_be_repeated_nobody_says_that_nothing_had_happened_until_its_link_broke()
    {
        await _kitchen.StartAsync((_, _, _) => throw new InstrumentLinkException("the tea maker answered with noise"));

        var warm = _kitchen.Pour(1, name: "warm");
        _kitchen.Send(warm with { Frame = warm.Frame with { Arguments = Commands.Arguments(("temperature", 60, "°C")) } });

        (await _kitchen.ResultAsync(1)).Message.Should().Be("the tea maker answered with noise; the device answers again, and what was asked for has to be asked for anew");
    }

    [Fact]
    public async Task An_idle_device_that_goes_away_is_noticed_and_its_values_are_stale()
    {
        await _kitchen.StartAsync();
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Property("poured")));
        _kitchen.Device.Unplugged = true;

        _kitchen.Clock.Advance(TimeSpan.FromSeconds(30));

        await _kitchen.StateAsync(UnitState.Aborted);
        FrameCodec.Decode<PropertyFrame>(_kitchen.Broker.Retained[TeaKitchen.Topics.Property("poured")].Payload).Quality.Should().Be(Quality.Stale);
    }

    [Fact]
    public async Task A_device_that_is_not_there_at_the_start_leaves_an_aborted_unit_that_clear_brings_back()
    {
        _kitchen.Device.Unplugged = true;
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Send(_kitchen.Pour(1));
        var reply = await _kitchen.ReplyAsync(1);
        (reply.Status, reply.Cause).Should().Be((ActionStatus.Failed, CauseCode.LinkLost));

        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("clear"));
        _kitchen.Device.Unplugged = false;
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));

        FrameCodec.Decode<Birth>(_kitchen.Broker.Retained[TeaKitchen.Topics.Birth].Payload).Identity.Model.Should().Be("T1", "now it is known");
        _kitchen.Send(_kitchen.Pour(2));
        (await _kitchen.ResultAsync(2)).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task A_started_action_waits_for_its_device_to_come_back()
    {
        var there = new TaskCompletionSource();
        await _kitchen.StartAsync((_, scope, _) =>
        {
            new TeaMakerDriver(_kitchen.Device).Pour(scope);
            there.SetResult();
            return new TaskCompletionSource<ActionOutcome>().Task;
        });
        _kitchen.Send(_kitchen.Pour(1));
        await there.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await _kitchen.CrashAsync();
        _kitchen.Device.Unplugged = true;
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Aborted);
        var madeSafe = _kitchen.Device.MadeSafe;

        _kitchen.Device.Unplugged = false;
        _kitchen.Control("clear");

        (await _kitchen.ResultAsync(1)).Message.Should().Be("poured before the crash");
        _kitchen.Device.MadeSafe.Should().Be(madeSafe, "stopping it first would have spoilt what the device can tell");
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task Abort_cancels_the_running_action_ends_the_waiting_ones_and_makes_the_device_safe()
    {
        await _kitchen.StartAsync(UntilCancelled);
        var madeSafe = _kitchen.Device.MadeSafe;
        _kitchen.Send(_kitchen.Pour(1));
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.ReplyAsync(2);
        await _kitchen.StatusAsync(1, ActionStatus.Running);

        _kitchen.Control("abort");

        await _kitchen.StateAsync(UnitState.Aborted);
        foreach (var n in new[] { 1, 2 })
        {
            var result = await _kitchen.ResultAsync(n);
            (result.Status, result.Cause).Should().Be((ActionStatus.Cancelled, CauseCode.EmergencyStop));
            result.Message.Should().Contain("aborted by Ada: because");
        }

        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
        _kitchen.Send(_kitchen.Pour(3));
        (await _kitchen.ReplyAsync(3)).Cause.Should().Be(CauseCode.EmergencyStop);
    }

    [Fact]
    public async Task Cancelling_a_waiting_action_never_reaches_the_driver()
    {
        await _kitchen.StartAsync(UntilCancelled);
        _kitchen.Send(_kitchen.Pour(1));
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.ReplyAsync(2);
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        var calls = _kitchen.Device.Calls;

        _kitchen.Control("cancel", TeaKitchen.Id(2));

        var result = await _kitchen.ResultAsync(2);
        (result.Status, result.Cause).Should().Be((ActionStatus.Cancelled, CauseCode.Success));
        _kitchen.Device.Calls.Should().Be(calls);
        _kitchen.Host.State.Should().Be(UnitState.Execute);
    }

    [Fact]
    public async Task Cancelling_the_running_action_ends_it_and_the_unit_goes_on()
    {
        await _kitchen.StartAsync(UntilCancelled);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);

        _kitchen.Control("cancel", TeaKitchen.Id(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Cancelled);
        await _kitchen.StateAsync(UnitState.Idle, which: 2);
    }

    [Fact]
    public async Task A_trip_of_the_interlock_aborts_and_clear_waits_for_its_reset()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);

        Trip(true);
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Control("clear");
        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("interlock is tripped");

        Trip(false);
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
    }

    [Fact]
    public async Task A_trip_that_stands_is_obeyed_by_a_host_that_starts_later()
    {
        Trip(true);

        await _kitchen.StartAsync();

        await _kitchen.StateAsync(UnitState.Aborted);
    }

    [Fact]
    public async Task Every_state_the_lab_sees_follows_from_the_one_before()
    {
        await _kitchen.StartAsync();
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StateAsync(UnitState.Idle, which: 2);
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        await _kitchen.Host.StopAsync(CancellationToken.None);

        var states = TeaKitchen.States(_kitchen.Broker.Published).ToList();
        states.Select(state => state.Seq).Should().Equal(Enumerable.Range(1, states.Count).Select(n => (long)n));
        states.Select(state => state.Unit).Should().Equal(
            UnitState.Stopped, UnitState.Stopped, UnitState.Idle, UnitState.Starting, UnitState.Execute, UnitState.Completing, UnitState.Complete, UnitState.Resetting, UnitState.Idle,
            UnitState.Aborting, UnitState.Aborted, UnitState.Clearing, UnitState.Stopped, UnitState.Idle, UnitState.Stopping, UnitState.Stopped, UnitState.Stopped);
        states.Where(state => state.Unit == UnitState.Execute).Should().OnlyContain(state => state.Action == TeaKitchen.Id(1));
        states.Where(state => state.Unit == UnitState.Idle).Should().OnlyContain(state => state.Action == null);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private async Task SendAsync(string name)
    {
        var command = _kitchen.Pour(1, name: name);
        _kitchen.Send(name == "pour" ? command : command with { Frame = new CommandFrame(Commands.Arguments(), command.Frame.Deadline) });
        await _kitchen.ReplyAsync(1);
    }

    private static async Task<ActionOutcome> UntilCancelled(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellation.Register(cancelled.SetResult);
        await cancelled.Task;
        return ActionOutcome.Cancelled("stopped halfway");
    }

    private void Trip(bool tripped) => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "smoke", "Ada", _kitchen.Clock.GetUtcNow())));
}
