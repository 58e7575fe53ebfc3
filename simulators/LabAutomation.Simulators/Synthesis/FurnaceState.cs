using LabAutomation.Simulators.Thermostats;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>Why a furnace program ended; the numbers are those of its register.</summary>
internal enum FurnaceEnd
{
    None = 0,
    Complete = 1,
    Reset = 2,
    TooHot = 3,
    SensorBroken = 4,
    DoorOpened = 5,
}

internal sealed class FurnaceState
{
    public FurnaceHeat Heat { get; set; } = new();

    /// <summary>In which its panel shows temperatures, and its registers have them.</summary>
    public TemperatureDisplay Display { get; set; }

    /// <summary>0.1 K/min.</summary>
    public double Ramp { get; set; } = 100;

    /// <summary>0.1 °C.</summary>
    public double Target { get; set; } = 1000;

    /// <summary>s.</summary>
    public uint Dwell { get; set; } = 3600;

    /// <summary>Programs ever begun.</summary>
    public uint Runs { get; set; }

    public FurnaceEnd End { get; set; }

    /// <summary>Of the program under way, or of the last one: the highest temperature that was measured, 0.1 °C.</summary>
    public short Peak { get; set; }

    /// <summary>The over-temperature protection has tripped; stays until somebody acknowledges it at the furnace.</summary>
    public bool IsTripped { get; set; }

    public bool IsSensorBroken { get; set; }

    /// <summary>Somebody holds the door open.</summary>
    public bool IsDoorOpen { get; set; }
}
