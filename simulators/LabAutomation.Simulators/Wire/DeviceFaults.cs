using LabAutomation.Simulators.Faults;

namespace LabAutomation.Simulators.Wire;

/// <summary>
/// What can be made to go wrong with a simulated device. Takes effect with the next bytes; not part of its persisted state. An answer is
/// what the device sends at once.
/// </summary>
public sealed class DeviceFaults
{
    /// <summary>Hears nothing, does nothing, answers nothing, as if unplugged.</summary>
    public bool Silent { get; set; }

    /// <summary>Does what it is told and answers as many bytes as it should, but not the right ones.</summary>
    public bool Garbage { get; set; }

    /// <summary>Whatever the device receives comes back first, as from a half-duplex adapter or a terminal with local echo.</summary>
    public bool Echo { get; set; }

    /// <summary>Each answer is cut off after this many bytes, 0 or more; null = it is whole.</summary>
    public int? PartialAfter { get; set; }

    /// <summary>
    /// Each answer comes after this time by the device's clock, in order, and to whoever has the line by then, as on a serial line; null = at once.
    /// </summary>
    public TimeSpan? Late { get; set; }

    /// <summary>Answers carry a wrong checksum. Without effect on a device whose protocol has none.</summary>
    public bool WrongChecksum { get; set; }

    /// <summary>One byte of one answer goes wrong on the line, after any checksum was put on it; null again as soon as it has.</summary>
    public ByteSlip? Slip { get; set; }

    /// <summary>A pump stalls after this many mL of each dispense started from now on; null = only when its reservoir is empty.</summary>
    public double? StallAfter { get; set; }

    /// <summary>A measuring device shows what it showed first since this was set. Without effect on the others.</summary>
    public bool Stuck { get; set; }

    /// <summary>What a measuring device shows moves away from the truth by this share of it per hour, from when this was set; null = not at all.</summary>
    public double? Drift { get; set; }

    /// <summary>Told each time that one of these really made a difference. A handler returns at once.</summary>
    public event Action<FaultKind>? Struck;

    internal bool Strikes(FaultKind kind, bool does)
    {
        if (does) Struck?.Invoke(kind);
        return does;
    }
}
