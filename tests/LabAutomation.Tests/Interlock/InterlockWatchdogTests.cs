using System.Collections.Immutable;
using LabAutomation.Interlock;
using LabAutomation.Protocol;
using LabAutomation.Tests.Instruments.Hosts;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Interlock;

/// <summary>The interlock on a broker in memory, by a clock that the test moves.</summary>
public sealed class InterlockWatchdogTests : IAsyncLifetime
{
    private static readonly InstrumentTopics Pump = Topics.Of("bench-1", "pump");
    private static readonly InstrumentTopics Stirrer = Topics.Of("bench-1", "stirrer");

    private readonly string _folder = Directory.CreateTempSubdirectory("interlock").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeBroker _broker = new();
    private readonly List<string> _lines = [];
    private CancellationTokenSource _end = new();
    private Task _run = Task.CompletedTask;
    private FakeBus _bus = null!;
    private long _seq;

    [Fact]
    public async Task Heartbeats_come_with_rising_numbers_the_lease_and_the_hash_and_are_not_retained()
    {
        await StartAsync();
        for (var i = 0; i < 5; i++) await PassAsync(0.5);

        var beats = Beats();
        beats.Should().HaveCountGreaterThanOrEqualTo(5);
        beats.Select(beat => beat.Seq).Should().Equal(Enumerable.Range(1, beats.Count).Select(n => (long)n));
        beats.Should().OnlyContain(beat => beat.Lease == 2 && beat.Configuration.Length == 64);
        _broker.Published.Where(message => message.Topic == Topics.InterlockHeartbeat).Should().OnlyContain(message => !message.Retain && message.ExpirySeconds == 2);
    }

