using LabAutomation.Protocol;

namespace LabAutomation.Tests.Interlock;

/// <summary>A trip stands until a person takes it back, whatever becomes of interlock and broker.</summary>
public sealed class InterlockTripTests : InterlockStage
{
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

    /// <summary>What nobody has heard stops nobody; who misses the heartbeat stops.</summary>
    [Fact]
    public async Task A_trip_that_the_broker_refuses_ends_the_heartbeat_and_is_sent_again_until_it_is_taken()
    {
        await StartAsync();
        Temperature(20);
        await PassAsync(2);
        _broker.Refused = Topics.InterlockTrip;
        Temperature(200);
        await UntilSaysAsync("refused a message");
        var beats = Beats().Count;
        for (var k = 0; k < 10; k++) await PassAsync(0.5);
        (Beats().Count, Trips().Length).Should().Be((beats, 0));

        _broker.Refused = null;
        await PassAsync(0.5);
        (await TripAsync()).Reason.Should().Contain("temperature");
        for (var k = 0; k < 4; k++) await PassAsync(0.5);

        Beats().Count.Should().BeGreaterThan(beats, "all know of it now");
        Trips().Should().ContainSingle();
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
}
