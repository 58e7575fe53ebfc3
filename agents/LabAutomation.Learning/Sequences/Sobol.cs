namespace LabAutomation.Learning;

/// <summary>
/// The Sobol sequence in Gray-code order, plain or with Owen's nested uniform scrambling. Any point can be asked for by its
/// number. A. B. Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995; the permutation of each bit is a hash of the
/// seed, the dimension and the bits above it, so nothing is stored.
/// </summary>
public sealed class Sobol
{
    private const int Bits = 32;
    private const double Scale = 1.0 / (1UL << Bits);
    private readonly uint[] _directions;
    private readonly ulong[]? _scramble;

    /// <summary>A sequence of points with so many numbers.</summary>
    /// <param name="dimensions">1 to <see cref="MaximumDimensions"/>.</param>
    /// <param name="scrambleSeed">Null for the plain sequence, whose first point is the origin.</param>
    public Sobol(int dimensions, int? scrambleSeed = null)
    {
        if (dimensions is < 1 or > MaximumDimensions)
            throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, $"a Sobol sequence here has 1 to {MaximumDimensions} dimensions");
        Dimensions = dimensions;
        _directions = Directions(dimensions);
        if (scrambleSeed is not { } seed) return;
        var stream = new RandomStream(seed, dimensions);
        _scramble = new ulong[dimensions];
        for (var d = 0; d < dimensions; d++) _scramble[d] = stream.NextBits();
    }

    /// <summary>As many as there are published direction numbers for here.</summary>
    public const int MaximumDimensions = JoeKuoDirections.Dimensions;

    /// <summary>Numbers in a point.</summary>
    public int Dimensions { get; }

    /// <summary>Writes point number <paramref name="index"/>; coordinates are in [0, 1), in (0, 1) where scrambled.</summary>
    public void Read(uint index, Span<double> point)
    {
        if (point.Length != Dimensions)
            throw new ArgumentException($"the point has {point.Length} coordinates; the sequence has {Dimensions}", nameof(point));
        var gray = index ^ (index >> 1);
        for (var d = 0; d < Dimensions; d++)
        {
            var bits = 0u;
            var directions = _directions.AsSpan(d * Bits, Bits);
            for (var rest = gray; rest != 0; rest &= rest - 1) bits ^= directions[System.Numerics.BitOperations.TrailingZeroCount(rest)];
            point[d] = _scramble is null ? bits * Scale : (Scrambled(bits, _scramble[d]) + 0.5) * Scale;
        }
    }

    private static uint Scrambled(uint bits, ulong key)
    {
        var result = 0u;
        for (var bit = Bits - 1; bit >= 0; bit--)
        {
            // Prefixes of different lengths must not collide, hence the marker bit above the prefix.
            var above = bit == Bits - 1 ? 1UL : (1UL << (Bits - 1 - bit)) | (bits >> (bit + 1));
            var flip = (uint)(RandomStream.Mix(key ^ RandomStream.Mix(above)) >> 63);
            result |= (((bits >> bit) & 1u) ^ flip) << bit;
        }
        return result;
    }

    private static uint[] Directions(int dimensions)
    {
        var directions = new uint[dimensions * Bits];
        for (var k = 0; k < Bits; k++) directions[k] = 1u << (Bits - 1 - k);
        var rows = JoeKuoDirections.Rows;
        for (var d = 1; d < dimensions; d++)
        {
            var (degree, inner) = (rows[0], rows[1]);
            var v = directions.AsSpan(d * Bits, Bits);
            for (var k = 0; k < degree; k++) v[k] = (uint)rows[2 + k] << (Bits - 1 - k);
            for (var k = (int)degree; k < Bits; k++)
            {
                v[k] = v[k - degree] ^ (v[k - degree] >> degree);
                for (var j = 1; j < degree; j++)
                    if (((inner >> (degree - 1 - j)) & 1) == 1) v[k] ^= v[k - j];
            }
            rows = rows[(2 + degree)..];
        }
        return directions;
    }
}
