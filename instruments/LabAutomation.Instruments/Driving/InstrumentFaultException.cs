namespace LabAutomation.Instruments;

/// <summary>The device said that it cannot: an alarm, an error reply, a refused setting.</summary>
public sealed class InstrumentFaultException(string message) : Exception(message);
