using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Pumps;

/// <summary>How much liquid a pump really moves for each mL its motor counts.</summary>
internal static class VolumeError
{
    /// <summary>Inside diameter of the syringes on the bench, mm.</summary>
    public const double MountedDiameter = 26.59;

    /// <summary>Standard deviation of a pump's own gain.</summary>
    public const double GainSd = 0.005;

    /// <summary>Standard deviation of one dispense: this share of its volume plus <see cref="DispenseOffsetSd"/> mL.</summary>
    public const double DispenseSd = 0.003;

    public const double DispenseOffsetSd = 0.001;

    public static double Gain(long seed, string pump) => 1 + (GainSd * new SeededNoise(seed, pump + "/gain", 0).Normal());

    /// <param name="volume">Ordered mL; null = until stopped.</param>
    /// <param name="run">Which program of this pump, from 1.</param>
    public static double Yield(long seed, string pump, long run, double? volume, double diameter)
    {
        var spread = DispenseSd + (volume is > 0 ? DispenseOffsetSd / volume.Value : 0);
        var error = spread * new SeededNoise(seed, pump + "/dispense", run).Normal();
        var geometry = MountedDiameter * MountedDiameter / (diameter * diameter);
        return Math.Max(0, geometry * (Gain(seed, pump) + error));
    }
}
