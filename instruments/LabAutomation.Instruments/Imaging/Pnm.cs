using System.Buffers.Binary;

namespace LabAutomation.Instruments;

/// <summary>A binary portable graymap (P5) or pixmap (P6) of one or two bytes a sample, most significant first (Netpbm, pgm(5) and ppm(5)).</summary>
internal readonly ref struct Pnm
{
    /// <summary>Longest side; more is noise.</summary>
    private const int LargestSide = 1 << 16;

    private readonly ReadOnlySpan<byte> _samples;
    private readonly int _full;

    private Pnm(bool isColour, int full, ReadOnlySpan<byte> samples)
    {
        IsColour = isColour;
        _full = full;
        _samples = samples;
    }

    public bool IsColour { get; }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out Pnm pnm)
    {
        pnm = default;
        if (bytes.Length < 3 || bytes[0] != 'P' || bytes[1] is not ((byte)'5' or (byte)'6')) return false;
        var isColour = bytes[1] == '6';
        var at = 2;
        if (!TryNumber(bytes, ref at, LargestSide, out var width) || !TryNumber(bytes, ref at, LargestSide, out var height) || !TryNumber(bytes, ref at, 65535, out var full)) return false;

        // One white space, and then the samples begin whatever they look like.
        if (at >= bytes.Length || !IsSpace(bytes[at])) return false;
        var size = (long)width * height * (isColour ? 3 : 1) * (full > 255 ? 2 : 1);
        if (bytes.Length - at - 1 != size) return false;
        pnm = new Pnm(isColour, full, bytes[(at + 1)..]);
        return true;
    }

    public PictureStatistics Measure()
    {
        var (sum, saturated, wide) = (0.0, 0, _full > 255);
        var count = wide ? _samples.Length / 2 : _samples.Length;
        for (var k = 0; k < count; k++)
        {
            var sample = wide ? BinaryPrimitives.ReadUInt16BigEndian(_samples[(2 * k)..]) : _samples[k];
            sum += sample;
            if (sample >= _full) saturated++;
        }

        return new PictureStatistics(sum / count / _full, (double)saturated / count);
    }

    private static bool TryNumber(ReadOnlySpan<byte> bytes, ref int at, int most, out int number)
    {
        number = 0;
        var start = at;
        for (; at < bytes.Length && (IsSpace(bytes[at]) || bytes[at] == '#'); at++)
        {
            if (bytes[at] != '#') continue;
            while (at < bytes.Length && bytes[at] is not ((byte)'\n' or (byte)'\r')) at++;
        }

        if (at == start) return false;
        var digits = at;
        for (; at < bytes.Length && char.IsAsciiDigit((char)bytes[at]) && number <= most; at++) number = number * 10 + bytes[at] - '0';
        return at > digits && number > 0 && number <= most;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\v' or (byte)'\f' or (byte)'\r';
}
