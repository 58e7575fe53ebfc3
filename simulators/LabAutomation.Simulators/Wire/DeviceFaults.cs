namespace LabAutomation.Simulators.Wire;

/// <summary>What can be made to go wrong with a simulated device. Takes effect with the next bytes; not part of its persisted state.</summary>
public sealed class DeviceFaults
{
    /// <summary>Hears nothing, does nothing, answers nothing, as if unplugged.</summary>
    public bool Silent { get; set; }

    /// <summary>Does what it is told and answers as many bytes as it should, but not the right ones.</summary>
    public bool Garbage { get; set; }

    /// <summary>A pump stalls after this many mL of each dispense started from now on; null = only when its reservoir is empty.</summary>
    public double? StallAfter { get; set; }
}
