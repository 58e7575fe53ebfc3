using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A bus delivers at least once, and what was overtaken comes late: old news ends no stop and keeps nothing going.</summary>
public sealed class RepeatedMessageTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private readonly FakeTimeProvider _real = new();

    [Fact]
    public async Task A_copy_of_a_clear_does_not_end_a_stop_that_was_made_after_it()
    {
        await _kitchen.StartAsync();
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));
        var clear = BusMessage.Of(TeaKitchen.Topics.Control("clear"), new ControlFrame(null, "Ada", "looked", _kitchen.Clock.GetUtcNow()));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Broker.Publish(clear));
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));

        _kitchen.Broker.Publish(clear);
        await Settled.SoonAsync();

        _kitchen.Host.State.Should().Be(UnitState.Aborted);
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
    }

    /// <summary>A broker may leave the property out in the last second.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0u)]
    public async Task A_copy_of_a_command_that_has_no_expiry_left_is_answered_as_the_first_was(uint? left)
    {
        var poured = new TaskCompletionSource<ActionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _kitchen.StartAsync((_, _, _) => poured.Task);
        _kitchen.Send(_kitchen.Pour(1));
        await _kitchen.StatusAsync(1, ActionStatus.Running);

        _kitchen.Broker.Publish(_kitchen.Pour(1).ToBusMessage(TeaKitchen.Topics, 1) with { ExpirySeconds = left });

        (await _kitchen.ReplyAsync(1, which: 2)).Status.Should().Be(ActionStatus.Accepted);
        poured.SetResult(ActionOutcome.Succeeded());
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Theory]
    [InlineData(300, ActionStatus.Failed, CauseCode.InvalidCommand)]
    [InlineData(1, ActionStatus.Expired, CauseCode.Unachievable)]
    public async Task What_is_new_and_has_no_expiry_is_not_done_whatever_copy_of_it_comes(int seconds, ActionStatus status, CauseCode cause)
    {
        await _kitchen.StartAsync();
        var command = _kitchen.Pour(1, deadline: TimeSpan.FromSeconds(seconds));

        _kitchen.Broker.Publish(command.ToBusMessage(TeaKitchen.Topics, 1) with { ExpirySeconds = null });
        _kitchen.Send(command);

        for (var which = 1; which <= 2; which++) (await _kitchen.ReplyAsync(1, which)).Should().Match<ReplyFrame>(reply => reply.Status == status && reply.Cause == cause);
        _kitchen.Device.Pours.Should().Be(0);
    }

    [Fact]
    public async Task A_copy_of_a_reset_does_not_take_back_a_trip_that_came_after_it()
    {
        await _kitchen.StartAsync();
        var reset = BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "it was a test", "Ada", _kitchen.Clock.GetUtcNow()));
        _kitchen.Broker.Publish(reset);
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _kitchen.Clock.GetUtcNow()))));

        _kitchen.Broker.Publish(reset);

        (await _kitchen.EventAsync("reset_refused")).Message.Should().Contain("came a second time");
        _kitchen.Control("clear");
        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("the interlock is tripped by Ada: smoke");
    }

    [Fact]
    public async Task A_copy_of_a_reset_before_the_last_one_takes_back_no_trip_either()
    {
        await _kitchen.StartAsync();
        var first = Reset();
        _kitchen.Broker.Publish(first);
        _kitchen.Broker.Publish(Reset());
        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _kitchen.Clock.GetUtcNow()))));

        _kitchen.Broker.Publish(first);

        (await _kitchen.EventAsync("reset_refused")).Message.Should().Contain("came a second time");

        BusMessage Reset()
        {
            _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
            return BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "it was a test", "Ada", _kitchen.Clock.GetUtcNow()));
        }
    }

    [Fact]
    public async Task A_copy_of_an_older_heartbeat_renews_nothing_and_an_interlock_that_starts_anew_is_heard()
    {
        _kitchen.Place = _kitchen.Place with { RequiresInterlock = true, LeaseClock = _real };
        var starting = _kitchen.StartAsync();
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth));
        var first = Beat(1);
        await starting;
        await _kitchen.StateAsync(UnitState.Idle);

        Pass(0.9);
        Beat(2);
        Pass(1.9);
        Beat(1);
        Pass(1.9);
        _kitchen.Host.State.Should().Be(UnitState.Idle, "an interlock counts from 1 at each start");

        _kitchen.Broker.Publish(first);
        Beat(2);
        Pass(0.9);
        _kitchen.Broker.Publish(first);
        Pass(1.1);

        await _kitchen.StateAsync(UnitState.Aborted);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private void Pass(double seconds) => _real.Advance(TimeSpan.FromSeconds(seconds));

    private BusMessage Beat(long seq)
    {
        var message = BusMessage.Of(Topics.InterlockHeartbeat, new HeartbeatFrame(seq, 2, "c", _real.GetUtcNow()));
        _kitchen.Broker.Publish(message);
        return message;
    }
}
