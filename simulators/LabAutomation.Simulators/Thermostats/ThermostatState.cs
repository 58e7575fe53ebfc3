using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Thermostats;

internal sealed class ThermostatState : WorldState
{
    public BathHeat Heat { get; set; } = new();

    /// <summary>In which its panel shows temperatures, and its registers have them.</summary>
    public TemperatureDisplay Display { get; set; }

    /// <summary>Hundredths of °C.</summary>
    public double SetPoint { get; set; } = 2000;

    /// <summary>Hundredths of K/min; 0 = at once.</summary>
    public double RampRate { get; set; }

    /// <summary>Hundredths of °C.</summary>
    public double HighLimit { get; set; } = 11000;

    /// <summary>How often control went from off to on.</summary>
    public uint Starts { get; set; }

    public bool SensorBroken { get; set; }

    /// <summary>Until then it answers only that it is busy.</summary>
    public DateTimeOffset BusyUntil { get; set; }
}
