using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Spectra;
using LabAutomation.Simulators.Stirring;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Bench;

/// <summary>
/// A bench that mixes three dyes with water in one cuvette and measures the colour: five syringe pumps, a stirrer and a spectrometer, each
/// reached by its vendor's bytes. What is connected to what stands in docs/reference/instruments/colour-bench.md. With a state directory the bench
/// outlives the program: opened again, it goes on as if only the computer had been away.
/// </summary>
public sealed class ColourBench : IDisposable
{
    private static readonly (string Name, PumpRole Role)[] Pumps =
    [
        ("pump-cyan", new(Liquid.Cyan)),
        ("pump-magenta", new(Liquid.Magenta)),
        ("pump-yellow", new(Liquid.Yellow)),
        ("pump-water", new(Liquid.Water)),
        ("pump-waste", new((Liquid?)null)),
    ];

    /// <summary>What every colour bench has.</summary>
    public static IReadOnlyCollection<string> DeviceNames { get; } = [.. Pumps.Select(pump => pump.Name), "stirrer", "spectrometer"];

    private readonly Benchtop bench;
    private readonly ScpiSpectrometer spectrometer;
    private readonly Dictionary<string, DeviceLine> lines = [];

    /// <param name="seed">Decides every imperfection and all noise.</param>
    /// <param name="clock">Lab time.</param>
    /// <param name="stateDirectory">Created if missing; one bench at a time. Null keeps the state in memory.</param>
    /// <param name="writesAtEnd">Whether the state is written when the bench is put away and not before, which is quicker and does for a program that nobody kills.</param>
    /// <param name="called">What effects call a device, where several benches are in one lab; null for its own name.</param>
    /// <exception cref="InvalidDataException">The directory holds a damaged bench or one of another seed.</exception>
    public ColourBench(long seed, TimeProvider clock, string? stateDirectory = null, bool writesAtEnd = false, Func<string, string>? called = null)
    {
        bench = new Benchtop(seed, clock, stateDirectory, Pumps.ToDictionary(pump => pump.Name, pump => pump.Role), writesAtEnd) { Called = called ?? (device => device) };
        foreach (var (name, role) in Pumps)
        {
            var faults = new DeviceFaults();
            lines[name] = new DeviceLine(bench, name, new NewEraPump(bench, name, role, faults), faults);
        }

        var light = new DeviceFaults();
        spectrometer = new ScpiSpectrometer(bench, "spectrometer", light);
        lines["stirrer"] = new DeviceLine(bench, "stirrer", new IkaStirrer(bench, "stirrer"), new DeviceFaults());
        lines["spectrometer"] = new DeviceLine(bench, "spectrometer", spectrometer, light);
        Look();
    }

    /// <summary>As in <see cref="DeviceNames"/>.</summary>
    public IReadOnlyCollection<string> Devices => lines.Keys;

    public EffectLedger Effects => bench.Ledger;

    /// <summary>Lab time at which the bench of a state directory was last changed; null where there is none. A clock that starts before it stands still for the bench.</summary>
    /// <exception cref="InvalidDataException">The directory holds a damaged bench.</exception>
    public static DateTimeOffset? TimeIn(string stateDirectory)
    {
        if (!Directory.Exists(stateDirectory)) return null;
        using var store = new StateStore<WorldState>(Benchtop.Kind, stateDirectory);
        return store.Load()?.Time;
    }

    /// <summary>Opens the line to a device. A later connection to the same device takes the line over.</summary>
    /// <exception cref="ArgumentException">There is no such device.</exception>
    public Stream Connect(string device) => Line(device).Connect();

    /// <inheritdoc cref="IWireDevice.IsAtRest"/>
    public bool? IsAtRest(string device) => Line(device).IsAtRest;

    public DeviceFaults Faults(string device) => Line(device).Faults;

    /// <summary>The truth about the cuvette now.</summary>
    public CuvetteContents Look() => bench.Do(() => bench.Contents);

    /// <summary>Somebody takes the cuvette out, empties it and puts it back.</summary>
    public void Empty() => bench.Do(() =>
    {
        bench.Plumbing.Empty(bench.Now);
        bench.Changed();
        return true;
    });

    /// <summary>Takes all controllers off their lines, for good; the devices go on.</summary>
    public void Unplug()
    {
        foreach (var line in lines.Values) line.Unplug();
    }

    public void Dispose()
    {
        Look();
        Unplug();
        spectrometer.Dispose();
        bench.Dispose();
    }

    private DeviceLine Line(string device) => lines.TryGetValue(device, out var line)
        ? line
        : throw new ArgumentException($"the colour bench has no '{device}'; it has {string.Join(", ", Devices)}", nameof(device));
}
