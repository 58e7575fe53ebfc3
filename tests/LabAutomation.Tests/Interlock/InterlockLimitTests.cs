using LabAutomation.Protocol;

namespace LabAutomation.Tests.Interlock;

/// <summary>Values beyond their limits, and values that are not heard or cannot be read, trip.</summary>
public sealed class InterlockLimitTests : InterlockStage
{
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
}
