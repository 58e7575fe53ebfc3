namespace LabAutomation.Hosting;

/// <summary>The lab cannot start or go on. The message is for the person at the terminal: what is wrong and what would be right.</summary>
public sealed class LabException(LabFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public LabFault Fault { get; } = fault;
}

/// <summary>Whose turn it is to put it right; each has an exit code of its own.</summary>
public enum LabFault
{
    /// <summary>appsettings.json, an environment variable or an option on the command line.</summary>
    Configuration,

    /// <summary>Another program works in the same data directory, or drives the same instrument.</summary>
    InUse,

    /// <summary>Disk full, no permission, a damaged file.</summary>
    Storage,

    /// <summary>The ledger is not what was written.</summary>
    LedgerBroken,

    /// <summary>An instrument does not come up or does not answer as it should.</summary>
    Instrument,

    /// <summary>The broker cannot start, cannot be reached or turns this program away.</summary>
    Broker,

    /// <summary>Nothing of that name is on record.</summary>
    NotFound,

    /// <summary>The lab is not in a state in which that can be done.</summary>
    NotNow,

    /// <summary>The lab's policy does not allow it.</summary>
    Denied,
}
