using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A host that is told to stop makes its device safe, whatever keeps the action from ending.</summary>
public sealed class BoundedStopTests : IAsyncLifetime
{
    /// <summary>Of the tea maker's commands.</summary>
    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(1);

    private readonly TeaKitchen _kitchen = new();
    private readonly FakeTimeProvider _real = new();
    private readonly TaskCompletionSource<ActionOutcome> _call = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task An_action_that_does_not_end_for_its_cancel_is_passed_by()
    {
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await RunningAsync(async (_, _, cancellation) =>
        {
            await using (cancellation.Register(isCancelled.SetResult)) return await _call.Task;
        });
        var madeSafe = _kitchen.Device.MadeSafe;

        var stop = _kitchen.Host.StopAsync(new CancellationToken(canceled: true));
        await isCancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Settled.SoonAsync();
        _real.Advance(CancelWithin - TimeSpan.FromSeconds(0.1));
        await Settled.SoonAsync();
        _kitchen.Device.MadeSafe.Should().Be(madeSafe, "it has the time that it declares");

        await PassAsync(stop);
        _kitchen.Device.MadeSafe.Should().BeGreaterThan(madeSafe);
        (await _kitchen.Host.LeftSafe).Should().BeNull();
        Online().Should().BeFalse();
    }

    [Fact]
    public async Task Nothing_holds_up_the_stop_of_an_action_that_ends_for_its_cancel()
    {
        await RunningAsync(async (_, _, cancellation) =>
        {
            await using (cancellation.Register(() => _call.TrySetResult(ActionOutcome.Cancelled("told to stop")))) return await _call.Task;
        });

        await _kitchen.Host.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(10));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Cancelled);
        (await _kitchen.Host.LeftSafe).Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_result_that_waits_for_a_full_disk_holds_nothing_up(bool isHurried)
    {
        await RunningAsync((_, _, _) => _call.Task);
        _kitchen.Journal.Store.Run("PRAGMA query_only = ON");
        _call.SetResult(ActionOutcome.Succeeded());
        (await _kitchen.EventAsync("journal")).Message.Should().Contain("is held back");
        var madeSafe = _kitchen.Device.MadeSafe;

        var stop = _kitchen.Host.StopAsync(new CancellationToken(canceled: isHurried));

        await Settled.UntilAsync(() => _kitchen.Device.MadeSafe == madeSafe + 1);
        await PassAsync(stop);
        Online().Should().BeFalse();
    }

    [Fact]
    public async Task A_result_that_the_disk_takes_after_the_device_was_made_safe_is_told()
    {
        await RunningAsync((_, _, _) => _call.Task);
        _kitchen.Journal.Store.Run("PRAGMA query_only = ON");
        _call.SetResult(ActionOutcome.Succeeded());
        await _kitchen.EventAsync("journal");
        var stop = _kitchen.Host.StopAsync(new CancellationToken(canceled: true));
        (await _kitchen.Host.LeftSafe.WaitAsync(TimeSpan.FromSeconds(10))).Should().BeNull();

        _kitchen.Journal.Store.Run("PRAGMA query_only = OFF");
        await Settled.UntilAsync(() =>
        {
            _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
            return stop.IsCompleted;
        });

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task A_device_that_cannot_be_made_safe_is_named_with_the_reason()
    {
        await _kitchen.StartAsync();
        _kitchen.Device.CannotStop = true;

        await _kitchen.Host.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

        (await _kitchen.Host.LeftSafe).Should().Contain("did not answer");
        (await _kitchen.EventAsync("not_safe")).Message.Should().Contain("did not answer");
    }

    [Fact]
    public async Task A_driver_that_does_not_come_back_from_making_safe_does_not_hold_the_stop_for_ever()
    {
        await _kitchen.StartAsync();
        using var gate = new ManualResetEventSlim();
        _kitchen.Device.WhenMadeSafe = gate.Wait;

        var stop = _kitchen.Host.StopAsync(CancellationToken.None);

        await PassAsync(_kitchen.Host.LeftSafe);
        (await _kitchen.Host.LeftSafe).Should().Contain("did not come back");
        gate.Set();
        await PassAsync(stop);
    }

    [Fact]
    public async Task A_second_call_whose_time_is_over_hurries_the_first_one()
    {
        await RunningAsync((_, _, _) => _call.Task);
        var first = _kitchen.Host.StopAsync(CancellationToken.None);
        await Settled.SoonAsync();
        first.IsCompleted.Should().BeFalse("the action may come to its end");

        await PassAsync(Task.WhenAll(first, _kitchen.Host.StopAsync(new CancellationToken(canceled: true))));

        (await _kitchen.Host.LeftSafe).Should().BeNull();
    }

    public Task InitializeAsync()
    {
        _kitchen.Place = _kitchen.Place with { LeaseClock = _real };
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _call.TrySetResult(ActionOutcome.Cancelled("the test is over"));
        await _kitchen.DisposeAsync();
    }

    private async Task RunningAsync(Func<DriverCommand, IActionScope, CancellationToken, Task<ActionOutcome>> execute)
    {
        await _kitchen.StartAsync(execute);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);
    }

    private async Task PassAsync(Task end)
    {
        for (var passed = TimeSpan.Zero; !end.IsCompleted; passed += TimeSpan.FromSeconds(0.25))
        {
            passed.Should().BeLessThan(TimeSpan.FromMinutes(1), "the stop has an end");
            _real.Advance(TimeSpan.FromSeconds(0.25));
            await Settled.SoonAsync();
        }

        await end;
    }

    private bool Online() => FrameCodec.Decode<Liveness>(_kitchen.Broker.Retained[TeaKitchen.Topics.Liveness].Payload).Online;
}
