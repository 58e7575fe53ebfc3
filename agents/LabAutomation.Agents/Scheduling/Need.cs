namespace LabAutomation.Agents.Scheduling;

/// <summary>What a task occupies while it lasts.</summary>
/// <param name="Of">A resource, or a capability of which any resource will do.</param>
/// <param name="Amount">Of the resource's capacity; 1 or more.</param>
internal readonly record struct Need(string Of, int Amount = 1);
