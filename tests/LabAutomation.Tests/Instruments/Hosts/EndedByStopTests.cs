using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A program that was killed in the midst of a command and comes back under a trip ends it with the device made safe. Once a person has cleared the unit, that is the cause which is told, and one clear is enough.</summary>
public sealed class EndedByStopTests : IDisposable
{
    private static readonly InstrumentTopics Topics = LabAutomation.Protocol.Topics.Of("site", "it");

    private readonly string _folder = Directory.CreateTempSubdirectory("ended").FullName;
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Journal _journal;

    public EndedByStopTests() => _journal = new Journal(Path.Combine(_folder, "journal.db"), isDurable: false);

    [Theory]
    [InlineData("new-era-ne1000", 20, "mL")]
    [InlineData("quantos-mtsics", 20, "mg")]
    [InlineData("eurotherm-furnace", 20, "the heating is off")]
    [InlineData("preciseflex-tcs", 0, "the crucible")]
    [InlineData("opentrons-http", 0, "the last step that was done")]
    [InlineData("http-beamline", 0, "frames")]
    public void The_stop_is_the_cause_and_one_clear_is_enough(string family, double secondsIn, string says)
    {
        var loop = new VirtualLoop(_clock);
        loop.Run(() => CheckAsync(family, TimeSpan.FromSeconds(secondsIn), says));
        loop.FirstFromOutside.Should().BeNull();
    }

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task CheckAsync(string family, TimeSpan into, string says)
    {
        var broker = new SimulatedBroker(_clock);
        using var stand = Stand.Of(family, _clock);
        await using var person = broker.CreateBus("person");
        await person.StartAsync(CancellationToken.None);
        var results = new List<ResultFrame>();
        await person.SubscribeAsync($"lab/1/{Topics.Site}/{Topics.Instrument}/exec/+/result", message =>
        {
            if (!message.Payload.IsEmpty) results.Add(FrameCodec.Decode<ResultFrame>(message.Payload));
        }, CancellationToken.None);
        var clears = 0;
        await person.SubscribeAsync(Topics.Event, message => clears += FrameCodec.Decode<EventFrame>(message.Payload).Kind == "cleared" ? 1 : 0, CancellationToken.None);

        await using (var first = await StartAsync(family, stand, broker))
        {
            await UntilAsync(() => first.State == UnitState.Idle);
            var sample = stand.Sample ?? ConformingFamilies.SampleOf(family).Long ?? ConformingFamilies.SampleOf(family).Brief!;
            var command = new CommandMessage(ActionId.Derive("it", 1, sample.Command, 0, 0), sample.Command, new CommandFrame(sample.Arguments, _clock.GetUtcNow().AddHours(1)), "lab/1/clients/person/reply", "person", null, null);
            await person.PublishAsync(command.ToBusMessage(Topics, 3600), CancellationToken.None);
            await UntilAsync(() => first.State == UnitState.Execute && !stand.IsAtRest());
            await Task.Delay(into, _clock);
        }

        stand.IsAtRest().Should().BeFalse("a crash stops nothing");
        await TripAsync(person, true);
        await using var second = await StartAsync(family, stand, broker);
        await UntilAsync(() => second.State == UnitState.Aborted && stand.IsAtRest());
        results.Should().BeEmpty("it is asked about when somebody has cleared the unit");

        await TripAsync(person, false);
        await person.PublishAsync(BusMessage.Of(Topics.Control("clear"), new ControlFrame(null, "Ada", "it was a candle", _clock.GetUtcNow())), CancellationToken.None);
        await UntilAsync(() => results.Count > 0);
        await Task.Delay(TimeSpan.FromSeconds(5), _clock);

        (results[0].Status, results[0].Cause, results[0].Message).Should().Match<(ActionStatus Status, CauseCode Cause, string Message)>(it =>
            it.Status == ActionStatus.Cancelled && it.Cause == CauseCode.EmergencyStop && it.Message.StartsWith("ended as the device was made safe, ") && it.Message.Contains(says), results[0].Message);
        (second.State, clears, results.Count).Should().Be((UnitState.Idle, 1, 1));
    }

    private async Task<DriverHost> StartAsync(string family, Stand stand, SimulatedBroker broker)
    {
        var driver = ConformingFamilies.Driver(family, _ => Task.FromResult(stand.Connect()), _clock, _clock);
        var host = new DriverHost(new HostedInstrument("site", "it", Simulated: true) { LeaseClock = _clock }, driver, _journal, will => broker.CreateBus("driver", will), _clock);
        await host.StartAsync(CancellationToken.None);
        return host;
    }

    private Task TripAsync(SimulatedBus person, bool isTripped) =>
        person.PublishAsync(BusMessage.Retained(LabAutomation.Protocol.Topics.InterlockTrip, new TripFrame(isTripped, "smoke", "Ada", _clock.GetUtcNow())), CancellationToken.None);

    private async Task UntilAsync(Func<bool> holds)
    {
        for (var due = _clock.GetUtcNow() + TimeSpan.FromHours(1); !holds(); await Task.Delay(TimeSpan.FromMilliseconds(10), _clock)) _clock.GetUtcNow().Should().BeOnOrBefore(due);
    }
}
