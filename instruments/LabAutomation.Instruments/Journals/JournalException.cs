namespace LabAutomation.Instruments;

/// <summary>The journal cannot promise what it was asked to remember, so nothing may be done that relies on it.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether its file was taken away or replaced while it was in use: no write succeeds any more before the program is started again.</summary>
    public bool IsLost { get; init; }
}
