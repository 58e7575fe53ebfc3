namespace LabAutomation.Instruments;

/// <summary>
/// Another host has opened the journal of the same instrument since. Whoever meets this may neither act nor speak for the instrument any more, and so nobody but the host's end takes it up: it
/// is no failure of a command, which the other host may still carry out.
/// </summary>
public sealed class FencedException(string message) : Exception(message);
