using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>Drivers on the machine beside their instruments, for a lab elsewhere. A broker that is away is called again and again; the drivers keep what they have to tell.</summary>
public sealed class DriverStation(
    IOptions<StationOptions> station,
    BrokerLinkOptions link,
    IOptions<SimulationOptions> simulation,
    IOptions<InstrumentListOptions> instruments,
    InstrumentFamilies families,
    ILoggerFactory logging) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Exception> _fallen = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _allFell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DataDirectory? _directory;
    private InstrumentRack? _rack;

    /// <summary>Raised when a unit is in trouble or out of it. A handler returns at once.</summary>
    public event Action<StationNotice>? Noticed;

    public string Site => station.Value.Site;

    /// <summary>Such as <c>lab.example.org:8883</c>.</summary>
    public string Broker => $"{link.Host}:{link.EffectivePort}{(link.Tls.IsUsed ? " (TLS)" : "")}";

    public IReadOnlyList<InstrumentOptions> Instruments => instruments.Value.Instruments;

    /// <summary>Reads every option and every file that they name, without touching a device or the broker.</summary>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    /// <exception cref="LabException">An option of the link is wrong, a file cannot be used, or there is nothing to drive.</exception>
    public void Check()
    {
        _ = (station.Value, simulation.Value);
        if (Instruments.Count == 0) throw Wrong("Instruments is empty; there is nothing to drive");
        if (Instruments.FirstOrDefault(instrument => instrument.IsRemote) is { } remote)
            throw Wrong($"instrument '{remote.Name}' is remote: the file of 'lab drive' says how its driver reaches the device, which no other program does");
        if (simulation.Value is { Speed: > 1, From: null })
            throw Wrong("Simulation:Speed must be 1 here, unless Simulation:From gives this program and the lab the same lab time");
        link.Check(Instruments.Select(Switchboard.ClientOf));
        foreach (var instrument in Instruments) InstrumentRack.Check(instrument, families.Drivers);
    }

    /// <summary>Returns when every driver is on the bus. Calls a broker that does not answer until the token fires.</summary>
    /// <exception cref="LabException">The data directory is in use, a driver does not come up, or the broker turns one away.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Check();
        _directory = DataDirectory.Hold(station.Value.DataDirectory);
        var clock = LabClock.For(_directory, simulation.Value, instruments.Value);
        var ground = new RealGround();

        // A lab that remembers the drivers of an earlier data directory would take those of a new one for their predecessors.
        var rack = _rack = new InstrumentRack(Site, _directory, simulation.Value, instruments.Value, families, clock, ground, firstEpoch: Math.Max(1, ground.Patience.GetUtcNow().ToUnixTimeSeconds()));
        foreach (var instrument in Instruments) rack.Overhear(instrument.Name, new DriverNotices(instrument.Name, notice => Noticed?.Invoke(notice)).Hear);
        rack.Fell += (instrument, error) => _ = RetireAsync(rack, instrument, error);
        try
        {
            await rack.StartAsync(Instruments, Connect, cancellation);
        }
        catch (BusRefusedException error)
        {
            throw new LabException(LabFault.Broker, error.Message, error);
        }
        catch (FencedException error)
        {
            throw new LabException(LabFault.InUse, error.Message, error);
        }
        catch (JournalException error)
        {
            throw new LabException(LabFault.Storage, error.Message, error);
        }
    }

    /// <summary>Runs until the token fires, or no driver is left that can go on. One that cannot is taken off the bus and told of, and its neighbours go on.</summary>
    /// <exception cref="LabException">Drivers met what they could not handle.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await _allFell.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped in order, as far as they went on.
        }

        lock (_gate)
        {
            // They share it.
            if (_fallen.Values.OfType<JournalException>().FirstOrDefault(error => error.IsLost) is { } loss) throw new LabException(LabFault.Storage, loss.Message, loss);
            if (_fallen.Count > 0) throw new LabException(LabFault.Instrument, $"not every driver could go on: {string.Join("; ", _fallen.Select(one => $"{one.Key}: {one.Value.Message}"))}");
        }
    }

    /// <summary>After the end: instruments whose devices could not be made safe, and why.</summary>
    public IReadOnlyDictionary<string, string> NotSafe { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Lets running actions end for 5 s and cancels them then, makes the devices safe and says goodbye. A device is made safe beside an action that has not come to its end within what its command declares to need for a cancel.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_rack is { } rack)
        {
            try
            {
                await rack.DisposeAsync();
            }
            finally
            {
                NotSafe = rack.NotSafe;
            }
        }

        _directory?.Dispose();
        (_rack, _directory) = (null, null);
    }

    private async Task RetireAsync(InstrumentRack rack, string instrument, Exception error)
    {
        lock (_gate) _fallen[instrument] = error;
        Noticed?.Invoke(new StationNotice(instrument, true, $"OFFLINE: its driver cannot go on: {error.Message}"));
        try
        {
            if (await rack.RetireAsync(instrument) is { } trouble) Noticed?.Invoke(new StationNotice(instrument, true, $"NOT SAFE: the device could not be made safe: {trouble}"));
        }
        catch (TimeoutException)
        {
            Noticed?.Invoke(new StationNotice(instrument, true, "its driver does not end; what it holds is free when this program has ended"));
        }

        lock (_gate)
        {
            if (_fallen.Count == Instruments.Count) _allFell.TrySetResult();
        }
    }

    private static LabException Wrong(string what) => new(LabFault.Configuration, $"configuration: {what}");

    private MqttLabBus Connect(InstrumentOptions instrument, BusMessage will) =>
        new(link.ForClient(Switchboard.ClientOf(instrument), will), TimeProvider.System, logging.CreateLogger<MqttLabBus>());
}
