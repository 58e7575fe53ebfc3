using System.Collections.Immutable;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>
/// A room in which crucibles stand at numbered positions and are filled, carried, heated and measured: dosers, arms, furnaces and
/// diffractometers of one lab, each reached by its vendor's bytes. With a state directory the room outlives the program.
/// </summary>
public sealed class FurnaceRoom : IDisposable
{
    /// <summary>Names the state file.</summary>
    private const string Kind = "room";

    private static readonly ImmutableSortedDictionary<string, Func<CruciblePlaces, DeviceSite, IWireDevice>> Makers =
        ImmutableSortedDictionary.Create<string, Func<CruciblePlaces, DeviceSite, IWireDevice>>(StringComparer.Ordinal)
            .Add("eurotherm-furnace", (places, site) => new BoxFurnace(places, site))
            .Add("preciseflex-tcs", (places, site) => new TcsArm(places, site))
            .Add("quantos-mtsics", (places, site) => new QuantosDoser(places, site))
            .Add("scpi-diffractometer", (places, site) => new ScpiDiffractometer(places, site));

    private readonly World<RoomState> world;
    private readonly CruciblePlaces places;
    private readonly Dictionary<string, object> devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeviceLine> lines = new(StringComparer.Ordinal);

    /// <param name="seed">Decides the chemistry, every imperfection and all noise.</param>
    /// <param name="clock">Lab time.</param>
    /// <param name="stateDirectory">Created if missing; one room at a time. Null keeps the state in memory.</param>
    /// <param name="writesAtEnd">Whether the state is written when the room is put away and not before, which is quicker and does for a program that nobody kills.</param>
    /// <exception cref="InvalidDataException">The directory holds a damaged room or one of another seed.</exception>
    public FurnaceRoom(long seed, TimeProvider clock, string? stateDirectory = null, bool writesAtEnd = false)
    {
        world = new World<RoomState>(Kind, seed, clock, stateDirectory, writesAtEnd);
        places = new CruciblePlaces(world);
        Floor = new RoomFloor(places, devices);
    }

    /// <summary>The families whose simulated devices of one lab stand in one room.</summary>
    public static IReadOnlyCollection<string> Families { get; } = [.. Makers.Keys];

    public RoomFloor Floor { get; }

    public EffectLedger Effects => world.Ledger;

    /// <summary>Lab time at which the room of a state directory was last changed; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The directory holds a damaged room.</exception>
    public static DateTimeOffset? TimeIn(string stateDirectory)
    {
        if (!Directory.Exists(stateDirectory)) return null;
        using var store = new StateStore<WorldState>(Kind, stateDirectory);
        return store.Load()?.Time;
    }

    /// <summary>The first position that two devices hold at once, such as two furnaces; null where none is.</summary>
    /// <param name="devices">Name, family and settings of each.</param>
    public static (int Position, string First, string Second)? Overlap(IEnumerable<(string Name, string Family, IReadOnlyDictionary<string, string> Settings)> devices)
    {
        var held = new Dictionary<int, string>();
        foreach (var (name, family, settings) in devices)
        {
            foreach (var position in Held(family, settings))
            {
                if (!held.TryAdd(position, name)) return (position, held[position], name);
            }
        }

        return null;
    }

    /// <summary>Sets up a device.</summary>
    /// <param name="settings">Of its driver; its positions are among them.</param>
    /// <param name="faults">What can be made to go wrong with it.</param>
    /// <exception cref="ArgumentException">The family is none of <see cref="Families"/>, or the name is taken.</exception>
    public void Add(string name, string family, IReadOnlyDictionary<string, string> settings, DeviceFaults? faults = null)
    {
        if (!Makers.TryGetValue(family, out var make)) throw new ArgumentException($"a furnace room has no '{family}'; it has {string.Join(", ", Families)}", nameof(family));
        var site = new DeviceSite(name, world.Seed, world.Clock, null, settings, faults ?? new DeviceFaults());

        // Time goes on when all devices are there again, so that what was due while the program was away comes in its order.
        lock (world.Gate)
        {
            var device = make(places, site);
            devices.Add(name, device);
            lines.Add(name, new DeviceLine(world, name, device, site.Faults));
        }
    }

    /// <summary>Opens the line to a device. A later connection to the same device takes the line over.</summary>
    /// <exception cref="KeyNotFoundException">There is no such device.</exception>
    public Stream Connect(string device) => lines[device].Connect();

    /// <exception cref="KeyNotFoundException">There is no such device.</exception>
    public DeviceFaults Faults(string device) => lines[device].Faults;

    /// <summary>Takes all controllers off their lines, for good; the devices go on.</summary>
    public void Unplug()
    {
        foreach (var line in lines.Values) line.Unplug();
    }

    public void Dispose()
    {
        world.Do(() => true);
        Unplug();
        world.Dispose();
    }

    /// <summary>Makes a device of a family in a room of its own.</summary>
    internal static Func<DeviceSite, DeviceSetup> Alone(string family) => site =>
    {
        RoomFloor? floor = null;
        return site.Place<RoomState, IWireDevice>(
            world =>
            {
                var places = new CruciblePlaces(world);
                var device = Makers[family](places, site);
                floor = new RoomFloor(places, new Dictionary<string, object>(StringComparer.Ordinal) { [site.Name] = device });
                return device;
            },
            (_, _) => floor);
    };

    private static IEnumerable<int> Held(string family, IReadOnlyDictionary<string, string> settings) => family switch
    {
        "eurotherm-furnace" => PositionText.Read(settings.GetValueOrDefault("positions", "")),
        "quantos-mtsics" or "scpi-diffractometer" => PositionText.Read(settings.GetValueOrDefault("position", "1")),
        "preciseflex-tcs" => PositionText.Read(settings.GetValueOrDefault("bin", "")),
        _ => [],
    };
}
