using LabAutomation.Interlock;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Interlock;

/// <summary>A person's stop where the broker is slow to hand out what it has stored.</summary>
public sealed class StopTests
{
    private static readonly InstrumentTopics Centrifuge = Topics.Of("bench-1", "centrifuge");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task An_instrument_of_which_the_broker_tells_late_is_not_left_out()
    {
        var broker = new SimulatedBroker(_clock);
        await using var instruments = broker.CreateBus("instruments");
        await instruments.StartAsync(CancellationToken.None);
        await instruments.PublishAsync(BusMessage.Retained(Centrifuge.Liveness, new Liveness(false, 1)), CancellationToken.None);
        await using var bus = new LaggingBus(broker.CreateBus("person"));
        await bus.StartAsync(CancellationToken.None);

        var stop = new Stop(bus, _clock).TripAsync("anna", "smoke", () => { }, CancellationToken.None);
        for (var turn = 0; turn < 20; turn++) await PassAsync();
        stop.IsCompleted.Should().BeFalse("two seconds are over, and the broker has not told yet what it knows");
        bus.HandOut();
        await EndAsync(stop);

        var answer = (await stop).Should().ContainSingle().Which;
        (answer.Instrument, answer.SafeAfter).Should().Be(("centrifuge", null));
        answer.Why.Should().StartWith("offline");
    }

    [Fact]
    public async Task Who_may_not_read_the_trip_still_trips_and_hears_of_every_instrument()
    {
        var broker = new SimulatedBroker(_clock);
        await using var instruments = broker.CreateBus("instruments");
        await instruments.StartAsync(CancellationToken.None);
        await instruments.PublishAsync(BusMessage.Retained(Centrifuge.Liveness, new Liveness(false, 1)), CancellationToken.None);
        await using var bus = broker.CreateBus("person", access: new BrokerAccess([Topics.InterlockTrip], [Topics.EveryEvent, Topics.EveryState, Topics.EveryLiveness, Topics.EveryBirth]));
        await bus.StartAsync(CancellationToken.None);

        var stop = new Stop(bus, _clock).TripAsync("anna", "smoke", () => { }, CancellationToken.None);
        for (var turn = 0; turn < 400 && !stop.IsCompleted; turn++) await PassAsync();

        (await stop).Should().ContainSingle().Which.Instrument.Should().Be("centrifuge");
    }

    [Fact]
    public async Task Of_two_instruments_of_one_name_the_one_that_is_not_safe_is_named_with_its_site()
    {
        var broker = new SimulatedBroker(_clock);
        await using var instruments = broker.CreateBus("instruments");
        await instruments.StartAsync(CancellationToken.None);
        foreach (var site in (string[])["east", "west"])
        {
            await instruments.PublishAsync(BusMessage.Retained(Topics.Of(site, "pump").Liveness, new Liveness(true, 1)), CancellationToken.None);
            await instruments.PublishAsync(State(site, 1, UnitState.Execute), CancellationToken.None);
        }

        await instruments.SubscribeAsync(Topics.InterlockTrip, _ => instruments.PublishAsync(State("east", 2, UnitState.Aborted), CancellationToken.None), CancellationToken.None);
        await using var bus = broker.CreateBus("person");
        await bus.StartAsync(CancellationToken.None);

        var stop = new Stop(bus, _clock).TripAsync("anna", "smoke", () => { }, CancellationToken.None);
        for (var turn = 0; turn < 400 && !stop.IsCompleted; turn++) await PassAsync();

        (await stop).Select(answer => (answer.Instrument, IsSafe: answer.SafeAfter is not null)).Should().Equal(("east/pump", true), ("west/pump", false));

        BusMessage State(string site, long seq, UnitState unit) => BusMessage.Retained(Topics.Of(site, "pump").State, new StateFrame(DeviceState.Operate, unit, seq, 1, null, _clock.GetUtcNow()));
    }

