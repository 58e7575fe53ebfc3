namespace LabAutomation.Agents.Reasoning;

/// <summary>An agent did not come to an answer. The message is for the person; nothing waits any longer.</summary>
public sealed class ReasoningException(string message, Exception? inner = null) : Exception(message, inner);
