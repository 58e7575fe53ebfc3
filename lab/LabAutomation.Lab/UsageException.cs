namespace LabAutomation.Lab;

/// <summary>The command line can be parsed and still makes no sense.</summary>
internal sealed class UsageException(string message) : Exception(message);
