using LabAutomation.Simulators.Faults;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Thermostats;

/// <summary>
/// A bath thermostat on Modbus RTU or TCP. On RTU a request ends by its length, or where that is not known, when its check fits; what is
/// left unfinished for 3.5 characters is forgotten, and what has a wrong check or another address is not answered. (MODBUS over Serial Line
/// V1.02, section 2.5.1; MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.)
/// </summary>
internal sealed class ModbusThermostat : IWireDevice
{
    /// <summary>3.5 characters of 11 bits at 9600 baud.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(4.01);

    private const int LongestFrame = 260;

    private readonly World<ThermostatState> world;
    private readonly DeviceFaults faults;
    private readonly ModbusRegisters registers;
    private readonly ModbusServer server;
    private readonly bool isTcp;
    private readonly int unit;
    private readonly List<byte> pending = [];
    private DateTimeOffset heardAt;
    private Action<byte[]> send = _ => { };

    public ModbusThermostat(World<ThermostatState> world, DeviceSite site)
    {
        (this.world, faults) = (world, site.Faults);
        isTcp = site.Setting("framing", "tcp") == "tcp";
        unit = site.Setting("unit-id", 1);
        registers = new ModbusRegisters(world, site);
        server = new ModbusServer(registers, () => world.Now < world.State.BusyUntil);
        registers.Advance();
    }

    public bool? IsAtRest => world.State.Heat is { Controls: false, Output: 0 };

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => pending.Clear();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        Advance();
        if (!isTcp && world.Now - heardAt >= Silence) pending.Clear();
        heardAt = world.Now;
        foreach (var value in bytes) pending.Add(value);
        while (isTcp ? server.TakeTcp(pending, unit, send) : TakeRtu())
        {
        }

        if (pending.Count > LongestFrame) pending.Clear();
    }

    public void Advance() => registers.Advance();

    private bool TakeRtu()
    {
        if (pending.Count < 4) return false;
        var frame = pending.ToArray();
        var length = frame[1] switch
        {
            3 or 4 or 6 => 8,
            16 => frame.Length < 7 ? int.MaxValue : 9 + frame[6],
            _ => frame.Length,
        };
        if (frame.Length < length) return false;
        var check = Check(frame.AsSpan(0, length - 2));
        var fits = frame[length - 2] == (byte)check && frame[length - 1] == (byte)(check >> 8);
        if (!fits)
        {
            if (frame[1] is 3 or 4 or 6 or 16) pending.Clear();
            return false;
        }

        pending.RemoveRange(0, length);
        if (frame[0] != unit && frame[0] != 0) return true;
        var answer = server.Answer(frame.AsSpan(1, length - 3));
        if (frame[0] == 0) return true;
        byte[] reply = [frame[0], .. answer];
        check = (ushort)(Check(reply) ^ (faults.Strikes(FaultKind.WrongChecksum, faults.WrongChecksum) ? 0x0100 : 0));
        send([.. reply, (byte)check, (byte)(check >> 8)]);
        return true;
    }

    // CRC-16 with the reflected polynomial A001h, preset FFFFh; the low byte goes first.
    private static ushort Check(ReadOnlySpan<byte> bytes)
    {
        ushort check = 0xFFFF;
        foreach (var value in bytes)
        {
            check ^= value;
            for (var bit = 0; bit < 8; bit++) check = (ushort)((check & 1) != 0 ? (check >> 1) ^ 0xA001 : check >> 1);
        }

        return check;
    }
}
