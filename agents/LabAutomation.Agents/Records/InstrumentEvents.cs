using System.Text.Json.Serialization;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>An instrument came to the lab, or came back with a new epoch.</summary>
public sealed record InstrumentSeen(string Instrument, string Family, InstrumentIdentity Identity, bool Simulated, long Epoch, string SchemaHash,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RemembersSince = null) : LabEvent;

public sealed record InstrumentChanged(string Instrument, UnitState? State, bool Online, DateTimeOffset At) : LabEvent;

/// <summary>The scheduler gives an instrument nothing more to do, tries it with one action, or relies on it again.</summary>
/// <param name="Until">Lab time at which the cool-down ends, or ended; null where the breaker is closed.</param>
public sealed record BreakerChanged(
    string Instrument, BreakerPhase Phase, string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null) : LabEvent;

public sealed record InstrumentSaid(string Instrument, string Kind, string Message) : LabEvent;
