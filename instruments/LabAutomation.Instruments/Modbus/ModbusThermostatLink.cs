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
    private const ushort Fahrenheit = 1;

    private readonly ModbusClient _device = new("thermostat", framing, connect, clock);

    /// <summary>Opens the line.</summary>
    /// <returns>Serial number and firmware.</returns>
    /// <exception cref="InstrumentFaultException">It is some other Modbus device.</exception>
    public async Task<(string Serial, string Firmware)> OpenAsync(CancellationToken cancellation)
    {
        await _device.OpenAsync(cancellation);
        var registers = await _device.ReadAsync(ModbusRequest.ReadInput(Identity, 4));
        return registers[0] == Model
            ? ($"{((uint)registers[1] << 16) | registers[2]:00000000}", FormattableString.Invariant($"{registers[3] / 100.0:0.00}"))
            : throw new InstrumentFaultException($"the device has the model code {registers[0]:X4}h and is no thermostat of this kind, which has {Model:X4}h");
    }

    public async Task<ThermostatCondition> ConditionAsync()
    {
        var registers = await _device.ReadAsync(ModbusRequest.ReadInput(Condition, 7));
        var panel = Panel(registers[6]);
        return new ThermostatCondition(panel.Celsius(Signed(registers[0]) / 100.0), panel.Celsius(Signed(registers[3]) / 100.0), Signed(registers[1]) / 10.0, (ThermostatFlags)registers[2]);
    }

    public async Task<ThermostatSettings> SettingsAsync()
    {
        var registers = await _device.ReadAsync(ModbusRequest.ReadHolding(SetPoint, 5));
        var panel = Panel(registers[4]);
        return new ThermostatSettings(panel.Celsius(Signed(registers[0]) / 100.0), panel.Kelvin(registers[1] / 100.0), registers[2] == 1, panel);
    }

    /// <summary>Sets both in the unit that the panel has, and reads them back, so that a panel that was switched in between is found out.</summary>
    /// <param name="setPoint">°C.</param>
    /// <param name="rate">K/min; 0 = at once.</param>
    public async Task SetAsync(double setPoint, double rate)
    {
        var panel = (await SettingsAsync()).Panel;
        await _device.AskAsync(ModbusRequest.Write(SetPoint, [unchecked((ushort)(short)Math.Round(panel.OfCelsius(setPoint) * 100)), (ushort)Math.Round(panel.OfKelvin(rate) * 100)]));
        var settings = await SettingsAsync();
        if (!settings.Are(setPoint, rate))
            throw new InstrumentFaultException(FormattableString.Invariant($"the thermostat was set to {setPoint:0.##} °C at {rate:0.##} K/min and has {settings.SetPoint:0.##} °C at {settings.Rate:0.##} K/min"));
    }

    public Task SwitchAsync(bool on) => _device.AskAsync(ModbusRequest.Write(Control, (ushort)(on ? 1 : 0)));

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    private static PanelTemperature Panel(ushort code) => PanelTemperature.Of("thermostat", code, Fahrenheit);

    private static short Signed(ushort word) => unchecked((short)word);
}
