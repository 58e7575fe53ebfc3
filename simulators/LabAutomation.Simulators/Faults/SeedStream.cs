using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Faults;

/// <summary>Random numbers for one purpose out of one seed. Two purposes that began with the same number would meet only in the same few ways.</summary>
public static class SeedStream
{
    /// <param name="purpose">In a word.</param>
    public static Random Of(int seed, string purpose) => new((int)(new SeededNoise(seed, purpose, 0).Bits() >> 33));
}
