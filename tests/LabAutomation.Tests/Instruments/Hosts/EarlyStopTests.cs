using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A stop that comes while a start waits for its first heartbeat, in a program that ends before it has begun: the next one knows.</summary>
public sealed class EarlyStopTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private readonly List<bool> _heard = [];

    [Fact]
    public async Task It_is_kept_like_any_other()
    {
        await BeginAndEndAsync(() => _kitchen.Control("abort"));

        await _kitchen.StartAsync(recover: Ask);

        var aborted = await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 3, Unit: UnitState.Aborted }));
        aborted.Aborted!.Message.Should().Be("aborted by Ada: because");
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        await _kitchen.ResultAsync(1);
        _heard.Should().Equal(true);
    }

    [Fact]
    public async Task A_trip_that_was_taken_back_while_no_program_was_there_is_a_persons_to_clear()
    {
        await BeginAndEndAsync(() => Trip(true));
        Trip(false);

        await _kitchen.StartAsync(recover: Ask);

        var aborted = await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 3, Unit: UnitState.Aborted }));
        aborted.Aborted.Should().Be(new AbortReason(CauseCode.EmergencyStop, "the interlock was tripped by Ada: smoke"));
        await _kitchen.NextStateAsync(UnitState.Idle, () => _kitchen.Control("clear"));
        await _kitchen.ResultAsync(1);
        _heard.Should().Equal(true);
    }

    [Fact]
    public async Task A_trip_that_stands_is_heard_before_the_unit_begins_however_late_the_broker_hands_it_over()
    {
        Trip(true);
        _kitchen.Broker.Late = Topics.InterlockTrip;

        await _kitchen.StartAsync(recover: Ask);

        var first = await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(frame => frame is { Epoch: 2, Unit: UnitState.Idle or UnitState.Execute or UnitState.Aborted }));
        first.Unit.Should().Be(UnitState.Aborted);
        _heard.Should().BeEmpty("what an earlier run left unfinished does not go on");
    }

    [Fact]
    public async Task A_program_that_is_taken_over_while_it_waits_says_so_at_once()
    {
        var before = _kitchen.Device.MadeSafe;
        var (starting, _) = await BeginAsync();
        var rival = new Birth("1", "tea", "other", new InstrumentIdentity("a", "b", "c", "d"), true, 1000, SchemaHashes.Of([], []), [], [], 1, _kitchen.Clock.GetUtcNow());

        _kitchen.Broker.Publish(BusMessage.Retained(TeaKitchen.Topics.Birth, rival));
        _kitchen.Broker.Publish(BusMessage.Retained(TeaKitchen.Topics.Liveness, new Liveness(true, 1000)));

        await FluentActions.Awaiting(() => starting.WaitAsync(TimeSpan.FromSeconds(10))).Should().ThrowAsync<FencedException>();
        _kitchen.Device.MadeSafe.Should().Be(before);
    }

    [Fact]
    public async Task A_program_that_the_broker_puts_out_while_it_waits_says_so_at_once()
    {
        var before = _kitchen.Device.MadeSafe;
        var (starting, _) = await BeginAsync();

        _kitchen.Bus.PutOut();

        await FluentActions.Awaiting(() => starting.WaitAsync(TimeSpan.FromSeconds(10))).Should().ThrowAsync<FencedException>();
        _kitchen.Device.MadeSafe.Should().Be(before);
    }

    /// <summary>A program that ends in the midst of an action.</summary>
    public Task InitializeAsync() => _kitchen.CrashInAnActionAsync();

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private async Task BeginAndEndAsync(Action stop)
    {
        var before = _kitchen.Device.MadeSafe;
        var (starting, usual) = await BeginAsync();
        stop();
        await Settled.UntilAsync(() => _kitchen.Device.MadeSafe > before);
        await Settled.SoonAsync();
        starting.IsCompleted.Should().BeFalse("nobody moves the clock");
        await _kitchen.CrashAsync();
        _kitchen.Place = usual;
        _heard.Should().BeEmpty();
    }

    /// <summary>A start that waits for a heartbeat, for as long as the clock stands.</summary>
    private async Task<(Task Starting, HostedInstrument Usual)> BeginAsync()
    {
        var usual = _kitchen.Place;
        _kitchen.Place = usual with { RequiresInterlock = true, LeaseClock = new FakeTimeProvider(), FirstHeartbeatWithin = TimeSpan.FromHours(1) };
        var starting = _kitchen.StartAsync(recover: Ask);
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth && FrameCodec.Decode<Birth>(message.Payload).Epoch == 2));
        return (starting, usual);
    }

    private Task<Recovery> Ask(StartedAction started, IActionScope scope, CancellationToken cancellation)
    {
        _heard.Add(started.WasMadeSafe);
        return Task.FromResult<Recovery>(new Recovery.Happened(ActionOutcome.Succeeded()));
    }

    private void Trip(bool tripped) => _kitchen.Broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "smoke", "Ada", _kitchen.Clock.GetUtcNow())));
}
