using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>An instrument came to the lab, or came back with a new epoch.</summary>
public sealed record InstrumentSeen(string Instrument, string Family, InstrumentIdentity Identity, bool Simulated, long Epoch, string SchemaHash) : LabEvent;

public sealed record InstrumentChanged(string Instrument, UnitState? State, bool Online, DateTimeOffset At) : LabEvent;

public sealed record InstrumentSaid(string Instrument, string Kind, string Message) : LabEvent;
