using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>Reads frames of a detector as they come: binary graymaps of 16 bits one after the other (Netpbm, pgm(5)).</summary>
internal sealed class GraymapReader(Stream source)
{
    /// <summary>Bytes of the shortest head, of a frame of one pixel, and of the longest.</summary>
    private const int Shortest = 13, Longest = 32;

    private readonly byte[] _head = new byte[Longest];
    private int _number;
    private long _at;

    /// <summary>The next frame; null at the end of the stream.</summary>
    /// <exception cref="AnalysisException">What comes is no such frame, or is cut off.</exception>
    public async Task<GraymapFrame?> ReadAsync(CancellationToken cancellation)
    {
        var length = await source.ReadAtLeastAsync(_head.AsMemory(0, Shortest), Shortest, throwOnEndOfStream: false, cancellation);
        if (length == 0) return null;
        _number++;
        while (length < Longest && _head.AsSpan(0, length).Count((byte)'\n') < 3 && await source.ReadAsync(_head.AsMemory(length, 1), cancellation) == 1) length++;
        if (GraymapStack.NoHead(_head.AsSpan(0, length), out var size, out _) is { } mistake) throw new AnalysisException($"frame {_number} {mistake}, at byte {_at + 1}");
        var payload = new byte[2 * size.Width * size.Height];
        var got = await source.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, cancellation);
        _at += length + payload.Length;
        if (got < payload.Length) throw new AnalysisException($"frame {_number} is cut off: it has {got / 2} of {payload.Length / 2} pixels");
        var counts = MemoryMarshal.Cast<byte, ushort>(payload.AsSpan());
        BinaryPrimitives.ReverseEndianness(counts, counts);
        return new GraymapFrame(_number, size.Width, size.Height, payload);
    }
}

/// <param name="Number">From 1.</param>
/// <param name="Payload">Counts of 16 bits, the low byte first, row after row.</param>
internal sealed record GraymapFrame(int Number, int Width, int Height, byte[] Payload);
