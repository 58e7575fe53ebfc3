using System.Collections.Concurrent;
using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Hosting;

/// <summary>The drivers of this lab, each hosted with its own bus client over one journal.</summary>
internal sealed class InstrumentRack : IAsyncDisposable
{
    /// <summary>Given to a host whose device is safe to write down and to tell what is left.</summary>
    private static readonly TimeSpan FarewellWithin = TimeSpan.FromSeconds(10);

    private readonly List<DriverHost> _hosts = [];
    private readonly Dictionary<string, (InstrumentOptions Options, Func<InstrumentOptions, BusMessage, ILabBus> Connect, DriverHost Host)> _places = new(StringComparer.Ordinal);

    /// <summary>No bag: that one hangs on each thread that filled it, and with it all that hangs on a host, for as long as the thread lives.</summary>
    private readonly ConcurrentQueue<DriverHost> _up = [];
    private readonly ConcurrentDictionary<string, string> _notSafe = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Action<BusMessage>> _overhearing = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly string _site;
    private readonly TimeProvider _clock;
    private readonly TimeProvider _patience;

    /// <summary>One for drivers and hosts: a driver compares its own times with those of its marks.</summary>
    private readonly SteadyClock _steady;
    private readonly Dictionary<string, SimulatedDevice> _devices = [];
    private readonly Dictionary<string, ColourBench> _benches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ColourBench Bench, string Device)> _onBench = new(StringComparer.Ordinal);
    private readonly DriverFamilies _drivers;
    private readonly HashSet<string> _inRoom;
    private readonly FurnaceRoom? _room;

    /// <param name="clock">Lab time.</param>
    /// <param name="ground">What the lab stands on.</param>
    /// <param name="firstEpoch">Of instruments that the journal does not know yet.</param>
    /// <exception cref="LabException">The journal, the simulated bench or a simulated device cannot be opened.</exception>
    public InstrumentRack(string site, DataDirectory directory, SimulationOptions simulation, InstrumentListOptions instruments, InstrumentFamilies families, TimeProvider clock, LabGround ground, long firstEpoch = 1)
    {
        (_site, _drivers, _clock, _patience, _steady) = (site, families.Drivers, clock, ground.Patience, new SteadyClock(clock));
        _inRoom = [.. instruments.InRoom.Select(instrument => instrument.Name)];
        try
        {
            _journal = new Journal(directory.Journal, ground.IsDurable, firstEpoch, ground.Disk, ground.IsAlone);
        }
        catch (JournalException error)
        {
            throw new LabException(LabFault.Storage, error.Message, error);
        }

        ground.Has(_journal);
        try
        {
            foreach (var station in instruments.Benches) PutUp(station, instruments, directory, simulation, !ground.IsDurable);
            foreach (var instrument in instruments.Instruments.Where(instrument => instrument.IsSimulatedAlone))
                _devices[instrument.Name] = Device(instrument, families.Devices, directory, simulation, clock, !ground.IsDurable);
            if (_inRoom.Count > 0) _room = Room(instruments.InRoom, directory.Room, simulation, clock, !ground.IsDurable);
            ground.Has(this);
        }
        catch
        {
            PutAway();
            throw;
        }
    }

    /// <summary>Tells of everything that the driver of an instrument says, as it says it. Before the start.</summary>
    /// <param name="hear">Called on any thread; returns at once.</param>
    public void Overhear(string instrument, Action<BusMessage> hear) => _overhearing[instrument] = hear;

    /// <summary>Told of each driver that met what it cannot handle, by its instrument. Not of one that has stopped in order.</summary>
    public event Action<string, Exception>? Fell;

    /// <param name="connect">Makes the bus of a driver from its client id and last will.</param>
    /// <exception cref="LabException">A driver does not come up.</exception>
    public async Task StartAsync(IEnumerable<InstrumentOptions> instruments, Func<InstrumentOptions, BusMessage, ILabBus> connect, CancellationToken cancellation)
    {
        foreach (var instrument in instruments)
        {
            var host = Host(instrument, connect);
            _hosts.Add(host);
            _places[instrument.Name] = (instrument, connect, host);
        }

        await Task.WhenAll(_hosts.Select(StartAsync));

        async Task StartAsync(DriverHost host)
        {
            await host.StartAsync(cancellation);
            _up.Enqueue(host);
            Watch(host);
        }
    }

    /// <summary>Takes a driver that met what it cannot handle off the bus, and makes its device safe where that is still its own. The others go on.</summary>
    /// <returns>Why the device could not be made safe; null where it was.</returns>
    public async Task<string?> RetireAsync(string instrument)
    {
        await StopAsync(_places[instrument].Host, new CancellationToken(canceled: true));
        return _notSafe.GetValueOrDefault(instrument);
    }

    /// <summary>Devices that their drivers have left without making them safe, and why.</summary>
    public ImmutableSortedDictionary<string, string> NotSafe => _notSafe.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), _patience);
        try
        {
            await Task.WhenAll(_hosts.Select(host => StopAsync(host, patience.Token)));
        }
        finally
        {
            PutAway();
        }
    }

    private async Task StopAsync(DriverHost host, CancellationToken patience)
    {
        var isLeft = false;
        if (_up.Contains(host))
        {
            // How long the device takes its driver has declared, and the host keeps to it; what comes after is for the lab to hear.
            var stop = host.StopAsync(patience);
            if (await host.LeftSafe.Here() is { } trouble && _places.FirstOrDefault(place => place.Value.Host == host).Key is { } instrument) (isLeft, _notSafe[instrument]) = (true, trouble);
            await Task.WhenAny(stop, Task.Delay(FarewellWithin, _patience));
        }

        try
        {
            await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), _patience);
        }
        catch (TimeoutException) when (isLeft)
        {
            // A driver that does not come back from making its device safe is told of by that.
        }
    }

    /// <summary>What can be made to go wrong with a simulated device.</summary>
    /// <exception cref="KeyNotFoundException">There is no such instrument.</exception>
    public DeviceFaults FaultsOf(string instrument)
    {
        if (_inRoom.Contains(instrument)) return _room!.Faults(instrument);
        return _devices.TryGetValue(instrument, out var device) ? device.Faults : _onBench[instrument].Bench.Faults(_onBench[instrument].Device);
    }

    /// <summary>What a hand can do among the simulated devices that share a room; null where there is no room.</summary>
    public RoomFloor? Floor => _room?.Floor;

    /// <summary>The simulated bench at a station, or at the lab's one place; null where there is none.</summary>
    public ColourBench? BenchAt(string? station) => _benches.GetValueOrDefault(station ?? "");

    /// <summary>From now on no driver reaches its simulated device.</summary>
    public void Unplug()
    {
        foreach (var bench in _benches.Values) bench.Unplug();
        foreach (var device in _devices.Values) device.Unplug();
        _room?.Unplug();
    }

    /// <summary>A driver ends as in a crash.</summary>
    /// <returns>False where it is not up.</returns>
    public async Task<bool> CrashAsync(string instrument)
    {
        if (!_places.TryGetValue(instrument, out var place) || !_up.Contains(place.Host)) return false;
        _hosts.Remove(place.Host);
        await place.Host.DisposeAsync();
        return true;
    }

    /// <summary>One that has ended starts again, under its next epoch.</summary>
    public async Task RestartAsync(string instrument)
    {
        var place = _places[instrument];
        var host = Host(place.Options, place.Connect);
        try
        {
            await host.StartAsync(CancellationToken.None);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        _places[instrument] = place with { Host = host };
        _hosts.Add(host);
        _up.Enqueue(host);
        Watch(host);
    }

    private void Watch(DriverHost host) => _ = WatchAsync(host);

    private async Task WatchAsync(DriverHost host)
    {
        try
        {
            await host.Completion;
        }
        catch (Exception error)
        {
            if (_places.FirstOrDefault(place => place.Value.Host == host).Key is { } instrument) Fell?.Invoke(instrument, error);
        }
    }

    private void PutUp(string? station, InstrumentListOptions instruments, DataDirectory directory, SimulationOptions simulation, bool writesAtEnd)
    {
        var place = directory.BenchAt(station);
        var names = instruments.Instruments.Where(instrument => instrument.IsOnBench && instrument.Station == station).ToDictionary(instrument => instrument.Plays, instrument => instrument.Name, StringComparer.Ordinal);
        var seed = station is null ? simulation.Seed : (int)(new SeededNoise(simulation.Seed, station, 0).Bits() >> 33);
        var bench = Open($"the simulated bench in '{place}'", simulation, () => new ColourBench(seed, _clock, place, writesAtEnd, device => names.GetValueOrDefault(device, station is null ? device : $"{device}@{station}")));
        _benches.Add(station ?? "", bench);
        foreach (var (device, name) in names) _onBench.Add(name, (bench, device));
    }

    private static SimulatedDevice Device(InstrumentOptions instrument, SimulatedFamilies devices, DataDirectory directory, SimulationOptions simulation, TimeProvider clock, bool writesAtEnd)
    {
        var place = directory.DeviceOf(instrument.Name);
        var site = new DeviceSite(instrument.Name, simulation.Seed, clock, place, instrument.Settings, new DeviceFaults()) { WritesAtEnd = writesAtEnd };
        return Open($"the simulated device in '{place}'", simulation, () => new SimulatedDevice(devices.Maker(instrument.Family), site));
    }

    private static FurnaceRoom Room(IEnumerable<InstrumentOptions> instruments, string place, SimulationOptions simulation, TimeProvider clock, bool writesAtEnd)
    {
        var room = Open($"the simulated furnace room in '{place}'", simulation, () => new FurnaceRoom(simulation.Seed, clock, place, writesAtEnd));
        foreach (var instrument in instruments) room.Add(instrument.Name, instrument.Family, instrument.Settings);
        return room;
    }

    private static T Open<T>(string what, SimulationOptions simulation, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (InvalidDataException error)
        {
            if (!error.Message.Contains("has seed", StringComparison.Ordinal)) throw new LabException(LabFault.Storage, $"{what} is damaged: {error.Message.Split(" Path: ")[0]}", error);
            throw new LabException(LabFault.Configuration, $"{what} does not fit Simulation:Seed={simulation.Seed}: {error.Message}", error);
        }
    }

    /// <summary>Closes files and devices, and nothing else.</summary>
    public void PutAway()
    {
        _journal.Dispose();
        foreach (var bench in _benches.Values) bench.Dispose();
        foreach (var device in _devices.Values) device.Dispose();
        _room?.Dispose();
    }

    private Stream Plug(string name)
    {
        if (_inRoom.Contains(name)) return _room!.Connect(name);
        return _devices.TryGetValue(name, out var device) ? device.Connect() : _onBench[name].Bench.Connect(_onBench[name].Device);
    }

    /// <summary>Whether a driver can be made of this, without touching its device.</summary>
    /// <exception cref="LabException">A setting or the connection is not right.</exception>
    public static void Check(InstrumentOptions instrument, DriverFamilies drivers) => Check(
        instrument, Driver(drivers, instrument, instrument.Connection == InstrumentOptions.Simulated ? _ => throw new NotSupportedException() : Parsed(drivers, instrument), TimeProvider.System, TimeProvider.System));

    private static void Check(InstrumentOptions instrument, IDriver driver)
    {
        Sound(instrument, () => CommandLimits.Rules(CommandLimits.Narrow(driver.Commands, instrument.Limits), instrument.Limits));
        var subjects = Calibratable.Of(driver);
        for (var k = 0; k < instrument.Calibrations.Count; k++)
        {
            if (instrument.Calibrations[k].Trouble(subjects) is { } trouble)
                throw new LabException(LabFault.Configuration, $"instrument '{instrument.Name}': Calibrations:{k}: {trouble}");
        }
    }

    private DriverHost Host(InstrumentOptions instrument, Func<InstrumentOptions, BusMessage, ILabBus> connect)
    {
        var simulated = instrument.Connection == InstrumentOptions.Simulated;
        Func<CancellationToken, Task<Stream>> open = simulated ? _ => Task.FromResult(Plug(instrument.Name)) : Parsed(_drivers, instrument);
        var driver = Driver(_drivers, instrument, open, _steady, ReferenceEquals(_patience, _clock) ? _steady : _patience);
        Check(instrument, driver);
        var place = new HostedInstrument(_site, instrument.Name, simulated)
        {
            Limits = [.. instrument.Limits],
            Calibrations = CalibrationOptions.Read(instrument.Calibrations),
            RequiresInterlock = instrument.RequiresInterlock,
            FirstHeartbeatWithin = TimeSpan.FromSeconds(instrument.FirstHeartbeatWithin),
            BrokerLease = TimeSpan.FromSeconds(instrument.BrokerLease),
            PropertyPeriod = TimeSpan.FromSeconds(instrument.PropertyPeriod),
            LeaseClock = _patience,
            ActionClock = _steady,
            Saying = _overhearing.GetValueOrDefault(instrument.Name, _ => { }),
        };
        return new DriverHost(place, driver, _journal, will => connect(instrument, will), _clock);
    }

    private static Func<CancellationToken, Task<Stream>> Parsed(DriverFamilies drivers, InstrumentOptions instrument) =>
        Sound(instrument, () => StreamConnector.Parse(instrument.Connection, drivers.SerialFrameOf(instrument.Family)));

    private static IDriver Driver(DriverFamilies drivers, InstrumentOptions instrument, Func<CancellationToken, Task<Stream>> open, TimeProvider clock, TimeProvider patience) => Sound(instrument, () =>
        drivers.Create(new DriverSettings(instrument.Family, instrument.Settings.ToImmutableSortedDictionary(StringComparer.Ordinal)), open, clock, patience));

    private static T Sound<T>(InstrumentOptions instrument, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (DriverSettingsException error)
        {
            throw new LabException(LabFault.Configuration, $"instrument '{instrument.Name}': {error.Message}", error);
        }
    }
}
