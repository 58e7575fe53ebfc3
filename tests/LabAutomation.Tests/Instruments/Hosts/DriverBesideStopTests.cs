using System.Net.Sockets;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>What a driver does with a stop, and with an exception nobody expects, takes neither the stop nor the result away.</summary>
public sealed class DriverBesideStopTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private readonly FakeTimeProvider _real = new();
    private readonly TaskCompletionSource<ActionOutcome> _call = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _gate = new();

    [Fact]
    public async Task Whoever_was_passed_by_and_comes_back_is_followed_by_one_more_stop()
    {
        await RunningAsync((_, _, _) => _call.Task);
        var madeSafe = _kitchen.Device.MadeSafe;
        await PassByAsync();
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);

        _call.SetResult(ActionOutcome.Succeeded());

        await _kitchen.ResultAsync(1);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 2);
    }

    [Fact]
    public async Task Whoever_was_not_passed_by_is_not_followed()
    {
        await RunningAsync((_, _, _) => Task.FromResult(ActionOutcome.Succeeded()));
        await _kitchen.ResultAsync(1);
        var madeSafe = _kitchen.Device.MadeSafe;
        _kitchen.Send(_kitchen.Pour(2));
        await _kitchen.ResultAsync(2);
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));

        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 2, "once for the abort and once for the clear");
    }

    [Fact]
    public async Task A_device_that_cannot_be_made_safe_after_the_one_who_was_passed_by_is_told_of()
    {
        await RunningAsync((_, _, _) => _call.Task);
        await PassByAsync();
        _kitchen.Device.CannotStop = true;

        _call.SetResult(ActionOutcome.Succeeded());

        (await _kitchen.EventAsync("not_safe")).Message.Should().Contain("came back");
    }

    [Theory]
    [InlineData("warm", 0)]
    [InlineData("pour", 1)]
    public async Task After_a_stop_nobody_asks_a_driver_what_may_be_repeated_anyway(string name, int questions)
    {
        var asked = 0;
        var fired = false;
        var command = _kitchen.Pour(1) with { Name = name };
        if (name == "warm") command = command with { Frame = command.Frame with { Arguments = Commands.Arguments(("temperature", 60, "°C")) } };
        await RunningAsync((_, _, _) => _call.Task, (_, _, cancellation) =>
        {
            asked++;
            fired = cancellation.IsCancellationRequested;
            return Task.FromResult<Recovery>(new Recovery.Unknown("nobody saw"));
        }, command);
        await PassByAsync();

        _call.SetException(new InstrumentLinkException("the tea maker is being made safe, and answers nothing else"));

        var status = (await _kitchen.ResultAsync(1)).Status;
        status.Should().Be(name == "warm" ? ActionStatus.Cancelled : ActionStatus.UnknownOutcome);
        (asked, fired).Should().Be((questions, questions > 0), "who is asked is told that it is over");
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("trip")]
    [InlineData("lease")]
    public async Task A_callback_that_throws_does_not_take_the_stop_away(string how)
    {
        var registered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await RunningAsync(async (_, _, cancellation) =>
        {
            await using var broken = cancellation.Register(() => throw new SocketException(10054));
            registered.SetResult();
            return await _call.Task;
        });
        await registered.Task;
        var madeSafe = _kitchen.Device.MadeSafe;

        await StopAsync(how);

        (await _kitchen.EventAsync("driver_failed")).Message.Should().Contain(new SocketException(10054).Message);
        await _kitchen.StateAsync(UnitState.Aborting);
        await Settled.UntilAsync(() =>
        {
            _real.Advance(TimeSpan.FromSeconds(0.25));     // the call may not be waited for yet
            return _kitchen.Host.State == UnitState.Aborted;
        });
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
        _call.SetResult(ActionOutcome.Cancelled("at last"));
        await _kitchen.ResultAsync(1);
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("trip")]
    [InlineData("lease")]
    public async Task A_callback_that_does_not_come_back_does_not_take_the_stop_away(string how)
    {
        await RunningAsync(async (_, _, cancellation) =>
        {
            cancellation.Register(_gate.Wait);
            return await _call.Task;
        });
        var madeSafe = _kitchen.Device.MadeSafe;

        await StopAsync(how).WaitAsync(TimeSpan.FromSeconds(10));

        await _kitchen.StateAsync(UnitState.Aborting);
        await Settled.SoonAsync();
        await Settled.UntilAsync(() =>
        {
            _real.Advance(TimeSpan.FromSeconds(0.25));     // the call may not be waited for yet
            return _kitchen.Host.State == UnitState.Aborted;
        });
        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().Be(madeSafe + 1);
        _gate.Set();
        _call.SetResult(ActionOutcome.Cancelled("at last"));
        await _kitchen.ResultAsync(1);
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_take_a_cancellation_away_nor_the_host()
    {
        var registered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await RunningAsync(async (_, _, cancellation) =>
        {
            await using var broken = cancellation.Register(() => throw new SocketException(10054));
            registered.SetResult();
            return await _call.Task;
        });
        await registered.Task;

        _kitchen.Control("cancel", TeaKitchen.Id(1));

        await _kitchen.EventAsync("driver_failed");
        _call.SetResult(ActionOutcome.Cancelled("at last"));
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Cancelled);
        _kitchen.Host.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task An_exception_that_nobody_expects_while_the_device_is_asked_ends_the_action()
    {
        await RunningAsync((_, _, _) => throw new InstrumentLinkException("the cup did not answer"), (_, _, _) => throw new FormatException("seven is no number"));

        (await _kitchen.ResultAsync(1)).Should().Match<ResultFrame>(result => result.Status == ActionStatus.UnknownOutcome && result.Message.Contains("the cup did not answer"));
        await _kitchen.StateAsync(UnitState.Aborted);
    }

    [Fact]
    public async Task An_exception_that_nobody_expects_while_the_link_is_opened_anew_ends_the_action()
    {
        await RunningAsync((_, _, _) =>
        {
            _kitchen.Device.WhenConnected = () => throw new SocketException(10054);
            throw new InstrumentLinkException("the cup did not answer");
        });

        (await _kitchen.ResultAsync(1)).Recoverable.Should().BeFalse();
        await _kitchen.StateAsync(UnitState.Aborted);
    }

    [Fact]
    public async Task What_nobody_catches_ends_the_host_and_does_not_vanish()
    {
        await RunningAsync((_, _, _) => throw new WordlessException());

        var ending = async () => await _kitchen.Host.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        await ending.Should().ThrowAsync<NotSupportedException>();
        _kitchen.Device.MadeSafe = 0;
        await _kitchen.Host.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        _kitchen.Device.MadeSafe.Should().Be(1);
    }

    [Fact]
    public async Task Whoever_asks_for_a_clean_end_a_second_time_waits_until_the_device_is_safe()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        using var entered = new ManualResetEventSlim();
        _kitchen.Device.WhenMadeSafe = () =>
        {
            entered.Set();
            _gate.Wait();
        };
        var first = Task.Run(() => _kitchen.Host.StopAsync(CancellationToken.None));
        entered.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        var second = _kitchen.Host.StopAsync(CancellationToken.None);

        await Settled.SoonAsync();
        second.IsCompleted.Should().BeFalse("its caller closes the link next");
        _gate.Set();
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(10));
        _kitchen.Device.MadeSafe.Should().BePositive();
    }

    public Task InitializeAsync()
    {
        _kitchen.Place = _kitchen.Place with { LeaseClock = _real };
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _gate.Set();
        _call.TrySetResult(ActionOutcome.Cancelled("the test is over"));
        await _kitchen.DisposeAsync();
        _gate.Dispose();
    }

    private async Task RunningAsync(
        Func<DriverCommand, IActionScope, CancellationToken, Task<ActionOutcome>> execute,
        Func<StartedAction, IActionScope, CancellationToken, Task<Recovery>>? recover = null,
        CommandMessage? command = null)
    {
        await _kitchen.StartAsync(execute, recover);
        _kitchen.Send(command ?? _kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
    }

    /// <summary>Aborts, and lets the time pass for which the call is waited for.</summary>
    private async Task PassByAsync()
    {
        _kitchen.Control("abort");
        await _kitchen.StateAsync(UnitState.Aborting);
        await Settled.SoonAsync();
        await Settled.UntilAsync(() =>
        {
            _real.Advance(TimeSpan.FromSeconds(0.25));     // the call may not be waited for yet
            return _kitchen.Host.State == UnitState.Aborted;
        });
        await _kitchen.StateAsync(UnitState.Aborted);
    }

    private Task StopAsync(string how) => Task.Run(() =>
    {
        switch (how)
        {
            case "abort": _kitchen.Control("abort"); break;
            case "trip": _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _kitchen.Clock.GetUtcNow()))); break;
            default:
                _kitchen.Broker.Publish(BusMessage.Of(Topics.InterlockHeartbeat, new HeartbeatFrame(1, 2, "c", _kitchen.Clock.GetUtcNow())));
                _real.Advance(TimeSpan.FromSeconds(2));
                break;
        }
    });

    private sealed class WordlessException : Exception
    {
        public override string Message => throw new NotSupportedException("no words");
    }
}
