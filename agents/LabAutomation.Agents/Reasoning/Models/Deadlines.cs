namespace LabAutomation.Agents.Reasoning;

/// <param name="Turn">From a question to its answer, calls of tools included.</param>
/// <param name="Silence">Without a sign of the endpoint.</param>
public sealed record Deadlines(TimeSpan Turn, TimeSpan Silence);
