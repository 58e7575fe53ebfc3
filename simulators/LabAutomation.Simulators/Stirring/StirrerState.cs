namespace LabAutomation.Simulators.Stirring;

internal sealed class StirrerState
{
    public double SpeedSetpoint { get; set; }

    public double TemperatureSetpoint { get; set; } = 20;

    public bool Stirs { get; set; }

    public bool Heats { get; set; }

    public Rotor Rotor { get; set; } = new();

    public Hotplate Plate { get; set; } = new();

    public long Starts { get; set; }

    /// <summary>1 or 2; 0 when the watchdog is off.</summary>
    public int WatchdogMode { get; set; }

    /// <summary>Seconds.</summary>
    public double WatchdogTime { get; set; }

    public double SafetySpeed { get; set; }

    public double SafetyTemperature { get; set; } = 20;

    public DateTimeOffset LastHeard { get; set; }

    public DateTimeOffset? WatchdogDue => WatchdogMode == 0 ? null : LastHeard.AddSeconds(WatchdogTime);
}
