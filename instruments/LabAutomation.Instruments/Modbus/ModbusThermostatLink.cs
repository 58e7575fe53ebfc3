namespace LabAutomation.Instruments;

/// <summary>
/// The registers of docs/reference/instruments/thermostat-modbus.md. Identity, condition and settings are read with answers of different
/// lengths, and the identity first on every line that was opened: the device answers in order, so a late answer of an earlier line comes
/// before it, does not fit, and closes the line again.
/// </summary>
internal sealed class ModbusThermostatLink(IModbusFraming framing, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private const ushort Model = 0x5442;
    private const ushort Identity = 0;
    private const ushort Condition = 10;
    private const ushort SetPoint = 0;
    private const ushort Control = 2;
    private const int MostBusy = 20;

    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(0.1);

    private readonly InstrumentLink _link = new("thermostat", connect, clock);

    /// <summary>Opens the line.</summary>
    /// <returns>Serial number and firmware.</returns>
    /// <exception cref="InstrumentFaultException">It is some other Modbus device.</exception>
    public async Task<(string Serial, string Firmware)> OpenAsync(CancellationToken cancellation)
    {
        await _link.OpenAsync(cancellation);
        await framing.StartAsync(_link);
        var registers = await ReadAsync(ModbusRequest.ReadInput(Identity, 4));
        return registers[0] == Model
            ? ($"{((uint)registers[1] << 16) | registers[2]:00000000}", FormattableString.Invariant($"{registers[3] / 100.0:0.00}"))
            : throw new InstrumentFaultException($"the device has the model code {registers[0]:X4}h and is no thermostat of this kind, which has {Model:X4}h");
    }

    public async Task<ThermostatCondition> ConditionAsync()
    {
        var registers = await ReadAsync(ModbusRequest.ReadInput(Condition, 6));
        return new ThermostatCondition(Signed(registers[0]) / 100.0, Signed(registers[3]) / 100.0, Signed(registers[1]) / 10.0, (ThermostatFlags)registers[2]);
    }

    public async Task<ThermostatSettings> SettingsAsync()
    {
        var registers = await ReadAsync(ModbusRequest.ReadHolding(SetPoint, 3));
        return new ThermostatSettings(Signed(registers[0]) / 100.0, registers[1] / 100.0, registers[2] == 1);
    }

    /// <summary>Sets both and reads them back.</summary>
    /// <param name="setPoint">°C.</param>
    /// <param name="rate">K/min; 0 = at once.</param>
    public async Task SetAsync(double setPoint, double rate)
    {
        await AskAsync(ModbusRequest.Write(SetPoint, [unchecked((ushort)(short)Math.Round(setPoint * 100)), (ushort)Math.Round(rate * 100)]));
        var settings = await SettingsAsync();
        if (!settings.Are(setPoint, rate))
            throw new InstrumentFaultException(FormattableString.Invariant($"the thermostat was set to {setPoint:0.##} °C at {rate:0.##} K/min and has {settings.SetPoint:0.##} °C at {settings.Rate:0.##} K/min"));
    }

    public Task SwitchAsync(bool on) => AskAsync(ModbusRequest.Write(Control, (ushort)(on ? 1 : 0)));

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<ushort[]> ReadAsync(ModbusRequest request) => ModbusRequest.Registers(await AskAsync(request));

    /// <summary>A device that is busy has not done anything, so it is asked again.</summary>
    private async Task<byte[]> AskAsync(ModbusRequest request)
    {
        for (var busy = 0; ; busy++)
        {
            var answer = await framing.AskAsync(_link, request);
            if (!ModbusRequest.IsException(answer)) return answer;
            if (answer[1] != 6 || busy == MostBusy) throw new InstrumentFaultException($"the thermostat refuses function {request.Function}: {Explain(answer[1])}");
            await Task.Delay(BusyPause, clock);
        }
    }

    private static short Signed(ushort word) => unchecked((short)word);

    private static string Explain(byte code) => code switch
    {
        1 => "it does not have that function (exception 01)",
        2 => "it does not have such a register (exception 02)",
        3 => "the value is not allowed (exception 03)",
        4 => "it cannot do that now; look at its display (exception 04)",
        6 => "it stays busy (exception 06)",
        _ => $"exception {code:00}",
    };
}
