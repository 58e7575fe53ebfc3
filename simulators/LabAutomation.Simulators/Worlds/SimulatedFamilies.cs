using LabAutomation.Simulators.Cameras;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.SourceMeasure;
using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Weighing;

namespace LabAutomation.Simulators.Worlds;

/// <summary>The driver families that have a simulated device of their own. Those of the colour bench live on the bench only.</summary>
public static class SimulatedFamilies
{
    private static readonly SortedDictionary<string, Func<DeviceSite, DeviceSetup>> Makers = new(StringComparer.Ordinal)
    {
        ["http-imager"] = HttpCamera.Make,
        ["mettler-mtsics"] = BalancePan.SetUp,
        ["modbus-thermostat"] = ThermostatBath.SetUp,
        ["opentrons-http"] = OpentronsRobot.Make,
        ["scpi-smu"] = SourceMeterBench.Make,
    };

    /// <summary>Family names, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => Makers.Keys;

    internal static Func<DeviceSite, DeviceSetup> Maker(string family) => Makers.TryGetValue(family, out var maker)
        ? maker
        : throw new ArgumentException($"there is no simulated device of family '{family}'; there are {string.Join(", ", Names)}", nameof(family));
}
