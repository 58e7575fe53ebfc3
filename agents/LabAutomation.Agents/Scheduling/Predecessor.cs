namespace LabAutomation.Agents.Scheduling;

/// <summary>A task of the same job that must have ended before.</summary>
/// <param name="Hold">The longest time that may pass between its end and the start of what follows, carrying included. Null: any.</param>
internal sealed record Predecessor(string Task, TimeSpan? Hold = null);
