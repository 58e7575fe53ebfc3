namespace LabAutomation.Simulators.Synthesis;

/// <summary>
/// The chamber of a furnace, °C, in closed form: it follows a linear ramp, stays at the top, and cools towards the room with a time constant
/// of 75 min when the heating is off. A program that begins above its target first cools down to it.
/// </summary>
internal sealed class FurnaceHeat
{
    public const double Room = 22;

    /// <summary>The door can be opened below.</summary>
    public const double DoorOpens = 80;

    /// <summary>Of cooling, s.</summary>
    public const double Lag = 4500;

    /// <summary>Where the present program began, or where cooling began where there is none.</summary>
    public DateTimeOffset Since { get; set; }

    public double From { get; set; } = Room;

    /// <summary>Whether a program is under way.</summary>
    public bool IsRunning { get; set; }

    public double Target { get; set; }

    /// <summary>K/s.</summary>
    public double Rise { get; set; } = 1;

    public TimeSpan Dwell { get; set; }

    /// <summary>When the top is reached.</summary>
    public DateTimeOffset TopAt => Since.AddSeconds(Target >= From ? (Target - From) / Rise : Fall(From, Target));

    public DateTimeOffset CoolingAt => TopAt + Dwell;

    /// <summary>When the door can be opened.</summary>
    public DateTimeOffset EndsAt => CoolingAt.AddSeconds(Fall(Target, DoorOpens));

    public double At(DateTimeOffset time)
    {
        if (!IsRunning) return Cooled(From, time - Since);
        if (time >= CoolingAt) return Cooled(Target, time - CoolingAt);
        if (time >= TopAt) return Target;
        return Target >= From ? From + (Rise * (time - Since).TotalSeconds) : Cooled(From, time - Since);
    }

    public void Begin(DateTimeOffset time, double target, double rise, TimeSpan dwell) =>
        (From, Since, IsRunning, Target, Rise, Dwell) = (At(time), time, true, target, rise, dwell);

    public void End(DateTimeOffset time) => (From, Since, IsRunning) = (At(time), time, false);

    private static double Cooled(double from, TimeSpan time) => Room + ((from - Room) * Math.Exp(-time.TotalSeconds / Lag));

    private static double Fall(double from, double to) => from <= to ? 0 : Lag * Math.Log((from - Room) / (to - Room));
}
