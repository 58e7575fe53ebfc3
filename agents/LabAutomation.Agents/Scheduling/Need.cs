namespace LabAutomation.Agents.Scheduling;

/// <summary>What a task occupies while it lasts.</summary>
/// <param name="Of">A resource, or a capability of which any resource will do.</param>
/// <param name="Amount">Of the resource's capacity; 1 or more.</param>
/// <param name="Setting">How it must be set, where not all of the way must be set alike; see <see cref="Way.Setting"/>.</param>
internal readonly record struct Need(string Of, int Amount = 1, string? Setting = null);
