using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Stirring;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Wire;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A stop while a plate begins to heat and its answers come late: no heater is on after the unit has said that it is safe.</summary>
public sealed class HeatBesideStopTests : IDisposable
{
    private static readonly InstrumentTopics Topics = LabAutomation.Protocol.Topics.Of("site", "it");
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(300);

    private readonly string _folder = Directory.CreateTempSubdirectory("heat-beside").FullName;
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Milliseconds after the command, over its first answers; a plate that is there already and one that is not.</summary>
    public static TheoryData<int, double> Moments()
    {
        var data = new TheoryData<int, double>();
        foreach (var target in (double[])[22, 200])
        {
            for (var after = 10; after < 1000; after += 60) data.Add(after, target);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void The_heater_is_off_and_stays_off(int after, double target)
    {
        var loop = new VirtualLoop(_clock);
        loop.Run(async () =>
        {
            var broker = new SimulatedBroker(_clock);
            using var journal = new Journal(Path.Combine(_folder, "journal.db"), isDurable: false);
            using var bench = new Benchtop(3, _clock, null, new Dictionary<string, PumpRole>());
            var line = new DeviceLine(bench, "stirrer", new IkaStirrer(bench, "stirrer"), new DeviceFaults { Late = Late });
            var driver = ConformingFamilies.Driver("ika-namur", _ => Task.FromResult<Stream>(line.Connect()), _clock, _clock);
            await using var bus = broker.CreateBus("lab");
            await bus.StartAsync(CancellationToken.None);
            await using var host = new DriverHost(new HostedInstrument("site", "it", Simulated: true) { LeaseClock = _clock }, driver, journal, will => broker.CreateBus("driver", will), _clock);
            await host.StartAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(5), _clock);
            var command = new CommandMessage(ActionId.Derive("it", 1, "heat", 0, 0), "heat", new CommandFrame(Commands.Arguments(("temperature", target, "°C")), _clock.GetUtcNow().AddHours(1)), "lab/1/clients/lab/reply", "lab", null, null);
            await bus.PublishAsync(command.ToBusMessage(Topics, 3600), CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(after), _clock);

            await bus.PublishAsync(BusMessage.Of(Topics.Control("abort"), new ControlFrame(null, "Ada", "because", _clock.GetUtcNow())), CancellationToken.None);
            while (host.State != UnitState.Aborted) await Task.Delay(TimeSpan.FromMilliseconds(1), _clock);

            for (var k = 0; k < 60; k++, await Task.Delay(TimeSpan.FromMilliseconds(100), _clock)) bench.Do(() => bench.State.Stirrer.Heats).Should().BeFalse("the unit has said that it is safe");
            host.Completion.IsCompleted.Should().BeFalse();
        });
        loop.FirstFromOutside.Should().BeNull();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
