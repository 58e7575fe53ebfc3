using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using MQTTnet.Exceptions;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>
/// The form of the log: eight bytes that name it, then records. A record is the length of its body, a checksum of that length,
/// a checksum of the body, and the body. The first checksum tells a record that was cut off from one whose length is damaged.
/// </summary>
internal static class LogFile
{
    public const string Name = "sessions.log";
    private const int HeaderLength = 12;
    private const int LargestBody = 512 * 1024 * 1024;

    public static ReadOnlySpan<byte> Magic => "LABMQTT1"u8;

    /// <summary>Writes one record; where that fails, nothing.</summary>
    /// <exception cref="MqttProtocolViolationException">The entries have no form on disk, or too long a one.</exception>
    public static void Write(WireWriter writer, params ReadOnlySpan<LogEntry> entries)
    {
        var start = writer.Length;
        try
        {
            for (var i = 0; i < HeaderLength / 4; i++) writer.UInt32(0);
            foreach (var entry in entries) LogCodec.Write(writer, entry);
            var body = writer.Written.Span[(start + HeaderLength)..];
            if (body.Length > LargestBody)
                throw new MqttProtocolViolationException($"A record of {body.Length} bytes does not fit in the log of the sessions; at most {LargestBody} do.");

            Seal(writer, start, (uint)body.Length, Crc(body));
        }
        catch
        {
            writer.Truncate(start);
            throw;
        }
    }

    /// <summary>Reads every record, one at a time.</summary>
    /// <param name="path">The name of the file, for what is thrown.</param>
    /// <param name="file">The file.</param>
    /// <param name="each">Takes the entries of one record.</param>
    /// <returns>Where the last whole record ends; what follows was being written when the process ended.</returns>
    /// <exception cref="InvalidDataException">The file is damaged before its end.</exception>
    public static long Read(string path, SafeFileHandle file, Action<List<LogEntry>> each)
    {
        var window = new LogWindow(path, file);
        if (window.Remaining < Magic.Length) return 0;
        if (!window.Peek(Magic.Length).SequenceEqual(Magic)) throw Damaged(path, 0, "it does not begin as a log of sessions does");

        window.Skip(Magic.Length);
        while (window.Remaining >= HeaderLength)
        {
            var header = window.Peek(HeaderLength);
            // A file system that lost power may leave zeros where a record was to be.
            if (!header.ContainsAnyExcept((byte)0)) return EndBeforeZeros(path, window);

            var (length, sum) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[8..]));
            if (BinaryPrimitives.ReadUInt32BigEndian(header[4..]) != Mixed(length) || length > LargestBody)
                throw Damaged(path, window.Offset, "the length of a record does not agree with its checksum");

            var whole = HeaderLength + (int)length;
            if (window.Remaining < whole) return window.Offset;

            var body = window.Peek(whole)[HeaderLength..];
            if (Crc(body) != sum)
            {
                if (window.Remaining == whole) return window.Offset;
                throw Damaged(path, window.Offset, "a record does not agree with its checksum");
            }

            each(Entries(path, window.Offset, body));
            window.Skip(whole);
        }

        return window.Offset;
    }

    private static long EndBeforeZeros(string path, LogWindow window)
    {
        var from = window.Offset;
        while (window.Remaining > 0)
        {
            var count = (int)Math.Min(window.Remaining, 64 * 1024);
            if (window.Peek(count).ContainsAnyExcept((byte)0)) throw Damaged(path, from, "the length of a record does not agree with its checksum");

            window.Skip(count);
        }

        return from;
    }

    private static void Seal(WireWriter writer, int start, uint length, uint sum)
    {
        writer.Overwrite(start, length);
        writer.Overwrite(start + 4, Mixed(length));
        writer.Overwrite(start + 8, sum);
    }

    private static uint Mixed(uint length) => ~length * 2654435761;

    private static List<LogEntry> Entries(string path, long offset, ReadOnlySpan<byte> body)
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

    private static InvalidDataException Damaged(string path, long offset, string why) =>
        new($"'{path}' is damaged at byte {offset}: {why}. Restore the file from a copy, or move it away to start without sessions.");
}
