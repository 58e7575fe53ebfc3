using LabAutomation.Simulators.Faults;

namespace LabAutomation.Simulators.Wire;

/// <summary>What a measuring device shows in place of what it measures.</summary>
/// <typeparam name="T">What it measures at once: a number, or an acquisition.</typeparam>
internal sealed class SensorFaults<T>(DeviceFaults faults)
{
    private (bool Is, T? Value) kept;
    private (double PerHour, DateTimeOffset Since)? drift;

    /// <summary>What is measured, or what was first shown since the sensor is stuck.</summary>
    public T Shown(T measured)
    {
        if (!faults.Stuck) kept = default;
        else if (!kept.Is) kept = (true, measured);
        return faults.Strikes(FaultKind.Stuck, kept.Is && !Equals(kept.Value, measured)) ? kept.Value! : measured;
    }

    /// <summary>By what a shown number is multiplied.</summary>
    public double Factor(DateTimeOffset now)
    {
        if (faults.Drift is not { } perHour) return (drift = null, 1.0).Item2;
        if (drift is not { } known || known.PerHour != perHour) drift = known = (perHour, now);
        var factor = 1 + (perHour * (now - known.Since).TotalHours);
        return faults.Strikes(FaultKind.Drift, factor != 1) ? factor : 1;
    }
}
