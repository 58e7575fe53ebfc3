using System.Collections.Immutable;
using LabAutomation.Hosting.Broker;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Benchmarks.Stopping;

/// <summary>One simulated syringe pump with its driver host and its own bus client. The device outlives the host.</summary>
internal sealed class StopPump : IAsyncDisposable
{
    public const string Site = "hall";

    private readonly Benchtop _bench;
    private readonly DeviceLine _line;
    private readonly EmbeddedBroker _broker;
    private readonly Journal _journal;
    private readonly bool _hangs;
    private DriverHost? _host;

    public StopPump(int number, EmbeddedBroker broker, Journal journal, bool hangs)
    {
        Name = $"pump-{number}";
        (_broker, _journal, _hangs) = (broker, journal, hangs);
        var role = new PumpRole(Liquid.Water);
        _bench = new Benchtop(number, TimeProvider.System, null, new Dictionary<string, PumpRole> { [Name] = role });
        var faults = new DeviceFaults();
        _line = new DeviceLine(_bench, Name, new NewEraPump(_bench, Name, role, faults), faults);
    }

    public string Name { get; }

    public InstrumentTopics Topics => Protocol.Topics.Of(Site, Name);

    public DeviceFaults Faults => _line.Faults;

    public UnitState State => _host?.State ?? UnitState.Stopped;

    /// <summary>By the device's own state, not by what anybody says of it.</summary>
    public bool Moves => _bench.Do(() => _bench.State.Pumps[Name].Run?.Since is not null);

    public async Task StartAsync()
    {
        var client = $"driver-{Name}";
        var account = _broker.Issue(client, BrokerAccess.ForDriver(Site, Name, client));
        var settings = new DriverSettings("new-era-ne1000", ImmutableSortedDictionary<string, string>.Empty.Add("diameter", "26.59"));
        var driver = DriverFamilies.BuiltIn.Create(settings, _ => Task.FromResult(_line.Connect()), TimeProvider.System, TimeProvider.System);
        var place = new HostedInstrument(Site, Name, Simulated: true) { PropertyPeriod = TimeSpan.FromSeconds(0.5) };
        _host = new DriverHost(place, _hangs ? new HungDriver(driver) : driver, _journal, will => Connect(account, will), TimeProvider.System);
        await _host.StartAsync(CancellationToken.None);
    }

    /// <summary>The host is gone from one moment to the next; the device goes on.</summary>
    public async Task KillAsync()
    {
        if (_host is { } host) await host.DisposeAsync();
        _host = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _line.Unplug();
        _bench.Dispose();
    }

    private MqttLabBus Connect(BrokerAccount account, BusMessage will) => new(
        new MqttLabBusOptions { Host = "127.0.0.1", Port = _broker.Port, ClientId = account.ClientId, UserName = account.UserName, Password = account.Password, Will = will },
        TimeProvider.System,
        NullLogger<MqttLabBus>.Instance);
}
