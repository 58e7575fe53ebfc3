namespace LabAutomation.Simulators.Worlds;

/// <summary>
/// Random numbers that depend on (seed, what for, which one) and on nothing else, so that a device which counts its own actions
/// needs no generator state. SplitMix64 (Steele, Lea, Flood 2014) for bits, Box and Muller (1958) for normal deviates.
/// </summary>
public sealed class SeededNoise
{
    private ulong state;

    /// <param name="purpose">What the numbers are for, such as the device's name and the error.</param>
    /// <param name="number">Which one, such as the number of the reading.</param>
    public SeededNoise(long seed, string purpose, long number)
    {
        state = 14695981039346656037UL;                 // FNV-1a: string.GetHashCode differs between runs
        foreach (var letter in purpose) state = (state ^ letter) * 1099511628211UL;
        state = Mix(state ^ Mix((ulong)seed)) ^ Mix((ulong)number + 0x632BE59BD9B4E019UL);
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits() => Mix(state += 0x9E3779B97F4A7C15UL);

    /// <summary>Uniform in (0, 1).</summary>
    public double Uniform() => ((Bits() >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Mean 0, standard deviation 1.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
