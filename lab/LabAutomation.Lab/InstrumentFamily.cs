using System.Collections.Immutable;
using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Lab;

/// <summary>
/// A family of instruments that does not come with the lab: its driver, its simulated device, and what the conformance kit may do with both.
/// A program that hands it to <see cref="LabProgram.RunAsync(string[], InstrumentFamily[])"/> is the <c>lab</c> program with one family more.
/// </summary>
/// <param name="Name">As the lab's file names it, such as <c>acme-pump</c>. A family of the same name that comes with the lab is replaced.</param>
/// <param name="Driver">Makes the driver of one instrument.</param>
/// <param name="Device">Makes its simulated device, for <c>"Connection": "simulated"</c>.</param>
/// <param name="Sample">Commands that the kit may send.</param>
public sealed record InstrumentFamily(string Name, DriverFactory Driver, Func<DeviceSite, DeviceSetup> Device, ConformanceSample Sample)
{
    /// <summary>The settings of driver and device under the kit; none unless given.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private DriverFamilies Drivers => DriverFamilies.BuiltIn.With(Name, Driver);

    /// <summary>A driver that tells what it offers, and has no device.</summary>
    internal IDriver Undriven() =>
        Drivers.Create(new DriverSettings(Name, Settings), _ => throw new NotSupportedException("a description needs no device"), TimeProvider.System, TimeProvider.System);

    /// <summary>Makes driver and device once, as the kit does for each assertion.</summary>
    /// <exception cref="Exception">Whatever is wrong in them.</exception>
    internal async Task TryAsync()
    {
        await using var driver = Undriven();
        _ = (driver.Commands, driver.Properties, driver.SafeWithin, driver.ToMermaid());
        ConformingWorld.Alone(Device, Name, Settings, TimeProvider.System).Lifetime.Dispose();
    }

    /// <summary>The conformance kit for the driver with its simulated device on a simulated broker, 60 lab seconds a second.</summary>
    public ConformanceKit Kit()
    {
        var setup = ConformingWorld.Setup(Name, Settings, Drivers, Sample.LinkTimeout, clock => ConformingWorld.Alone(Device, Name, Settings, clock));
        return new ConformanceKit(() => InProcessHarness.OpenAsync(setup), Sample);
    }
}
