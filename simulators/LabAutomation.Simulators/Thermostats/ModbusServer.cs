using System.Buffers.Binary;

namespace LabAutomation.Simulators.Thermostats;

/// <summary>
/// Answers requests as the MODBUS Application Protocol Specification V1.1b3, section 6, has it: 03, 04, 06 and 10h; exceptions 01 to 04
/// and 06. A multiple write is checked as a whole before its first register changes.
/// </summary>
internal sealed class ModbusServer(IModbusRegisters registers, Func<bool> isBusy)
{
    private const int MostRead = 125;
    private const int MostWritten = 123;
    private const int LongestFrame = 260;
    private const int Header = 7;

    /// <param name="request">Function code and data, without address and check.</param>
    public byte[] Answer(ReadOnlySpan<byte> request)
    {
        var function = request[0];
        if (function is not (3 or 4 or 6 or 16)) return Exception(function, 1);
        if (isBusy()) return Exception(function, 6);
        if (request.Length < 5 || (function != 16 && request.Length != 5)) return Exception(function, 3);
        var address = BinaryPrimitives.ReadUInt16BigEndian(request[1..]);
        var second = BinaryPrimitives.ReadUInt16BigEndian(request[3..]);
        return function switch
        {
            6 => Write(request, address, [second]),
            16 => Several(request, address, second),
            _ => Read(function, address, second),
        };
    }

    /// <summary>Answers the first request on TCP among the bytes that came, and takes it out of them.</summary>
    /// <param name="unit">Requests to others are not answered.</param>
    /// <returns>False where there is no whole one.</returns>
    public bool TakeTcp(List<byte> pending, int unit, Action<byte[]> send)
    {
        if (pending.Count < Header) return false;
        var frame = pending.ToArray();
        var length = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(4));
        if (length is < 2 or > LongestFrame - Header + 1)
        {
            pending.Clear();
            return false;
        }

        var end = Header - 1 + length;
        if (frame.Length < end) return false;
        pending.RemoveRange(0, end);
        if (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(2)) != 0 || frame[6] != unit) return true;
        var answer = Answer(frame.AsSpan(Header, length - 1));
        byte[] head = [frame[0], frame[1], 0, 0, 0, (byte)(answer.Length + 1), frame[6]];
        send([.. head, .. answer]);
        return true;
    }

    private static byte[] Exception(byte function, byte code) => [(byte)(function | 0x80), code];

    private byte[] Read(byte function, int address, int count)
    {
        if (count is < 1 or > MostRead) return Exception(function, 3);
        var answer = new byte[2 + (2 * count)];
        (answer[0], answer[1]) = (function, (byte)(2 * count));
        for (var k = 0; k < count; k++)
        {
            if ((function == 3 ? registers.Holding(address + k) : registers.Input(address + k)) is not { } value) return Exception(function, 2);
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2 + (2 * k)), value);
        }

        return answer;
    }

    private byte[] Several(ReadOnlySpan<byte> request, int address, int count)
    {
        if (count is < 1 or > MostWritten || request.Length != 6 + (2 * count) || request[5] != 2 * count) return Exception(16, 3);
        var values = new ushort[count];
        for (var k = 0; k < count; k++) values[k] = BinaryPrimitives.ReadUInt16BigEndian(request[(6 + (2 * k))..]);
        return Write(request, address, values);
    }

    private byte[] Write(ReadOnlySpan<byte> request, int address, ushort[] values)
    {
        for (var k = 0; k < values.Length; k++)
        {
            if (registers.Holding(address + k) is null) return Exception(request[0], 2);
        }

        for (var k = 0; k < values.Length; k++)
        {
            if (!registers.Allows(address + k, values[k])) return Exception(request[0], 3);
        }

        for (var k = 0; k < values.Length; k++)
        {
            if (!registers.Write(address + k, values[k])) return Exception(request[0], 4);
        }

        return request[..5].ToArray();
    }
}
