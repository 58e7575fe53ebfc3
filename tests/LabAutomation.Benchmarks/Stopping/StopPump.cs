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
/// <param name="way">To the broker.</param>
internal sealed class StopPump : IAsyncDisposable
{
    public const string Site = "hall";

    /// <summary>Of every host here: short, so that a round without a broker is.</summary>
    public static readonly TimeSpan BrokerLease = TimeSpan.FromSeconds(3);

    private readonly Benchtop _bench;
    private readonly DeviceLine _line;
    private readonly EmbeddedBroker _broker;
    private readonly LinkRelay _way;
    private readonly Journal _journal;
    private readonly bool _hangs;
    private HungDriver? _hung;
    private DriverHost? _host;

    public StopPump(string name, EmbeddedBroker broker, LinkRelay way, Journal journal, bool hangs = false)
    {
        (Name, _broker, _way, _journal, _hangs) = (name, broker, way, journal, hangs);
        var role = new PumpRole(Liquid.Water);
        _bench = new Benchtop(1, TimeProvider.System, null, new Dictionary<string, PumpRole> { [Name] = role });
        var faults = new DeviceFaults();
        _line = new DeviceLine(_bench, Name, new NewEraPump(_bench, Name, role, faults), faults);
    }

    public string Name { get; }

    public InstrumentTopics Topics => Protocol.Topics.Of(Site, Name);

    public DeviceFaults Faults => _line.Faults;

    public UnitState State => _host?.State ?? UnitState.Stopped;

    /// <summary>By the device's own state, not by what anybody says of it.</summary>
    public bool Moves => _bench.Do(() => _bench.State.Pumps[Name].Run?.Since is not null);

    /// <summary>Whether its driver hangs in an action.</summary>
    public bool Hangs => _hung is { Hangs: true } && State == UnitState.Execute;

    public async Task StartAsync()
    {
        var client = $"driver-{Name}";
        var account = _broker.Issue(client, BrokerAccess.ForDriver(Site, Name, client));
        var settings = new DriverSettings("new-era-ne1000", ImmutableSortedDictionary<string, string>.Empty.Add("diameter", "26.59"));
        var driver = DriverFamilies.BuiltIn.Create(settings, _ => Task.FromResult(_line.Connect()), TimeProvider.System, TimeProvider.System);
        if (_hangs) _hung = new HungDriver(driver);
        var place = new HostedInstrument(Site, Name, Simulated: true) { PropertyPeriod = TimeSpan.FromSeconds(0.5), BrokerLease = BrokerLease };
        _host = new DriverHost(place, _hung ?? driver, _journal, will => Connect(account, will), TimeProvider.System);
        await _host.StartAsync(CancellationToken.None);
    }

    /// <summary>The host halts where it stands; the device goes on. Whether it can take leave of the broker is for its way to say.</summary>
    public async Task HaltAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is { } host) await host.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await HaltAsync();
        _line.Unplug();
        _bench.Dispose();
    }

    private MqttLabBus Connect(BrokerAccount account, BusMessage will) => new(
        new MqttLabBusOptions { Host = "127.0.0.1", Port = _way.Port, ClientId = account.ClientId, UserName = account.UserName, Password = account.Password, Will = will },
        TimeProvider.System,
        NullLogger<MqttLabBus>.Instance);
}
