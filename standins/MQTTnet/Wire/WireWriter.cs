using System.Buffers.Binary;
using System.Text;
using MQTTnet.Exceptions;

namespace MQTTnet.Wire;

/// <summary>Writes the data types of MQTT 5, 1.5 into a buffer that grows and is used again.</summary>
internal sealed class WireWriter
{
    private const int KeptCapacity = 256 * 1024;
    private byte[] _buffer = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Clear()
    {
        Length = 0;
        // One large packet must not cost its size for as long as the connection lasts.
        if (_buffer.Length > KeptCapacity) _buffer = new byte[1024];
    }

    public void Truncate(int length) => Length = length;

    /// <summary>Fills in a number whose place was reserved before it was known.</summary>
    public void Overwrite(int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(at, 4), value);

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void VariableInteger(uint value)
    {
        do
        {
            Byte((byte)((value & 0x7F) | (value > 0x7F ? 0x80u : 0)));
            value >>= 7;
        }
        while (value > 0);
    }

    public void String(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > ushort.MaxValue) throw new MqttProtocolViolationException($"A string of {length} bytes does not fit; MQTT allows 65535.");

        UInt16((ushort)length);
        Encoding.UTF8.GetBytes(value, Reserve(length));
    }

    public void Binary(ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue) throw new MqttProtocolViolationException($"Binary data of {value.Length} bytes does not fit; MQTT allows 65535.");

        UInt16((ushort)value.Length);
        Bytes(value);
    }

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>Puts the length of everything written since <paramref name="start"/> before it, as a variable byte integer.</summary>
    public void PrefixLength(int start)
    {
        var length = Length - start;
        MqttProtocolViolationException.ThrowIfVariableByteIntegerExceedsLimit((uint)length);

        var size = length switch { < 1 << 7 => 1, < 1 << 14 => 2, < 1 << 21 => 3, _ => 4 };
        Reserve(size);
        _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(start + size));
        Length = start;
        VariableInteger((uint)length);
        Length += length;
    }

    private Span<byte> Reserve(int count)
    {
        if (count > _buffer.Length - Length) Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(_buffer.Length * 2L, (long)Length + count)));

        var span = _buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }
}
