namespace LabAutomation.Instruments;

/// <summary>What a furnace's controller says of its program.</summary>
/// <param name="Runs">Programs that it ever began; the present or last one has this number.</param>
/// <param name="Left">Until the door can be opened, as far as the controller knows.</param>
/// <param name="Peak">Highest temperature of the present or last program, °C.</param>
/// <param name="End">Why the last one ended.</param>
/// <param name="Temperature">°C; without meaning where the sensor is broken.</param>
/// <param name="Working">Where it steers to now, °C.</param>
internal sealed record FurnaceCondition(uint Runs, TimeSpan Left, double Peak, FurnaceSegment Segment, FurnaceEnd End, FurnaceFlags Flags, double Temperature, double Working)
{
    public bool IsRunning => Segment != FurnaceSegment.None;

    /// <summary>Why no program can begin, in words; null where one can.</summary>
    public string? Hindrance => Flags switch
    {
        _ when Flags.HasFlag(FurnaceFlags.Tripped) => "its over-temperature protection has tripped; look at the furnace and acknowledge it there",
        _ when Flags.HasFlag(FurnaceFlags.SensorBroken) => "its temperature sensor is broken",
        _ when Flags.HasFlag(FurnaceFlags.DoorOpen) => "its door is open",
        _ => null,
    };
}

/// <summary>Register 15005.</summary>
internal enum FurnaceSegment
{
    None = 0,
    Ramp = 1,
    Dwell = 2,
    Cooling = 3,
}

/// <summary>Register 15006.</summary>
internal enum FurnaceEnd
{
    None = 0,
    Complete = 1,
    Reset = 2,
    TooHot = 3,
    SensorBroken = 4,
    DoorOpened = 5,
}

/// <summary>Register 15007.</summary>
[Flags]
internal enum FurnaceFlags
{
    None = 0,
    Tripped = 1,
    SensorBroken = 2,
    DoorOpen = 4,
    DoorReleased = 8,
}
