using System.Collections.Immutable;
using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Simulators;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The kit passes the drivers that come with the lab, and does not pass what does not keep the contract.</summary>
public sealed class DriverConformanceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("pump-cyan", "new-era-ne1000")]
    [InlineData("stirrer", "ika-namur")]
    [InlineData("spectrometer", "scpi-spectrometer")]
    public async Task A_driver_that_comes_with_the_lab_passes_and_no_device_moves(string device, string family)
    {
        using var folder = new TemporaryFolder();
        using var bench = new ColourBench(1, TimeProvider.System);
        using var journal = new Journal(folder.At("journal.db"));
        var broker = new SimulatedBroker(TimeProvider.System);
        var settings = new DriverSettings(family, family == "new-era-ne1000" ? ImmutableSortedDictionary<string, string>.Empty.Add("diameter", "26.59") : ImmutableSortedDictionary<string, string>.Empty);
        var driver = DriverFamilies.BuiltIn.Create(settings, _ => Task.FromResult(bench.Connect(device)), TimeProvider.System, TimeProvider.System);
        await using var host = new DriverHost(new HostedInstrument("bench", device, true), driver, journal, will => broker.CreateBus($"driver-{device}", will), TimeProvider.System);
        await host.StartAsync(CancellationToken.None);

        var verdicts = await CheckAsync(broker, device);

        verdicts.Should().OnlyContain(verdict => verdict.Passed).And.HaveCountGreaterThanOrEqualTo(11);
        bench.Effects.All.Should().BeEmpty();
    }

    [Theory]
    [InlineData("mettler-mtsics", "", "")]
    [InlineData("modbus-thermostat", "framing", "tcp")]
    [InlineData("modbus-thermostat", "framing", "rtu")]
    public async Task A_driver_of_a_device_that_stands_alone_passes_and_nothing_happens_to_it(string family, string key, string value)
    {
        using var folder = new TemporaryFolder();
        var settings = ImmutableSortedDictionary<string, string>.Empty;
        if (key.Length > 0) settings = settings.Add(key, value);
        using var device = new SimulatedDevice(family, 1, TimeProvider.System, settings: settings);
        using var journal = new Journal(folder.At("journal.db"));
        var broker = new SimulatedBroker(TimeProvider.System);
        var driver = DriverFamilies.BuiltIn.Create(new DriverSettings(family, settings), _ => Task.FromResult(device.Connect()), TimeProvider.System, TimeProvider.System);
        await using var host = new DriverHost(new HostedInstrument("bench", "alone", true), driver, journal, will => broker.CreateBus("driver-alone", will), TimeProvider.System);
        await host.StartAsync(CancellationToken.None);

        var verdicts = await CheckAsync(broker, "alone");

        verdicts.Should().OnlyContain(verdict => verdict.Passed).And.HaveCountGreaterThanOrEqualTo(11);
        device.Effects.All.Should().BeEmpty();
    }

    [Fact]
    public async Task A_driver_that_is_not_there_fails()
    {
        var verdicts = await CheckAsync(new SimulatedBroker(TimeProvider.System), "nobody");

        verdicts.Where(verdict => !verdict.Passed).Select(verdict => verdict.Id).Should().Equal(1, 9, 16);
    }

    [Fact]
    public async Task A_birth_that_is_wrong_and_a_driver_that_never_answers_fail_by_id()
    {
        var broker = new SimulatedBroker(TimeProvider.System);
        var topics = Topics.Of("bench", "liar");
        await using var liar = broker.CreateBus("driver-liar");
        await liar.StartAsync(CancellationToken.None);
        var dose = new CommandDescription("dose", "", LabAutomation.Protocol.Effect.Consume, [new ParameterDescription("volume", "", Unit.Parse("mL"), 5, 1)], [], 1);
        await liar.PublishAsync(BusMessage.Retained(topics.Birth, new Birth("1", "someone-else", "x", new InstrumentIdentity("", "", "", ""), true, 0, "wrong", [dose], [], 2, DateTimeOffset.UnixEpoch)), CancellationToken.None);

        var verdicts = await CheckAsync(broker, "liar");

        verdicts.Where(verdict => !verdict.Passed).Select(verdict => verdict.Id).Should().Equal(4, 5, 7, 8, 9, 16, 22, 23, 24);
    }

    private static async Task<ImmutableArray<ConformanceVerdict>> CheckAsync(SimulatedBroker broker, string instrument)
    {
        await using var bus = broker.CreateBus("conformance");
        await bus.StartAsync(CancellationToken.None);
        return await new DriverConformance(bus, Topics.Of("bench", instrument), TimeProvider.System, Patience).CheckAsync(CancellationToken.None);
    }
}
