using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A stop reaches the device whatever the host is busy with, and lasts until a person ends it.</summary>
public sealed class EmergencyStopTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private readonly FakeTimeProvider _real = new();

    [Fact]
    public async Task A_person_s_abort_outlasts_the_program_until_it_is_cleared_and_no_longer()
    {
        await _kitchen.StartAsync();
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));
        await _kitchen.CrashAsync();

        await _kitchen.StartAsync();
        var state = await AbortedAsync(epoch: 2);
        state.Aborted.Should().Be(new AbortReason(CauseCode.EmergencyStop, "aborted by Ada: because"));
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.ReplyAsync(1)).Message.Should().Contain("aborted by Ada: because");

        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        TeaKitchen.States(_kitchen.Broker.Published).Last().Aborted.Should().BeNull();
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 3, Unit: UnitState.Idle }));
    }

    [Fact]
    public async Task A_stop_stays_a_person_s_after_a_clear_that_failed_however_often()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));
        _kitchen.Device.Unplugged = true;
        for (var n = 0; n < 2; n++)
        {
            _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
            var failed = await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("clear"));
            failed.Aborted.Should().Be(new AbortReason(CauseCode.EmergencyStop, "the tea maker did not answer within 2 s; nothing came; before that: aborted by Ada: because"));
        }

        _kitchen.Device.Unplugged = false;
        (await _kitchen.AskAsync("clear", new ControlFrame(null, ControlFrame.Agents, "the cable is back", _kitchen.Clock.GetUtcNow())))
            .Should().Match<ControlReply>(reply => !reply.Done && reply.Message.Contains("an emergency stop is cleared by a person"));
        _kitchen.Host.State.Should().Be(UnitState.Aborted);

        _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        TeaKitchen.States(_kitchen.Broker.Published).Last().Aborted.Should().BeNull();
    }

    [Fact]
    public async Task A_trip_outlasts_a_broker_that_has_forgotten_it()
    {
        await _kitchen.StartAsync();
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _kitchen.Clock.GetUtcNow()))));
        await _kitchen.CrashAsync();
        _kitchen.Broker.ForgetRetained();

        await _kitchen.StartAsync();

        (await AbortedAsync(epoch: 2)).Aborted!.Message.Should().Contain("tripped by Ada: smoke");
    }

    [Fact]
    public async Task A_trip_that_stood_at_a_start_outlasts_its_reset_until_somebody_clears()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        await _kitchen.CrashAsync();
        Trip(true);
        await _kitchen.StartAsync();
        await AbortedAsync(epoch: 2);
        await _kitchen.CrashAsync();
        Trip(false);

        await _kitchen.StartAsync();

        (await AbortedAsync(epoch: 3)).Aborted!.Message.Should().Contain("tripped by Ada: smoke");
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));

        void Trip(bool tripped) => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "smoke", "Ada", _kitchen.Clock.GetUtcNow())));
    }

    [Theory]
    [InlineData("agents")]
    [InlineData(" ")]
    public async Task What_became_of_an_action_a_person_says_and_nobody_else(string by)
    {
        await _kitchen.StartAsync((_, _, _) => Task.FromResult(new ActionOutcome(ActionStatus.UnknownOutcome, CauseCode.LinkLost, "nobody knows", Recoverable: false)));
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StateAsync(UnitState.Aborted);

        (await _kitchen.ReconcileAsync(1, Finding.Happened, by)).Should().Match<ControlReply>(reply => !reply.Done && reply.Message.Contains("the name of the person"));
    }

    [Fact]
    public async Task What_a_fault_aborted_begins_anew_with_the_program()
    {
        await _kitchen.StartAsync((_, _, _) => Task.FromResult(ActionOutcome.Failed(CauseCode.HardwareFault, "the pot is broken", recoverable: false)));
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.StateAsync(UnitState.Aborted)).Aborted.Should().Be(new AbortReason(CauseCode.HardwareFault, "the pot is broken"));
        await _kitchen.CrashAsync();

        await _kitchen.StartAsync();

        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 2, Unit: UnitState.Idle }));
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("trip")]
    public async Task The_device_is_made_safe_while_the_disk_keeps_a_command_waiting_and_nothing_starts_after_it(string how)
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        using var disk = new ManualResetEventSlim();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _kitchen.Journal.Store.Boundary = after =>
        {
            if (after || stuck.Task.IsCompleted) return;
            stuck.SetResult();
            disk.Wait();
        };
        var madeSafe = _kitchen.Device.MadeSafe;
        _kitchen.Send(_kitchen.Pour(1));
        await stuck.Task;

        if (how == "abort") _kitchen.Control("abort");
        else _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _kitchen.Clock.GetUtcNow())));

        await Settled.UntilAsync(() => Volatile.Read(ref _kitchen.Device.MadeSafe) > madeSafe);
        _kitchen.Host.State.Should().Be(UnitState.Idle, "the unit itself waits for the disk");
        disk.Set();
        await _kitchen.StateAsync(UnitState.Aborted);
        (await _kitchen.ResultAsync(1)).Should().Match<ResultFrame>(result => result.Status == ActionStatus.Cancelled && result.Cause == CauseCode.EmergencyStop);
        _kitchen.Device.Pours.Should().Be(0);
    }

    [Fact]
    public async Task An_abort_passes_all_commands_that_wait()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        using var disk = new ManualResetEventSlim();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _kitchen.Journal.Store.Boundary = after =>
        {
            if (after || stuck.Task.IsCompleted) return;
            stuck.SetResult();
            disk.Wait();
        };
        _kitchen.Send(_kitchen.Pour(1));
        await stuck.Task;
        for (var n = 2; n <= 200; n++) _kitchen.Send(_kitchen.Pour(n, name: "nonsense"));
        _kitchen.Control("abort");
        disk.Set();

        await _kitchen.StateAsync(UnitState.Aborted);
        await _kitchen.ReplyAsync(200);

        var published = _kitchen.Broker.Published.ToList();
        var aborting = published.FindIndex(message => message.Topic == TeaKitchen.Topics.State && FrameCodec.Decode<StateFrame>(message.Payload).Unit == UnitState.Aborting);
        published.Take(aborting).Count(message => message.Topic == "lab/1/clients/lab/reply").Should().BeLessThan(3, "the abort came first");
    }

    [Fact]
    public async Task A_driver_that_hangs_is_passed_by_and_cannot_be_cleared()
    {
        _kitchen.Place = _kitchen.Place with { LeaseClock = _real };
        await _kitchen.StartAsync((_, _, _) => new TaskCompletionSource<ActionOutcome>().Task);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
        var madeSafe = _kitchen.Device.MadeSafe;
        _kitchen.Control("abort");
        await _kitchen.StateAsync(UnitState.Aborting);
        await Settled.SoonAsync();
        _kitchen.Device.MadeSafe.Should().Be(madeSafe, "the driver may still come back by itself");

        // What it declared as the time until it is safe is the device's, and not to be waited for first.
        await Settled.UntilAsync(() =>
        {
            _real.Advance(TimeSpan.FromSeconds(0.25));     // the call may not be waited for yet
            return _kitchen.Host.State == UnitState.Aborted;
        });

        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
        _kitchen.Control("clear");
        await _kitchen.StateAsync(UnitState.Clearing);
        while (_kitchen.Host.State == UnitState.Clearing)
        {
            _real.Advance(TimeSpan.FromSeconds(1));
            await Settled.SoonAsync();
        }

        (await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).LastOrDefault(frame => frame.Aborted?.Message.Contains("hangs", StringComparison.Ordinal) == true))).Should().NotBeNull();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private Task<StateFrame> AbortedAsync(long epoch) => _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Unit: UnitState.Aborted } && frame.Epoch == epoch));
}
