using System.Collections.Immutable;
using LabAutomation.Simulators.Cameras;
using LabAutomation.Simulators.Diffraction;
using LabAutomation.Simulators.Reactor;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.SourceMeasure;
using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Weighing;

namespace LabAutomation.Simulators.Worlds;

/// <summary>The driver families that have a simulated device of their own. Those of the colour bench live on the bench only.</summary>
public sealed class SimulatedFamilies
{
    private readonly ImmutableSortedDictionary<string, Func<DeviceSite, DeviceSetup>> makers;

    private SimulatedFamilies(ImmutableSortedDictionary<string, Func<DeviceSite, DeviceSetup>> makers) => this.makers = makers;

    /// <summary>Those that come with the lab.</summary>
    public static SimulatedFamilies BuiltIn { get; } = new SimulatedFamilies(ImmutableSortedDictionary.Create<string, Func<DeviceSite, DeviceSetup>>(StringComparer.Ordinal))
        .With("eurotherm-furnace", FurnaceRoom.Alone("eurotherm-furnace"))
        .With("http-beamline", HttpBeamline.Make)
        .With("http-imager", HttpCamera.Make)
        .With("mettler-mtsics", BalancePan.SetUp)
        .With("microreactor", ReactorConsole.Make)
        .With("modbus-thermostat", ThermostatBath.SetUp)
        .With("opentrons-http", OpentronsRobot.Make)
        .With("preciseflex-tcs", FurnaceRoom.Alone("preciseflex-tcs"))
        .With("quantos-mtsics", FurnaceRoom.Alone("quantos-mtsics"))
        .With("scpi-diffractometer", FurnaceRoom.Alone("scpi-diffractometer"))
        .With("scpi-smu", SourceMeterBench.Make);

    /// <summary>Family names, in alphabetical order.</summary>
    public IEnumerable<string> Names => makers.Keys;

    /// <summary>The same families and one more.</summary>
    /// <param name="make">Makes a device, by <see cref="DeviceSite.Place"/>.</param>
    public SimulatedFamilies With(string family, Func<DeviceSite, DeviceSetup> make) => new(makers.SetItem(family, make));

    /// <summary>What makes the devices of a family.</summary>
    /// <exception cref="ArgumentException">The family has no simulated device.</exception>
    public Func<DeviceSite, DeviceSetup> Maker(string family) => makers.TryGetValue(family, out var maker)
        ? maker
        : throw new ArgumentException($"there is no simulated device of family '{family}'; there are {string.Join(", ", Names)}", nameof(family));
}
