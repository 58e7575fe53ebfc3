using System.Text;

namespace LabAutomation.Instruments;

/// <summary>Frames of a detector as graymaps of 16 bits one after the other (Netpbm, pgm(5)), checked for being whole and of one size.</summary>
internal static class FrameStack
{
    public const string ContentType = "image/x-portable-graymap";

    /// <summary>Bytes of one frame with its header.</summary>
    public static int BytesOf(int width, int height) => Head(width, height).Length + (2 * width * height);

    /// <summary>Whether these are so many frames of the size and nothing else.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes, int frames, int width, int height)
    {
        var (head, size) = (Head(width, height), BytesOf(width, height));
        if (bytes.Length != (long)frames * size) return false;
        for (var k = 0; k < frames; k++)
        {
            if (!bytes[(k * size)..].StartsWith(head)) return false;
        }

        return true;
    }

    private static byte[] Head(int width, int height) => Encoding.ASCII.GetBytes(FormattableString.Invariant($"P5\n{width} {height}\n65535\n"));
}
