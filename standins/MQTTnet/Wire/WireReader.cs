using System.Buffers.Binary;
using System.Text;

namespace MQTTnet.Wire;

/// <summary>Reads the data types of MQTT 5, 1.5. Reading past the end is a malformed packet.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest = data;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public uint VariableInteger()
    {
        uint value = 0;
        for (var shift = 0; shift < 28; shift += 7)
        {
            var digit = Byte();
            value |= (uint)(digit & 0x7F) << shift;
            if (digit < 0x80)
                return digit == 0 && shift > 0 ? throw MalformedPacketException.Malformed("A variable byte integer is longer than needed.") : value;
        }

        throw MalformedPacketException.Malformed("A variable byte integer is longer than four bytes.");
    }

    public string String()
    {
        var bytes = Take(UInt16());
        if (bytes.Contains((byte)0)) throw MalformedPacketException.Malformed("A string contains the character U+0000.");

        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw MalformedPacketException.Malformed("A string is not UTF-8.");
        }
    }

    public byte[] Binary() => Take(UInt16()).ToArray();

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw MalformedPacketException.Malformed($"A packet ends {length - _rest.Length} bytes before a field that it announces.");

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public byte[] Rest() => Take(Remaining).ToArray();

    public readonly void RequireEnd(string packet)
    {
        if (Remaining > 0) throw MalformedPacketException.Malformed($"{packet} has {Remaining} bytes more than its fields need.");
    }
}
