namespace LabAutomation.Agents.Scheduling;

/// <summary>How holds of what has not begun are kept.</summary>
internal enum Care
{
    None,

    /// <summary>If everything takes as long as expected.</summary>
    Just,

    /// <summary>Also if things take longer: half of the time is left over, and what may be in the way is over in time in any case.</summary>
    Ample,
}
