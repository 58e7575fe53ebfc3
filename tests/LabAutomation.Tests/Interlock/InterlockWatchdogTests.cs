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
    private Action<string> _saying = _ => { };
    private bool _answers = true;
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
        _answers = false;
        await StartAsync(online: false);
        Temperature(20);

        await PassAsync(14);
        Trips().Should().BeEmpty();
        await PassAsync(2);

        (await TripAsync()).Reason.Should().Be("pump must be alive, and did not appear within 15 s");
    }

    [Fact]
    public async Task What_the_broker_keeps_of_a_driver_that_died_before_the_start_is_no_sign_of_life()
    {
        _answers = false;
        await StartAsync();
        Temperature(20);

        await PassAsync(14);
        Trips().Should().BeEmpty();
        await PassAsync(2);

        (await TripAsync()).Reason.Should().Be("pump must be alive, and did not answer within 15 s; what was told of it before counts no more");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_driver_that_dies_while_the_broker_is_away_trips_when_the_grace_is_over_whatever_the_broker_kept(bool keeps)
    {
        await StartAsync();
        Temperature(20);
        await PassAsync(20);
        Trips().Should().BeEmpty("it was there, and answered");
        _bus.Lose();
        await UntilSaysAsync("the broker is away");

        _answers = false;
        if (!keeps) _broker.ForgetRetained();
        _bus.Return();
        await UntilSaysAsync("the broker is there again");
        await PassAsync(14);
        Trips().Should().BeEmpty();
        await PassAsync(2);

        (await TripAsync()).Reason.Should().StartWith("pump must be alive, and did not answer within 15 s");
    }

    [Fact]
    public async Task A_liveness_that_waited_for_the_interlock_in_its_session_is_no_answer()
    {
        await StartAsync();
        Temperature(20);
        _bus.Lose();
        await UntilSaysAsync("the broker is away");
        _answers = false;
        _broker.Coming = message =>
        {
            if (message.Topic == Pump.Event) SayOnline();
        };

        _bus.Return();
        await UntilSaysAsync("the broker is there again");
        await PassAsync(16);

        (await TripAsync()).Reason.Should().StartWith("pump must be alive, and did not answer");
    }

    [Fact]
    public async Task What_comes_before_the_question_is_back_is_no_answer_and_the_driver_is_asked_again_until_it_answers_and_no_longer()
    {
        _answers = false;
        var asked = 0;
        _broker.Coming = message =>
        {
            if (message.Topic == Pump.Event && ++asked == 1) SayOnline();
        };
        await StartAsync();
        Temperature(20);
        asked.Should().Be(1);

        await PassAsync(2.5);
        asked.Should().Be(1, "a moment ago it was asked");
        _answers = true;
        await PassAsync(0.5);
        asked.Should().Be(2);
        for (var i = 0; i < 14; i++) await PassAsync(1);

        Trips().Should().BeEmpty();
        asked.Should().Be(2, "it has answered");
    }

    [Fact]
    public async Task A_driver_that_answers_when_the_broker_is_back_or_after_a_reset_keeps_the_lab_at_work()
    {
        await StartAsync();
        Temperature(20);
        _bus.Lose();
        await UntilSaysAsync("the broker is away");
        _broker.ForgetRetained();
        _bus.Return();
        await UntilSaysAsync("the broker is there again");
        await PassAsync(20);
        Trips().Should().BeEmpty();

        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("tripped by Ada");
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "all is well", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("reset by Ada");
        await PassAsync(20);

        Trips().Should().ContainSingle();
    }

    [Fact]
    public async Task A_driver_that_starts_within_the_grace_is_alive_by_its_own_word()
    {
        _answers = false;
        await StartAsync(online: false);
        Temperature(20);
        await PassAsync(10);

        SayOnline();
        await PassAsync(10);

        Trips().Should().BeEmpty();
    }

    [Theory]
    [InlineData("oven", false)]
    [InlineData("stirrer", true)]
    public async Task Nothing_that_no_rule_names_is_kept_and_more_than_can_be_judged_trips(string instrument, bool trips)
    {
        await StartAsync();
        Temperature(20);
        using var judging = new ManualResetEventSlim();
        _saying = line =>
        {
            if (line.Contains("reset by Ada", StringComparison.Ordinal)) judging.Wait();
        };
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "a candle", "Ada", _clock.GetUtcNow())));
        await UntilSaysAsync("reset by Ada");

        var empty = new BusMessage(Topics.Of("bench-1", instrument).Property("temperature"), default);
        for (var i = 0; i < (64 << 20) / 512; i++) _broker.Publish(empty);
        _broker.Publish(empty);
        judging.Set();
        await PassAsync(1);

        if (trips) (await TripAsync(which: 2)).Reason.Should().Be("more was told of the instruments than can be judged: over 64 MiB waited");
        else Trips().Should().ContainSingle();
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
    public async Task A_value_that_is_not_heard_again_trips_and_one_that_the_host_calls_stale_or_tells_again_is_not_heard()
    {
        await StartAsync();
        var measured = Temperature(20);
        await PassAsync(100);
        Temperature(20, Quality.Stale);
        _broker.Publish(BusMessage.Retained(Stirrer.Property("temperature"), measured with { Seq = ++_seq }));
        await PassAsync(0.5);

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
    [InlineData("agents", "all is well")]
    [InlineData(" Agents ", "all is well")]
    [InlineData("interlock", "all is well")]
    [InlineData("Ada", "")]
    public async Task A_reset_without_a_person_s_name_or_a_reason_is_answered_with_the_trip(string by, string reason)
    {
        await StartAsync();
        await PassAsync(2);
        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())));

        _broker.Publish(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, reason, by, _clock.GetUtcNow())));

        (await TripAsync(which: 2)).Reason.Should().Be("smoke");
        await UntilSaysAsync("the trip stands");
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
        if (online) SayOnline();
        _end = new CancellationTokenSource();
        lock (_lines) _lines.Clear();
        _bus = _broker.Connect(BusMessage.Cleared("none"));
        _broker.HandedOn = message =>
        {
            if (_answers && message.Topic == Pump.Event) SayOnline();
        };
        _run = new InterlockWatchdog(InterlockConfiguration.Read(path), _bus, _clock, Say).RunAsync(_end.Token);
        await UntilSaysAsync("watching");
    }

    private void SayOnline() => _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(true, 1)));

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
        _saying(line);
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

    private PropertyFrame Temperature(double value, Quality quality = Quality.Good)
    {
        var frame = new PropertyFrame(Quantity.Of(value, "°C"), quality, ++_seq, _clock.GetUtcNow());
        _broker.Publish(BusMessage.Retained(Stirrer.Property("temperature"), frame));
        return frame;
    }

    private List<HeartbeatFrame> Beats() => [.. _broker.Published.Where(message => message.Topic == Topics.InterlockHeartbeat).Select(message => FrameCodec.Decode<HeartbeatFrame>(message.Payload))];

    private ImmutableArray<TripFrame> Trips() => TripsIn(_broker.Published);

    private Task<TripFrame> TripAsync(int which = 1) => _broker.SeeAsync(all => TripsIn(all).Skip(which - 1).FirstOrDefault());

    private static ImmutableArray<TripFrame> TripsIn(IEnumerable<BusMessage> all) =>
        [.. all.Where(message => message.Topic == Topics.InterlockTrip && message.Payload.Length > 1).Select(message => FrameCodec.Decode<TripFrame>(message.Payload)).Where(frame => frame.Tripped)];
}
