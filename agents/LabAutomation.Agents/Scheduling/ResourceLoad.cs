namespace LabAutomation.Agents.Scheduling;

/// <summary>How much of a resource a schedule uses.</summary>
/// <param name="Busy">Time in which any of it is in use.</param>
/// <param name="Utilisation">Part of its capacity that is in use from now to the end of the schedule, 0 to 1; of a batch resource the part of the time, however full it is.</param>
internal sealed record ResourceLoad(string Resource, TimeSpan Busy, double Utilisation);