    [Fact]
    public async Task An_instrument_that_dies_trips_with_its_name_and_the_trip_is_retained()
    {
        await StartAsync();

        _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(false, 1)));

        var trip = await TripAsync();
        (trip.By, trip.Reason).Should().Be(("interlock", "pump must be alive, and is offline"));
        _broker.Retained.Should().ContainKey(Topics.InterlockTrip);
        (await UntilSaysAsync("TRIPPED")).Should().Contain("pump");
    }

    [Fact]
    public async Task A_death_of_an_earlier_epoch_is_none()
    {
        await StartAsync();
        Temperature(20);
        _broker.Publish(BusMessage.Retained(Pump.Birth, FrameCodec.Decode<Birth>(File.ReadAllBytes(BirthSample)) with { Epoch = 3 }));
        _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(true, 3)));

        _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(false, 2)));
        await PassAsync(1);

        Trips().Should().BeEmpty();
    }

    [Fact]
    public async Task An_instrument_that_never_appears_trips_when_the_grace_is_over()
    {
        await StartAsync(online: false);
        Temperature(20);

        await PassAsync(14);
        Trips().Should().BeEmpty();
        await PassAsync(2);

        (await TripAsync()).Reason.Should().Be("pump must be alive, and did not appear within 15 s");
    }

    [Fact]
    public async Task A_value_beyond_its_limit_trips_with_rule_and_value()
    {
        await StartAsync();
        Temperature(79);
        await PassAsync(1);
        Trips().Should().BeEmpty();

        Temperature(80.5);

        (await TripAsync()).Reason.Should().Be("'stirrer.temperature <= 80 °C' does not hold: it is 80.5 °C");
    }

    [Fact]
    public async Task A_value_that_is_not_heard_again_trips_and_one_that_the_host_calls_stale_is_not_heard()
    {
        await StartAsync();
        Temperature(20);
        await PassAsync(100);
        Temperature(20, Quality.Stale);

        await PassAsync(30);

        (await TripAsync()).Reason.Should().Contain("was not heard for").And.Contain("120 are allowed");
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_trips()
    {
        await StartAsync();

        _broker.Publish(new BusMessage(Stirrer.Property("temperature"), "{}"u8.ToArray()) { Retain = true });

        (await TripAsync()).Reason.Should().Contain("cannot be judged");
    }

    [Fact]
    public async Task A_trip_is_said_once_and_a_second_one_changes_nothing()
    {
        await StartAsync();
        _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(false, 1)));
        await TripAsync();

        Temperature(200);
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        await PassAsync(2);

        Trips().Where(trip => trip.By == "interlock").Should().ContainSingle();
    }

    [Fact]
    public async Task A_trip_outlives_the_interlock_where_the_broker_forgot_it()
    {
        await StartAsync();
        _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(false, 1)));
        await TripAsync();
        await StopAsync();
        _broker.ForgetRetained();

        await StartAsync();

        (await TripAsync(which: 2)).Reason.Should().Be("pump must be alive, and is offline");
    }

    [Fact]
    public async Task A_person_s_trip_outlives_the_interlock_too()
    {
        await StartAsync();
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("tripped by Ada: smoke");
        await StopAsync();
        _broker.ForgetRetained();

        await StartAsync();

        (await TripAsync(which: 2)).Should().BeEquivalentTo(new { Reason = "smoke", By = "Ada" });
    }

    [Fact]
    public async Task A_reset_that_came_while_the_interlock_was_away_is_a_disagreement_and_the_trip_stands()
    {
        await StartAsync();
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("tripped by Ada");
        await StopAsync();
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "all is well", "Ada", _clock.GetUtcNow())));

        await StartAsync();

        await UntilSaysAsync("the trip stands");
        (await TripAsync(which: 2)).Reason.Should().Be("smoke");
    }

    [Fact]
    public async Task A_state_file_that_cannot_be_read_is_a_trip()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "interlock.state.json"), "{");

        await StartAsync();

        (await TripAsync()).Reason.Should().Contain("state file").And.Contain("cannot be read");
    }

    [Fact]
    public async Task A_reset_with_name_and_reason_takes_the_trip_back_for_good()
    {
        await StartAsync();
        await PassAsync(2);
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("tripped by Ada");

        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "all is well", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("reset by Ada: all is well");
        await StopAsync();
        await StartAsync();
        await PassAsync(2);

        Trips().Should().ContainSingle("nothing tripped again");
    }

    [Fact]
    public async Task A_reset_that_follows_its_trip_counts_however_short_the_interlock_has_been_there()
    {
        await StartAsync();
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("tripped by Ada");

        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "a candle", "Ada", _clock.GetUtcNow())));

        await UntilSaysAsync("reset by Ada: a candle");
        Trips().Should().ContainSingle();
    }

    [Fact]
    public async Task The_interlock_s_own_trip_is_taken_back_once_the_broker_has_it()
    {
        await StartAsync();
        _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(false, 1)));
        await TripAsync();
        _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(true, 1)));

        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "plugged in again", "Ada", _clock.GetUtcNow())));

        await UntilSaysAsync("reset by Ada: plugged in again");
    }

    [Fact]
    public async Task A_reset_that_came_while_the_broker_was_away_from_the_interlock_is_a_disagreement_however_late_it_is_back()
    {
        await StartAsync();
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("tripped by Ada");
        _bus.Lose();
        await UntilSaysAsync("the broker is away");
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "all is well", "Ada", _clock.GetUtcNow())));
        await PassAsync(5);

        _bus.Return();

        await UntilSaysAsync("the trip stands");
        (await TripAsync(which: 2)).Reason.Should().Be("smoke");
    }

    [Theory]
    [InlineData("", "all is well")]
    [InlineData("Ada", "")]
    public async Task A_reset_without_a_name_or_a_reason_is_answered_with_the_trip(string by, string reason)
    {
        await StartAsync();
        await PassAsync(2);
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));

        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, reason, by, _clock.GetUtcNow())));

        (await TripAsync(which: 2)).Reason.Should().Be("smoke");
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_at_great_length_trips_and_the_trip_is_kept()
    {
        await StartAsync();
        var payload = System.Text.Encoding.UTF8.GetBytes($$"""{"{{new string('\u007f', 200_000)}}":1}""");

        _broker.Publish(new BusMessage(Stirrer.Property("temperature"), payload) { Retain = true });

        (await TripAsync()).Reason.Should().Contain("cannot be judged").And.Match(reason => reason.Length <= ForeignText.Longest + 1);
        await StopAsync();
        await StartAsync();
        await UntilSaysAsync("still tripped by interlock");
    }

    [Fact]
    public async Task A_person_s_trip_for_a_reason_without_end_is_kept_too()
    {
        await StartAsync();

        _broker.Publish(new BusMessage(Topics.InterlockTrip, System.Text.Encoding.UTF8.GetBytes($$"""{"tripped":true,"reason":"{{new string('\u007f', 300_000)}}","by":"Ada","at":"2026-03-01T12:00:00Z"}""")) { Retain = true });

        await UntilSaysAsync("tripped by Ada");
        await StopAsync();
        await StartAsync();
        await UntilSaysAsync("still tripped by Ada");
    }

    [Fact]
    public async Task A_trip_that_cannot_be_read_counts_as_one()
    {
        await StartAsync();

        _broker.Publish(new BusMessage(Topics.InterlockTrip, "?"u8.ToArray()) { Retain = true });

        (await TripAsync()).Reason.Should().Contain("cannot be read");
    }

    [Fact]
    public async Task A_broker_that_comes_back_is_told_the_trip_again_and_hears_no_old_heartbeat()
    {
        await StartAsync();
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("tripped by Ada");
        _bus.Lose();
        await UntilSaysAsync("the broker is away");
        var before = Beats().Count;
        for (var i = 0; i < 10; i++) await PassAsync(0.5);
        Beats().Should().HaveCount(before);
        _broker.ForgetRetained();

        _bus.Return();

        (await TripAsync(which: 2)).Reason.Should().Be("smoke");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string BirthSample => Path.Combine(House.Repository.At("tests"), "LabAutomation.Tests", "Protocol", "Frames", "birth.verified.json");

    private async Task StartAsync(bool online = true)
    {
        var path = Path.Combine(_folder, "interlock.json");
        await File.WriteAllTextAsync(path, """{ "site": "bench-1", "broker": { "host": "127.0.0.1", "userName": "interlock" }, "alive": ["pump"], "limits": ["stirrer.temperature <= 80 °C"] }""");
        if (online) _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(true, 1)));
        _end = new CancellationTokenSource();
        lock (_lines) _lines.Clear();
        _bus = _broker.Connect(BusMessage.Cleared("none"));
        _run = new InterlockWatchdog(InterlockConfiguration.Read(path), _bus, _clock, Say).RunAsync(_end.Token);
        await UntilSaysAsync("watching");
    }

    private async Task StopAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _run;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        if (_bus is not null) await _bus.DisposeAsync();
    }

    private void Say(string line)
    {
        lock (_lines) _lines.Add(line);
    }

    private async Task<string> UntilSaysAsync(string text)
    {
        for (var i = 0; i < 2000; i++)
        {
            lock (_lines)
            {
                if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } said) return said;
            }

            await Settled.SoonAsync();
        }

        throw new TimeoutException($"the interlock never said '{text}': {string.Join('\n', _lines)}");
    }

    private async Task PassAsync(double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await Settled.SoonAsync();
    }

    private void Temperature(double value, Quality quality = Quality.Good) =>
        _broker.Publish(BusMessage.Retained(Stirrer.Property("temperature"), new PropertyFrame(Quantity.Of(value, "°C"), quality, ++_seq, _clock.GetUtcNow())));

    private List<HeartbeatFrame> Beats() => [.. _broker.Published.Where(message => message.Topic == Topics.InterlockHeartbeat).Select(message => FrameCodec.Decode<HeartbeatFrame>(message.Payload))];

    private ImmutableArray<TripFrame> Trips() => TripsIn(_broker.Published);

    private Task<TripFrame> TripAsync(int which = 1) => _broker.SeeAsync(all => TripsIn(all).Skip(which - 1).FirstOrDefault());

    private static ImmutableArray<TripFrame> TripsIn(IEnumerable<BusMessage> all) =>
        [.. all.Where(message => message.Topic == Topics.InterlockTrip && message.Payload.Length > 1).Select(message => FrameCodec.Decode<TripFrame>(message.Payload)).Where(frame => frame.Tripped)];
}
