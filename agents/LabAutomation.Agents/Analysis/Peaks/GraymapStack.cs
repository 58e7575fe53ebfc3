using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>Frames of a detector as binary graymaps of 16 bits one after the other (Netpbm, pgm(5)): width and height, and the counts of each.</summary>
internal sealed class GraymapStack
{
    private const int LargestSide = 8192;

    private GraymapStack(int width, int height, IReadOnlyList<ushort[]> frames) => (Width, Height, Frames) = (width, height, frames);

    public int Width { get; }

    public int Height { get; }

    /// <summary>Row after row.</summary>
    public IReadOnlyList<ushort[]> Frames { get; }

    /// <exception cref="AnalysisException">The bytes are no such frames, or frames of several sizes.</exception>
    public static GraymapStack Read(ReadOnlySpan<byte> bytes)
    {
        var (width, height, frames) = (0, 0, new List<ushort[]>());
        for (var at = 0; at < bytes.Length;)
        {
            var number = frames.Count + 1;
            if (NoHead(bytes[at..], out var size, out var head) is { } mistake) throw new AnalysisException($"frame {number} {mistake}");
            if (frames.Count > 0 && size != (width, height)) throw new AnalysisException($"frame {number} has {size.Width} × {size.Height} pixels, those before it {width} × {height}");
            (width, height) = size;
            var counts = new ushort[width * height];
            at += head;
            if (bytes.Length - at < 2 * counts.Length) throw new AnalysisException($"frame {number} is cut off: it has {(bytes.Length - at) / 2} of {counts.Length} pixels");
            for (var i = 0; i < counts.Length; i++) counts[i] = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + (2 * i))..]);
            at += 2 * counts.Length;
            frames.Add(counts);
        }

        return new GraymapStack(width, height, frames);
    }

    /// <summary>Pixels whose counts change from frame to frame. Gaps between panels, dead pixels and stuck ones always show the same.</summary>
    public bool[] Living()
    {
        var living = new bool[Width * Height];
        foreach (var frame in Frames.Skip(1))
        {
            for (var i = 0; i < living.Length; i++) living[i] |= frame[i] != Frames[0][i];
        }

        return living;
    }

    /// <param name="bytes">Where a frame should begin.</param>
    /// <param name="length">Of the head.</param>
    /// <returns>Why none does, in words that follow the frame's number; null where one does.</returns>
    internal static string? NoHead(ReadOnlySpan<byte> bytes, out (int Width, int Height) size, out int length)
    {
        (size, length) = (default, 0);
        var text = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 32)]).Split('\n', 4);
        if (text is not ["P5", var sides, var most, _] || sides.Split(' ') is not [var width, var height]) return NoHead(text[0].StartsWith("P5", StringComparison.Ordinal) ? $"and here stands {Shown(text)}" : $"and this begins with {Shown(text)}");
        if (most != "65535") return NoHead($"and its largest count is '{most}'");
        if (!int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out size.Width) || !int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out size.Height)
            || size is not { Width: > 0 and <= LargestSide, Height: > 0 and <= LargestSide }) return NoHead($"its sides are 1 to {LargestSide} pixels, and these are '{sides}'");
        length = "P5\n\n65535\n".Length + sides.Length;
        return null;
    }

    private static string NoHead(string mistake) => $"does not begin as a graymap of 16 bits, which has 'P5', width and height, and 65535 in lines of their own: {mistake}";

    /// <summary>As much as a reader can tell something by, with a dot for what cannot be shown.</summary>
    private static string Shown(string[] lines) => $"'{string.Concat(string.Join(' ', lines).Take(16).Select(letter => letter is >= ' ' and <= '~' ? letter : '.'))}'";
}
