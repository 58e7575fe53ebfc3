namespace LabAutomation.Instruments;

/// <summary>What the thermostat is doing.</summary>
/// <param name="Temperature">Of the bath, °C; without meaning where the sensor is broken.</param>
/// <param name="Working">Where it steers to now, °C; on a ramp on its way to the set point.</param>
/// <param name="Output">Percent of full heater, or of the cooler where negative.</param>
internal sealed record ThermostatCondition(double Temperature, double Working, double Output, ThermostatFlags Flags)
{
    public bool IsOn => Flags.HasFlag(ThermostatFlags.On);

    /// <summary>In words, where it ended by itself; null where not.</summary>
    public string? Trouble => Flags switch
    {
        _ when Flags.HasFlag(ThermostatFlags.SensorBroken) => "its temperature sensor is broken",
        _ when Flags.HasFlag(ThermostatFlags.CutOut) => "its over-temperature cut-out has tripped",
        _ => null,
    };
}

/// <summary>Input register 12.</summary>
[Flags]
internal enum ThermostatFlags
{
    None = 0,
    On = 1,
    Ramping = 2,
    CutOut = 4,
    SensorBroken = 8,
}

/// <summary>What the thermostat was told.</summary>
/// <param name="SetPoint">°C.</param>
/// <param name="Rate">K/min; 0 = at once.</param>
/// <param name="Panel">In which its registers were.</param>
internal sealed record ThermostatSettings(double SetPoint, double Rate, bool IsOn, PanelTemperature Panel)
{
    /// <summary>Half a hundredth, and rounding.</summary>
    private const double Resolution = 0.0051;

    public bool Are(double setPoint, double rate) => Math.Abs(SetPoint - setPoint) < Resolution && Math.Abs(Rate - rate) < Resolution;
}
