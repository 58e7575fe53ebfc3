namespace LabAutomation.Instruments;

/// <summary>Settings of a thermostat on Modbus.</summary>
/// <param name="IsTcp"><c>framing: tcp</c> or <c>rtu</c>.</param>
/// <param name="Unit">1 to 247.</param>
/// <param name="Baud">Speed of the serial line behind RTU; only its silences depend on it here.</param>
/// <param name="Lowest">°C; what the bath's liquid bears.</param>
/// <param name="Highest">°C; as <paramref name="Lowest"/>.</param>
internal sealed record ModbusThermostatOptions(bool IsTcp, byte Unit, int Baud, double Lowest, double Highest)
{
    public static ModbusThermostatOptions From(DriverSettings settings)
    {
        settings.AllowOnly("framing", "unit-id", "baud", "lowest-temperature", "highest-temperature");
        if (!settings.Values.TryGetValue("framing", out var framing) || framing is not ("tcp" or "rtu"))
            throw new DriverSettingsException($"driver '{settings.Family}': setting 'framing' is '{framing}' and must be tcp or rtu");
        var (lowest, highest) = (settings.Number("lowest-temperature", -20, 150, 5), settings.Number("highest-temperature", -20, 150, 95));
        if (lowest >= highest) throw new DriverSettingsException($"driver '{settings.Family}': 'lowest-temperature' must be below 'highest-temperature'");
        return new ModbusThermostatOptions(framing == "tcp", (byte)settings.Whole("unit-id", 1, 247, 1), settings.Whole("baud", 1200, 1000000, 9600), lowest, highest);
    }

    public IModbusFraming Framing(TimeProvider linkClock) => IsTcp ? new ModbusTcpFraming(Unit) : new ModbusRtuFraming(Unit, Baud, linkClock);
}
