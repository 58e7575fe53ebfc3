namespace LabAutomation.Instruments;

/// <summary>The registers of docs/reference/instruments/furnace-eurotherm.md, on Modbus TCP.</summary>
internal sealed class EurothermFurnaceLink(byte unit, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private const ushort Ident = 0x2408;
    private const ushort IdentAt = 122;
    private const ushort ControlAt = 23;
    private const ushort ProgramAt = 8192;
    private const ushort ConditionAt = 15000;
    private const ushort SerialAt = 15010;
    private const ushort Reset = 1, Run = 2;

    private readonly ModbusClient _device = new("furnace", new ModbusTcpFraming(unit), connect, clock);

    /// <summary>Opens the line.</summary>
    /// <returns>The serial number.</returns>
    /// <exception cref="InstrumentFaultException">It is some other Modbus device.</exception>
    public async Task<string> OpenAsync(CancellationToken cancellation)
    {
        await _device.OpenAsync(cancellation);
        var ident = (await _device.ReadAsync(ModbusRequest.ReadHolding(IdentAt, 1)))[0];
        if (ident != Ident) throw new InstrumentFaultException($"the device has the instrument type {ident:X4}h and is no furnace controller of this kind, which has {Ident:X4}h");
        return $"{Double(await _device.ReadAsync(ModbusRequest.ReadHolding(SerialAt, 2)), 0):00000000}";
    }

    public async Task<FurnaceCondition> ConditionAsync()
    {
        var words = await _device.ReadAsync(ModbusRequest.ReadHolding(ConditionAt, 10));
        if (!Enum.IsDefined((FurnaceSegment)words[5]) || !Enum.IsDefined((FurnaceEnd)words[6])) throw new InstrumentFaultException($"the furnace is in segment {words[5]} and ended by {words[6]}, which this driver does not know");
        return new FurnaceCondition(
            Double(words, 0), TimeSpan.FromSeconds(Double(words, 2)), Celsius(words[4]), (FurnaceSegment)words[5], (FurnaceEnd)words[6], (FurnaceFlags)words[7], Celsius(words[8]), Celsius(words[9]));
    }

    /// <summary>Writes a program and reads it back.</summary>
    /// <param name="ramp">K/min.</param>
    /// <param name="target">°C.</param>
    /// <exception cref="InstrumentFaultException">The furnace has another one then.</exception>
    public async Task SetAsync(double ramp, double target, TimeSpan dwell)
    {
        var program = Words(ramp, target, dwell);
        await _device.AskAsync(ModbusRequest.Write(ProgramAt, program));
        var kept = await _device.ReadAsync(ModbusRequest.ReadHolding(ProgramAt, program.Length));
        if (!kept.SequenceEqual(program)) throw new InstrumentFaultException($"the furnace was given the program {string.Join(' ', program)} and has {string.Join(' ', kept)}");
    }

    /// <summary>Whether the program in the controller, which nobody can change while it runs, is this one.</summary>
    public async Task<bool> HasAsync(double ramp, double target, TimeSpan dwell)
    {
        var program = Words(ramp, target, dwell);
        return (await _device.ReadAsync(ModbusRequest.ReadHolding(ProgramAt, program.Length))).SequenceEqual(program);
    }

    public Task RunAsync() => _device.AskAsync(ModbusRequest.Write(ControlAt, Run));

    /// <summary>Ends the program; the heating is off.</summary>
    public Task ResetAsync() => _device.AskAsync(ModbusRequest.Write(ControlAt, Reset));

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    private static ushort[] Words(double ramp, double target, TimeSpan dwell)
    {
        var seconds = (uint)Math.Round(dwell.TotalSeconds);
        return [(ushort)Math.Round(ramp * 10), (ushort)Math.Round(target * 10), (ushort)(seconds >> 16), (ushort)seconds];
    }

    private static uint Double(ushort[] words, int at) => ((uint)words[at] << 16) | words[at + 1];

    private static double Celsius(ushort word) => unchecked((short)word) / 10.0;
}
