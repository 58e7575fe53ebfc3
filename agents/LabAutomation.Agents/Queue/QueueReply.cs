namespace LabAutomation.Agents.Queue;

/// <summary>Whether an order was carried out.</summary>
/// <param name="Words">What is now, or what was wrong.</param>
public sealed record QueueReply(bool Done, string Words);
