using System.Numerics;

namespace LabAutomation.Learning;

/// <summary>
/// A seeded order of the numbers 0 to count − 1, of which any place can be read without making the list: a balanced Feistel
/// network on the next even power of two, walked on until it lands in range (Black and Rogaway, "Ciphers with arbitrary finite
/// domains", 2002).
/// </summary>
internal sealed class Permutation
{
    private const int Rounds = 6;
    private readonly long _count;
    private readonly int _halfBits;
    private readonly ulong[] _keys = new ulong[Rounds];

    public Permutation(long count, int seed)
    {
        _count = count;
        _halfBits = Math.Max(1, (65 - BitOperations.LeadingZeroCount((ulong)Math.Max(1, count - 1))) / 2);
        var stream = new RandomStream(seed, Rounds);
        for (var i = 0; i < Rounds; i++) _keys[i] = stream.NextBits();
    }

    public long this[long place]
    {
        get
        {
            do place = Scrambled(place); while (place >= _count);
            return place;
        }
    }

    private long Scrambled(long value)
    {
        var mask = (1UL << _halfBits) - 1;
        var (left, right) = ((ulong)value >> _halfBits, (ulong)value & mask);
        foreach (var key in _keys) (left, right) = (right, left ^ (RandomStream.Mix(right ^ key) & mask));
        return (long)((left << _halfBits) | right);
    }
}
