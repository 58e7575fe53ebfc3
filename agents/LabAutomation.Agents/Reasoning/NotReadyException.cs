namespace LabAutomation.Agents.Reasoning;

/// <summary>A campaign cannot begin now. The message is the lab's own: nothing in it was said by a device.</summary>
public sealed class NotReadyException(string message, Exception? inner = null) : Exception(message, inner);
