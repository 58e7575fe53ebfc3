namespace LabAutomation.Agents.Scheduling;

/// <summary>A sample is carried to where a task needs it.</summary>
internal sealed record PlannedMove(string From, string To, string Carrier, DateTimeOffset Start, DateTimeOffset End);
