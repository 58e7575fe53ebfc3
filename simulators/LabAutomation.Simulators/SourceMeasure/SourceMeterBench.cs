using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.SourceMeasure;

/// <summary>A source meter with a load: a resistor of 1 kΩ to 10 kΩ where the seed is even, a silicon diode with 1 Ω to 10 Ω in series where it is odd.</summary>
internal static class SourceMeterBench
{
    public static DeviceSetup Make(DeviceSite site) => site.Place<SmuState, SourceMeter>(
        world =>
        {
            world.State.Load ??= Choose(world.Seed);
            return new SourceMeter(world, site.Name);
        },
        (world, _) => new DeviceUnderTest(world));

    private static Load Choose(long seed)
    {
        var tenfold = Math.Pow(10, new SeededNoise(seed, "load", 0).Uniform());
        return seed % 2 == 0 ? new Load { Resistance = 1000 * tenfold } : new Load { Resistance = tenfold, Saturation = 4e-9 };
    }
}
