using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;

namespace LabAutomation.Hosting;

/// <summary>The drivers of this lab, each hosted with its own bus client over one journal.</summary>
internal sealed class InstrumentRack : IAsyncDisposable
{
    private readonly List<DriverHost> _hosts = [];
    private readonly Journal _journal;
    private readonly string _site;
    private readonly TimeProvider _clock;
    private readonly ColourBench? _bench;

    /// <exception cref="LabException">The journal or the simulated bench cannot be opened.</exception>
    public InstrumentRack(string site, DataDirectory directory, SimulationOptions simulation, InstrumentListOptions instruments, TimeProvider clock)
    {
        (_site, _clock) = (site, clock);
        try
        {
            _journal = new Journal(directory.Journal);
        }
        catch (JournalException error)
        {
            throw new LabException(LabFault.Storage, error.Message, error);
        }

        if (instruments.Instruments.Any(instrument => instrument.Connection == InstrumentOptions.Simulated)) _bench = Bench(directory, simulation, clock);
    }

    /// <param name="connect">Makes the bus of a driver from its client id and last will.</param>
    /// <exception cref="LabException">A driver does not come up.</exception>
    public async Task StartAsync(IEnumerable<InstrumentOptions> instruments, Func<InstrumentOptions, BusMessage, ILabBus> connect, CancellationToken cancellation)
    {
        foreach (var instrument in instruments) _hosts.Add(Host(instrument, connect));
        await Task.WhenAll(_hosts.Select(host => host.StartAsync(cancellation)));
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
        try
        {
            await Task.WhenAll(_hosts.Select(StopAsync));
        }
        finally
        {
            _journal.Dispose();
            _bench?.Dispose();
        }

        async Task StopAsync(DriverHost host)
        {
            // A host that cannot write its journal, on a full disk for instance, would hold its results back for ever.
            await Task.WhenAny(host.StopAsync(patience.Token), Task.Delay(TimeSpan.FromSeconds(15), TimeProvider.System));
            await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), TimeProvider.System);
        }
    }

    private static ColourBench Bench(DataDirectory directory, SimulationOptions simulation, TimeProvider clock)
    {
        try
        {
            return new ColourBench(simulation.Seed, clock, directory.Devices);
        }
        catch (InvalidDataException error)
        {
            if (!error.Message.Contains("has seed", StringComparison.Ordinal)) throw new LabException(LabFault.Storage, $"the simulated bench in '{directory.Devices}' is damaged: {error.Message.Split(" Path: ")[0]}", error);
            throw new LabException(LabFault.Configuration, $"the simulated bench in '{directory.Devices}' does not fit Simulation:Seed={simulation.Seed}: {error.Message}", error);
        }
    }

    private DriverHost Host(InstrumentOptions instrument, Func<InstrumentOptions, BusMessage, ILabBus> connect)
    {
        try
        {
            var simulated = instrument.Connection == InstrumentOptions.Simulated;
            Func<CancellationToken, Task<Stream>> open = simulated ? _ => Task.FromResult(_bench!.Connect(instrument.Name)) : StreamConnector.Parse(instrument.Connection);
            var settings = new DriverSettings(instrument.Family, instrument.Settings.ToImmutableSortedDictionary(StringComparer.Ordinal));
            var driver = DriverFamilies.BuiltIn.Create(settings, open, _clock, TimeProvider.System);
            return new DriverHost(new HostedInstrument(_site, instrument.Name, simulated), driver, _journal, will => connect(instrument, will), _clock);
        }
        catch (DriverSettingsException error)
        {
            throw new LabException(LabFault.Configuration, $"instrument '{instrument.Name}': {error.Message}", error);
        }
    }
}
