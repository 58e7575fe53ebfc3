namespace LabAutomation.Agents.Records;

/// <summary>The ledger cannot be opened, read or written. Nothing that was not recorded has been acted upon.</summary>
public sealed class LedgerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether what is there is not what was written.</summary>
    public bool IsBroken { get; init; }
}
