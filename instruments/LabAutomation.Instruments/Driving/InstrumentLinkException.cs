namespace LabAutomation.Instruments;

/// <summary>The device cannot be reached or understood: no answer in time, a closed link, bytes that are no reply. The link must be opened again.</summary>
public sealed class InstrumentLinkException(string message, Exception? inner = null) : Exception(message, inner);
