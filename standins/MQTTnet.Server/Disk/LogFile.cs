using System.Buffers.Binary;
using System.Numerics;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>
/// The form of the log: eight bytes that name it, then records. A record is the length of its body, a checksum of that length,
/// a checksum of the body, and the body. The first checksum tells a record that was cut off from one whose length is damaged.
/// </summary>
internal static class LogFile
{
    public const string Name = "sessions.log";
    public const int HeaderLength = 12;
    private const int LargestBody = 512 * 1024 * 1024;

    public static ReadOnlySpan<byte> Magic => "LABMQTT1"u8;

    /// <summary>Closes the record whose header was reserved at <paramref name="start"/>.</summary>
    public static void Seal(WireWriter writer, int start)
    {
        var body = writer.Written.Span[(start + HeaderLength)..];
        var length = (uint)body.Length;
        var sum = Crc(body);
        writer.Overwrite(start, length);
        writer.Overwrite(start + 4, ~length * 2654435761);
        writer.Overwrite(start + 8, sum);
    }

    /// <summary>Reads every record.</summary>
    /// <param name="path">The file, named in what is thrown.</param>
    /// <param name="bytes">What it contains.</param>
    /// <param name="each">Takes the entries of one record.</param>
    /// <returns>Where the last whole record ends; what follows was being written when the process ended.</returns>
    /// <exception cref="InvalidDataException">The file is damaged before its end.</exception>
    public static int Read(string path, ReadOnlySpan<byte> bytes, Action<List<LogEntry>> each)
    {
        if (bytes.Length < Magic.Length) return 0;
        if (!bytes.StartsWith(Magic)) throw Damaged(path, 0, "it does not begin as a log of sessions does");

        var offset = Magic.Length;
        while (bytes.Length - offset >= HeaderLength)
        {
            var header = bytes[offset..];
            // A file system that lost power may leave zeros where a record was to be.
            if (!header.ContainsAnyExcept((byte)0)) return offset;

            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (BinaryPrimitives.ReadUInt32BigEndian(header[4..]) != ~length * 2654435761 || length > LargestBody)
                throw Damaged(path, offset, "the length of a record does not agree with its checksum");
            if (header.Length - HeaderLength < length) return offset;

            var body = header.Slice(HeaderLength, (int)length);
            if (Crc(body) != BinaryPrimitives.ReadUInt32BigEndian(header[8..]))
            {
                if (header.Length == HeaderLength + (int)length) return offset;
                throw Damaged(path, offset, "a record does not agree with its checksum");
            }

            each(Entries(path, offset, body));
            offset += HeaderLength + (int)length;
        }

        return offset;
    }

    private static List<LogEntry> Entries(string path, int offset, ReadOnlySpan<byte> body)
    {
        try
        {
            return LogCodec.Read(body);
        }
        catch (MalformedPacketException unreadable)
        {
            throw Damaged(path, offset, unreadable.Message);
        }
    }

    // CRC-32C, which processors have an instruction for.
    private static uint Crc(ReadOnlySpan<byte> body)
    {
        var sum = uint.MaxValue;
        for (; body.Length >= 8; body = body[8..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(body));
        foreach (var one in body) sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }

    private static InvalidDataException Damaged(string path, int offset, string why) =>
        new($"'{path}' is damaged at byte {offset}: {why}. Restore the file from a copy, or move it away to start without sessions.");
}