    [Fact]
    public async Task The_time_until_an_instrument_is_safe_is_that_at_which_its_word_arrived_and_not_that_at_which_it_was_read()
    {
        var broker = new SimulatedBroker(_clock);
        await using var instruments = broker.CreateBus("instruments");
        await instruments.StartAsync(CancellationToken.None);
        await instruments.PublishAsync(BusMessage.Retained(Centrifuge.Liveness, new Liveness(true, 1)), CancellationToken.None);
        await instruments.PublishAsync(State(1, UnitState.Execute), CancellationToken.None);
        await using var bus = new LaggingBus(broker.CreateBus("person"));
        await bus.StartAsync(CancellationToken.None);
        await instruments.SubscribeAsync(Topics.InterlockTrip, _ =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(30));
            instruments.PublishAsync(State(2, UnitState.Aborted), CancellationToken.None);
        }, CancellationToken.None);

        // Nothing is read before the trip was handed over: all of it arrives here, and five seconds pass until somebody looks at it.
        var stop = new Stop(bus, _clock).TripAsync("anna", "smoke", () =>
        {
            SpinWait.SpinUntil(() => bus.Held(Centrifuge.State) == 2, TimeSpan.FromSeconds(30)).Should().BeTrue();
            bus.HandOut();
            _clock.Advance(TimeSpan.FromSeconds(5));
        }, CancellationToken.None);
        await EndAsync(stop);

        (await stop).Should().ContainSingle().Which.SafeAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(30)).And.BeLessThan(TimeSpan.FromSeconds(5));

        BusMessage State(long seq, UnitState unit) => BusMessage.Retained(Centrifuge.State, new StateFrame(DeviceState.Operate, unit, seq, 1, null, _clock.GetUtcNow()));
    }

    [Fact]
    public async Task With_no_instrument_at_all_nobody_waits_for_one()
    {
        await using var bus = new SimulatedBroker(_clock).CreateBus("person");
        await bus.StartAsync(CancellationToken.None);

        var stop = new Stop(bus, _clock).TripAsync("anna", "smoke", () => { }, CancellationToken.None);
        await EndAsync(stop);

        _clock.GetUtcNow().Second.Should().BeLessThan(10, "it does not wait for what the broker does not have");
        (await stop).Should().BeEmpty();
    }

    /// <summary>Time passes until it has ended; on a busy machine that takes many turns.</summary>
    private async Task EndAsync(Task stop)
    {
        for (var turn = 0; turn < 2000 && !stop.IsCompleted; turn++)
        {
            await Settled.SoonAsync();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private async Task PassAsync()
    {
        await Settled.SoonAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Holds back what comes, in its order, until it is let go.</summary>
    private sealed class LaggingBus(ILabBus inner) : ILabBus
    {
        private readonly Queue<(string Topic, Action Deliver)> _held = [];
        private bool _isLet;

        public event Action<bool>? ConnectionChanged
        {
            add => inner.ConnectionChanged += value;
            remove => inner.ConnectionChanged -= value;
        }

        public string ClientId => inner.ClientId;

        public bool IsConnected => inner.IsConnected;

        public Task TakenOver => inner.TakenOver;

        public Task StartAsync(CancellationToken cancellation) => inner.StartAsync(cancellation);

        public Task PublishAsync(BusMessage message, CancellationToken cancellation) => inner.PublishAsync(message, cancellation);

        public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation) => inner.SubscribeAsync(filter, message => Hold(message.Topic, () => handler(message)), cancellation);

        public int Held(string topic)
        {
            lock (_held) return _held.Count(held => held.Topic == topic);
        }

        public void HandOut()
        {
            lock (_held)
            {
                _isLet = true;
                while (_held.TryDequeue(out var held)) held.Deliver();
            }
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private void Hold(string topic, Action deliver)
        {
            lock (_held)
            {
                if (_isLet) deliver();
                else _held.Enqueue((topic, deliver));
            }
        }
    }
}
