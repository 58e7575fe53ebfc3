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
    private const ushort UnitAt = 15012;
    private const ushort Reset = 1, Run = 2;
    private const ushort Kelvin = 2;

    /// <summary>Half a step of the register in the unit in which it was written, and half a step in the one in which it is read: K, and K/min.</summary>
    private const double TargetResolution = 0.101, RampResolution = 0.08;

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
        var words = await _device.ReadAsync(ModbusRequest.ReadHolding(ConditionAt, UnitAt - ConditionAt + 1));
        if (!Enum.IsDefined((FurnaceSegment)words[5]) || !Enum.IsDefined((FurnaceEnd)words[6])) throw new InstrumentFaultException($"the furnace is in segment {words[5]} and ended by {words[6]}, which this driver does not know");
        var panel = Panel(words[UnitAt - ConditionAt]);
        return new FurnaceCondition(
            Double(words, 0), TimeSpan.FromSeconds(Double(words, 2)), Celsius(words[4]), (FurnaceSegment)words[5], (FurnaceEnd)words[6], (FurnaceFlags)words[7], Celsius(words[8]), Celsius(words[9]));

        double Celsius(ushort word) => panel.Celsius(Signed(word) / 10.0);
    }

    /// <summary>Writes a program in the unit that the panel has, and reads it back, so that a panel that was switched in between is found out.</summary>
    /// <param name="ramp">K/min.</param>
    /// <param name="target">°C.</param>
    /// <exception cref="InstrumentFaultException">The furnace has another one then.</exception>
    public async Task SetAsync(double ramp, double target, TimeSpan dwell)
    {
        var panel = await PanelAsync();
        var seconds = (uint)Math.Round(dwell.TotalSeconds);
        await _device.AskAsync(ModbusRequest.Write(ProgramAt, [(ushort)Math.Round(panel.OfKelvin(ramp) * 10), unchecked((ushort)(short)Math.Round(panel.OfCelsius(target) * 10)), (ushort)(seconds >> 16), (ushort)seconds]));
        var kept = await ProgramAsync();
        if (!IsThis(kept, ramp, target, dwell))
            throw new InstrumentFaultException(FormattableString.Invariant($"the furnace was given a program of {ramp:0.#} K/min, {target:0.#} °C and {seconds} s, and has one of {kept.Ramp:0.#} K/min, {kept.Target:0.#} °C and {kept.Seconds} s"));
    }

    /// <summary>Whether the program in the controller, which nobody can change while it runs, is this one.</summary>
    public async Task<bool> HasAsync(double ramp, double target, TimeSpan dwell) => IsThis(await ProgramAsync(), ramp, target, dwell);

    public Task RunAsync() => _device.AskAsync(ModbusRequest.Write(ControlAt, Run));

    /// <summary>Ends the program; the heating is off.</summary>
    public Task ResetAsync() => _device.AskAsync(ModbusRequest.Write(ControlAt, Reset));

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    private async Task<(double Ramp, double Target, uint Seconds)> ProgramAsync()
    {
        var panel = await PanelAsync();
        var words = await _device.ReadAsync(ModbusRequest.ReadHolding(ProgramAt, 4));
        return (panel.Kelvin(words[0] / 10.0), panel.Celsius(Signed(words[1]) / 10.0), Double(words, 2));
    }

    private async Task<PanelTemperature> PanelAsync() => Panel((await _device.ReadAsync(ModbusRequest.ReadHolding(UnitAt, 1)))[0]);

    private static bool IsThis((double Ramp, double Target, uint Seconds) program, double ramp, double target, TimeSpan dwell) =>
        Math.Abs(program.Ramp - ramp) <= RampResolution && Math.Abs(program.Target - target) <= TargetResolution && program.Seconds == (uint)Math.Round(dwell.TotalSeconds);

    private static PanelTemperature Panel(ushort code) => PanelTemperature.Of("furnace", code, Kelvin);

    private static uint Double(ushort[] words, int at) => ((uint)words[at] << 16) | words[at + 1];

    private static short Signed(ushort word) => unchecked((short)word);
}
