using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Cameras;
using LabAutomation.Simulators.Diffraction;
using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Reactor;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.SourceMeasure;
using LabAutomation.Simulators.Spectra;
using LabAutomation.Simulators.Stirring;
using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Weighing;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Instruments;

/// <summary>A simulated device of a family, and whether one sees that it is at rest.</summary>
/// <param name="IsAtRest">By the device's own state, now.</param>
internal sealed record Stand(World World, Func<Stream> Connect, Func<bool> IsAtRest, IDisposable Lifetime) : IDisposable
{
    private const string Pump = "pump-cyan", Stirrer = "stirrer", Spectrometer = "spectrometer";

    /// <summary>At every moment of their lives these move, heat and emit nothing.</summary>
    public static readonly string[] AlwaysAtRest = ["http-imager", "mettler-mtsics"];

    /// <summary>Where the command that the kit knows is not one in whose midst the device is at work.</summary>
    public SampleCommand? Sample { get; init; }

    /// <summary>Of its line.</summary>
    public required DeviceFaults Faults { get; init; }

    /// <summary>What the device was made to do, by its own ledger.</summary>
    public int Effects => World.Ledger.All.Count(effect => !EffectKind.Follows(effect.Kind));

    /// <summary>What a hand does before it can work once more.</summary>
    public Action Prepare { get; init; } = () => { };

    /// <summary>Progress at which it is stopped; a motor that has only just begun to turn would be at rest too soon.</summary>
    public double From { get; init; }

    public void Dispose() => Lifetime.Dispose();

    public DriverCommand Command(IDriver driver, string family)
    {
        var sample = Sample ?? ConformingFamilies.SampleOf(family).Long ?? ConformingFamilies.SampleOf(family).Brief!;
        return Commands.Resolve(driver, sample.Command, [.. sample.Arguments.Select(argument => (argument.Key, argument.Value.Value, argument.Value.Unit.Symbol))]);
    }

    /// <param name="settings">Those of the kit where null.</param>
    public static Stand Of(string family, TimeProvider clock, IReadOnlyDictionary<string, string>? settings = null) => settings is not null ? Alone(family, clock, settings: settings) : family switch
    {
        "new-era-ne1000" => Bench(clock, Pump),
        "ika-namur" => Bench(clock, Stirrer) with
        {
            Sample = SampleCommand.Of("stir", ("speed", "1500 rpm"), ("duration", "1 h")),
            From = 0.02,
        },
        "scpi-spectrometer" => Bench(clock, Spectrometer),
        "scpi-smu" => Alone(family, clock) with
        {
            Sample = SampleCommand.Of("sweep", ("from", "0 V"), ("to", "1 V"), ("points", "100")),
        },
        "opentrons-http" => Alone(family, clock) with
        {
            Sample = ConformingFamilies.SampleOf(family).Each.Single(sample => sample.Command == "transfer"),
        },
        "http-beamline" => Alone(family, clock) with
        {
            Sample = SampleCommand.Of("expose", ("frames", "16")),
        },
        "preciseflex-tcs" => Alone(family, clock, floor => floor.Supply(1)),
        "eurotherm-furnace" => Alone(family, clock) with { From = 0.1 },
        "quantos-mtsics" => Alone(family, clock) with { From = 0.1 },
        "scpi-diffractometer" => Alone(family, clock, floor => floor.Supply(61)),
        _ => Alone(family, clock),
    };

    private static void Again(RoomFloor floor, string family)
    {
        if (family == "quantos-mtsics") floor.Clear(1);
        if (family != "preciseflex-tcs") return;
        floor.Clear(2);
        floor.Supply(1);
    }

    private static Stand Of(World world, string name, IWireDevice device)
    {
        var line = new DeviceLine(world, name, device, new DeviceFaults());
        return new Stand(world, line.Connect, () => line.IsAtRest ?? throw new NotSupportedException($"nobody has said how one sees that a '{name}' is at rest"), world) { Faults = line.Faults };
    }

    private static Stand Bench(TimeProvider clock, string name)
    {
        var bench = new Benchtop(3, clock, null, new Dictionary<string, PumpRole> { [Pump] = new(Liquid.Cyan) });
        IWireDevice device = name switch
        {
            Pump => new NewEraPump(bench, name, new(Liquid.Cyan), new DeviceFaults()),
            Stirrer => new IkaStirrer(bench, name),
            _ => new ScpiSpectrometer(bench, name, new DeviceFaults()),
        };
        return Of(bench, name, device);
    }

    private static Stand Alone(string family, TimeProvider clock, Action<RoomFloor>? prepare = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var setup = SimulatedFamilies.BuiltIn.Maker(family)(new DeviceSite(family, 3, clock, null, settings ?? ConformingFamilies.SettingsOf(family), new DeviceFaults()));
        if (setup.Surroundings is not RoomFloor floor) return Of(setup.World, family, setup.Device);
        prepare?.Invoke(floor);
        return Of(setup.World, family, setup.Device) with { Prepare = () => Again(floor, family) };
    }
}
