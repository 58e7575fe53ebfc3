namespace LabAutomation.Interlock;

/// <summary>The interlock's configuration, state file or account is wrong; it does not start.</summary>
public sealed class InterlockException(string message, Exception? inner = null) : Exception(message, inner);
