namespace LabAutomation.Learning;

/// <summary>
/// Random numbers that are a function of a seed and of what they are for, the same on every machine and runtime.
/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
/// </summary>
internal sealed class RandomStream
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <param name="seed">Of the campaign.</param>
    /// <param name="purpose">Whatever tells this stream from others of the same seed, such as the number of the trial.</param>
    public RandomStream(int seed, params ReadOnlySpan<int> purpose)
    {
        _state = Mix((uint)seed + Golden);
        foreach (var part in purpose) _state = Mix(_state ^ Mix((uint)part + Golden));
    }

    /// <summary>A bijection on 64 bits whose output bits depend on all input bits.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    public ulong NextBits() => Mix(_state += Golden);

    /// <summary>In [0, 1).</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>In [0, <paramref name="count"/>).</summary>
    public int NextIndex(int count) => (int)(NextUniform() * count);

    /// <summary>Standard normal.</summary>
    public double NextNormal() => SpecialFunctions.NormalQuantile((NextBits() >> 11) * (1.0 / (1UL << 53)) + 1.0 / (1UL << 54));
}
