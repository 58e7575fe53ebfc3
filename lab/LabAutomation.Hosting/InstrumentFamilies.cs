using LabAutomation.Instruments;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Hosting;

/// <summary>What a program can drive, and what it can simulate.</summary>
public sealed record InstrumentFamilies(DriverFamilies Drivers, SimulatedFamilies Devices)
{
    /// <summary>The families that come with the lab.</summary>
    public static InstrumentFamilies BuiltIn { get; } = new(DriverFamilies.BuiltIn, SimulatedFamilies.BuiltIn);

    /// <summary>The same families and one more.</summary>
    /// <param name="name">As the lab's file names it.</param>
    /// <param name="driver">Makes its driver.</param>
    /// <param name="device">Makes its simulated device.</param>
    public InstrumentFamilies With(string name, DriverFactory driver, Func<DeviceSite, DeviceSetup> device) => new(Drivers.With(name, driver), Devices.With(name, device));

    /// <summary>The same families, with policies for the reactors among them.</summary>
    internal InstrumentFamilies SteeredBy(Func<string, SteeringModel> policies) => this with { Drivers = Drivers.With(MicroreactorFamily.Name, MicroreactorFamily.SteeredBy(policies)) };
}
