using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LabAutomation.Benchmarks.Broker;

/// <summary>
/// A client of MQTT 5 on a blocking socket that does as little as it can, so that the broker and not the client is measured.
/// It reads what has come, answers it in one piece, and builds each PUBLISH once.
/// </summary>
internal sealed class RawPeer : IDisposable
{
    /// <summary>How far publishers run ahead of a receiver at most, where nothing else is said.</summary>
    public const int LargestLead = 20_000;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[64 * 1024];
    private readonly byte[] _acks = new byte[64 * 1024];
    private byte[] _batch = new byte[64 * 1024];
    private int _end;
    private ushort _lastId;
    private long _messages;

    /// <summary>PUBLISH packets that have come; any thread may look.</summary>
    public long Messages => Volatile.Read(ref _messages);

    public RawPeer(int port, string clientId, uint sessionExpiry = 0, int? receiveBuffer = null)
    {
        if (receiveBuffer is { } size) _socket.ReceiveBufferSize = size;
        _socket.Connect(IPAddress.Loopback, port);
        byte[] expiry = sessionExpiry == 0 ? [0] : [5, 17, .. BigEndian(sessionExpiry)];
        _socket.Send(Frame(0x10, [0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 2, 0, 0, .. expiry, .. Text(clientId)]));
        ReadUntil(0x20);
    }

    public static byte[] Publish(string topic, int quality, int size) =>
        Frame((byte)(0x30 | (quality << 1)), [.. Text(topic), .. quality == 0 ? Array.Empty<byte>() : [0, 0], 0, .. new byte[size]]);

    public void Subscribe(string filter, int quality)
    {
        _socket.Send(Frame(0x82, [0, 1, 0, .. Text(filter), (byte)quality]));
        ReadUntil(0x90);
    }

    /// <summary>
    /// Publishes with at most <paramref name="window"/> messages not acknowledged. With QoS 0 there is nothing to wait for.
    /// A receiver that falls behind is waited for, so that no broker has to drop.
    /// </summary>
    /// <returns>How many PUBACK said that the message was not taken.</returns>
    public int PublishMany(byte[] frame, int idAt, int count, int window, RawPeer? receiver = null, int lead = LargestLead)
    {
        var (sent, acknowledged, refused) = (0, 0, 0);
        if (_batch.Length < frame.Length * 128) _batch = new byte[frame.Length * 128];
        while (acknowledged < count)
        {
            while (receiver is not null && sent - receiver.Messages > lead) Thread.Sleep(1);
            var now = Math.Min(Math.Min(count - sent, 128), idAt < 0 ? 128 : window - (sent - acknowledged));
            for (var i = 0; i < now; i++)
            {
                var copy = _batch.AsSpan(i * frame.Length, frame.Length);
                frame.CopyTo(copy);
                if (idAt >= 0) BinaryPrimitives.WriteUInt16BigEndian(copy[idAt..], _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1));
            }

            if (now > 0) _socket.Send(_batch, now * frame.Length, SocketFlags.None);
            sent += now;
            if (idAt < 0) acknowledged = sent;
            else Read((first, body) =>
            {
                if (first != 0x40) return;
                acknowledged++;
                if (body.Length > 2 && body[2] >= 0x80) refused++;
            });
        }

        return refused;
    }

    /// <summary>Receives until <paramref name="count"/> messages have come, and acknowledges them where asked.</summary>
    public void ReceiveMany(int count, bool acknowledge = true)
    {
        for (var received = 0; received < count;)
        {
            var length = 0;
            Read((first, body) =>
            {
                if (first >> 4 != 3) return;
                received++;
                Volatile.Write(ref _messages, _messages + 1);
                if ((first & 6) == 0 || !acknowledge) return;

                var id = 2 + BinaryPrimitives.ReadUInt16BigEndian(body);
                (_acks[length], _acks[length + 1], _acks[length + 2], _acks[length + 3]) = (0x40, 2, body[id], body[id + 1]);
                length += 4;
            });
            if (length > 0) _socket.Send(_acks, length, SocketFlags.None);
        }
    }

    public void Send(byte[] frame) => _socket.Send(frame);

    public void Dispose() => _socket.Dispose();

    private delegate void Frames(byte first, ReadOnlySpan<byte> body);

    private void ReadUntil(byte wanted)
    {
        var isThere = false;
        while (!isThere) Read((first, _) => isThere |= first == wanted);
    }

    private void Read(Frames each)
    {
        var count = _socket.Receive(_received, _end, _received.Length - _end, SocketFlags.None);
        if (count == 0) throw new IOException("The broker closed the connection.");

        _end += count;
        var start = 0;
        while (Whole(_received.AsSpan(start, _end - start), out var header, out var length))
        {
            each(_received[start], _received.AsSpan(start + header, length));
            start += header + length;
        }

        _received.AsSpan(start, _end - start).CopyTo(_received);
        _end -= start;
    }

    private static bool Whole(ReadOnlySpan<byte> bytes, out int header, out int length)
    {
        (header, length) = (0, 0);
        for (var i = 1; i < bytes.Length; i++)
        {
            length |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if (bytes[i] >= 0x80) continue;

            header = i + 1;
            return bytes.Length >= header + length;
        }

        return false;
    }

    private static byte[] Frame(byte first, byte[] body)
    {
        var length = body.Length < 128 ? [(byte)body.Length] : new[] { (byte)(body.Length | 0x80), (byte)(body.Length >> 7) };
        return [first, .. length, .. body];
    }

    private static byte[] Text(string text) => [.. BigEndian((ushort)text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] BigEndian(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
