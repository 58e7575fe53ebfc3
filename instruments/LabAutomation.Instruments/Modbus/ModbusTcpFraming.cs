using System.Buffers.Binary;
using System.Text;

namespace LabAutomation.Instruments;

/// <summary>
/// Modbus on TCP: transaction, protocol 0, length, unit, then function and data (MODBUS Messaging on TCP/IP Implementation Guide V1.0b,
/// section 3.1.3). Transactions are numbered over all connections, so that a late answer is known by its number and dropped.
/// </summary>
internal sealed class ModbusTcpFraming(byte unit) : IModbusFraming
{
    private const int HeaderLength = 7;
    private const int LongestAnswer = 253;

    /// <summary>More late answers than this do not wait in a line.</summary>
    private const int MostLate = 16;

    private ushort _transaction;

    public Task StartAsync(InstrumentLink link) => Task.CompletedTask;

    public async Task<byte[]> AskAsync(InstrumentLink link, ModbusRequest request)
    {
        _transaction++;
        var frame = new byte[HeaderLength + request.Bytes.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, _transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)(request.Bytes.Length + 1));
        frame[6] = unit;
        request.Bytes.CopyTo(frame, HeaderLength);
        var sent = Encoding.Latin1.GetString(frame);
        await link.SendAsync(sent);

        for (var late = 0; late <= MostLate; late++)
        {
            var header = await link.ReadExactlyAsync(HeaderLength);
            var (transaction, protocol, length) = (Word(header, 0), Word(header, 2), Word(header, 4) - 1);
            if (protocol != 0 || length is < 2 or > LongestAnswer || header[6] != unit) throw await link.GarbageAsync(sent, Encoding.Latin1.GetString(header));
            var answer = await link.ReadExactlyAsync(length);
            if (transaction != _transaction) continue;
            return request.Fits(answer) ? answer : throw await link.GarbageAsync(sent, Encoding.Latin1.GetString([.. header, .. answer]));
        }

        throw await link.GarbageAsync(sent, "nothing but answers to other requests");
    }

    private static int Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
}
