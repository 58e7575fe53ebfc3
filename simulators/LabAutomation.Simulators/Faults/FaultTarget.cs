namespace LabAutomation.Simulators.Faults;

/// <summary>What a fault strikes.</summary>
public enum FaultTarget
{
    /// <summary>The lab as a whole.</summary>
    Lab,

    /// <summary>One instrument: its device or its driver.</summary>
    Instrument,

    /// <summary>One client of the broker: the driver of an instrument, by its name, or <c>agents</c>.</summary>
    Client,

    /// <summary>One campaign, by its id.</summary>
    Campaign,
}
