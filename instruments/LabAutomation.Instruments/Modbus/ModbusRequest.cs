using System.Buffers.Binary;

namespace LabAutomation.Instruments;

/// <summary>
/// A request for registers and what its answer must look like (MODBUS Application Protocol Specification V1.1b3, sections 6.3, 6.4, 6.6
/// and 6.12). Addresses count from 0, as on the wire.
/// </summary>
internal sealed class ModbusRequest
{
    /// <summary>Added to the function code of an answer that is an exception; one byte with its code follows.</summary>
    private const byte ExceptionBit = 0x80;

    private readonly byte[] _head;

    private ModbusRequest(byte[] bytes, int answerLength, params byte[] head) => (Bytes, AnswerLength, _head) = (bytes, answerLength, head);

    /// <summary>Function code and data.</summary>
    public byte[] Bytes { get; }

    public byte Function => Bytes[0];

    /// <summary>Bytes of an answer that is no exception.</summary>
    public int AnswerLength { get; }

    public static ModbusRequest ReadHolding(ushort address, int count) => Read(3, address, count);

    public static ModbusRequest ReadInput(ushort address, int count) => Read(4, address, count);

    public static ModbusRequest Write(ushort address, ushort value)
    {
        byte[] bytes = [6, .. Words(address, value)];
        return new ModbusRequest(bytes, bytes.Length, bytes);
    }

    public static ModbusRequest Write(ushort address, params ushort[] values)
    {
        byte[] start = [16, .. Words(address, (ushort)values.Length)];
        return new ModbusRequest([.. start, (byte)(2 * values.Length), .. Words(values)], start.Length, start);
    }

    /// <summary>How long an answer is that begins with this function code; null where it answers something else.</summary>
    public int? LengthOf(byte function) => function == Function ? AnswerLength : function == (Function | ExceptionBit) ? 2 : null;

    /// <summary>Whether these bytes answer this request.</summary>
    public bool Fits(ReadOnlySpan<byte> answer) =>
        answer.Length > 0 && answer.Length == LengthOf(answer[0]) && (IsException(answer) ? answer[1] != 0 : answer.StartsWith(_head));

    public static bool IsException(ReadOnlySpan<byte> answer) => (answer[0] & ExceptionBit) != 0;

    /// <summary>The registers in the answer to a read.</summary>
    public static ushort[] Registers(ReadOnlySpan<byte> answer)
    {
        var values = new ushort[(answer.Length - 2) / 2];
        for (var k = 0; k < values.Length; k++) values[k] = BinaryPrimitives.ReadUInt16BigEndian(answer[(2 + (2 * k))..]);
        return values;
    }

    private static ModbusRequest Read(byte function, ushort address, int count) =>
        new([function, .. Words(address, (ushort)count)], 2 + (2 * count), function, (byte)(2 * count));

    private static IEnumerable<byte> Words(params ushort[] words) => words.SelectMany(word => new[] { (byte)(word >> 8), (byte)word });
}
