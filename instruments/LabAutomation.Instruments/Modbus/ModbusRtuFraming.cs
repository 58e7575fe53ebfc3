using System.Text;

namespace LabAutomation.Instruments;

/// <summary>
/// Modbus RTU: unit, function and data, CRC-16 with the low byte first, 3.5 characters of silence before a frame (MODBUS over Serial Line
/// V1.02, section 2.5.1). Nothing in an answer says which request it belongs to. So a line is emptied when it is opened; what comes
/// still later is found out because the first answer on a new line has a length that no later one has, see <see cref="ModbusThermostatLink"/>.
/// </summary>
/// <param name="baud">Speed of the serial line, for its silences.</param>
internal sealed class ModbusRtuFraming(byte unit, int baud, TimeProvider clock) : IModbusFraming
{
    private const double BitsPerCharacter = 11;

    /// <summary>Above 19200 baud the silence is fixed.</summary>
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMilliseconds(1.75);

    /// <summary>A converter between network and serial line hands bytes on in lumps.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    private TimeSpan Silence => baud > 19200 ? ShortestSilence : TimeSpan.FromSeconds(3.5 * BitsPerCharacter / baud);

    public Task StartAsync(InstrumentLink link) => link.EmptyAsync(Quiet > Silence ? Quiet : Silence);

    public async Task<byte[]> AskAsync(InstrumentLink link, ModbusRequest request)
    {
        byte[] frame = [unit, .. request.Bytes];
        var sent = Encoding.Latin1.GetString([.. frame, .. Check(frame)]);
        await Task.Delay(Silence, clock);
        await link.SendAsync(sent);

        var start = await link.ReadExactlyAsync(2);
        if (start[0] != unit || request.LengthOf(start[1]) is not { } length) throw await link.GarbageAsync(sent, Encoding.Latin1.GetString(start));
        var rest = await link.ReadExactlyAsync(length - 1 + 2);
        byte[] answer = [start[1], .. rest[..^2]];
        return request.Fits(answer) && Check([unit, .. answer]).SequenceEqual(rest[^2..])
            ? answer
            : throw await link.GarbageAsync(sent, Encoding.Latin1.GetString([.. start, .. rest]));
    }

    /// <summary>CRC-16 with preset FFFFh and the reflected polynomial A001h, low byte first (V1.02, section 6.2.2).</summary>
    private static byte[] Check(byte[] bytes)
    {
        var check = 0xFFFF;
        foreach (var value in bytes)
        {
            check ^= value;
            for (var bit = 0; bit < 8; bit++) check = (check & 1) == 0 ? check >> 1 : (check >> 1) ^ 0xA001;
        }

        return [(byte)check, (byte)(check >> 8)];
    }
}
