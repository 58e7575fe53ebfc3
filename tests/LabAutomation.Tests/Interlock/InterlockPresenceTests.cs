using LabAutomation.Protocol;

namespace LabAutomation.Tests.Interlock;

/// <summary>The interlock says that it lives, and instruments that do not trip.</summary>
public sealed class InterlockPresenceTests : InterlockStage
{
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
}
