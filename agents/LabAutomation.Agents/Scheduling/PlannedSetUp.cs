namespace LabAutomation.Agents.Scheduling;

/// <summary>A resource is brought to another setting before a task.</summary>
internal sealed record PlannedSetUp(string Resource, string Setting, DateTimeOffset Start, DateTimeOffset End);
