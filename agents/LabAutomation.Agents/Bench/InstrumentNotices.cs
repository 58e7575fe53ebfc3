using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>What the bench sees, told to whoever listens on the event stream: the recorder and the people watching.</summary>
public abstract record InstrumentNotice(string Instrument)
{
    public sealed record Appeared(string Instrument, Birth Birth) : InstrumentNotice(Instrument);

    public sealed record WentOnline(string Instrument, bool Online, DateTimeOffset At) : InstrumentNotice(Instrument);

    public sealed record ChangedState(string Instrument, StateFrame State) : InstrumentNotice(Instrument);

    public sealed record Showed(string Instrument, string Property, PropertyFrame Value) : InstrumentNotice(Instrument);

    public sealed record Said(string Instrument, EventFrame Event) : InstrumentNotice(Instrument);

    public sealed record Progressed(string Instrument, StatusFrame Status) : InstrumentNotice(Instrument);

    /// <summary>The scheduler gives it nothing more to do, tries it, or relies on it again.</summary>
    public sealed record BreakerWent(string Instrument, BreakerChanged Changed) : InstrumentNotice(Instrument);

    /// <summary>A message that does not hold to the contract. It is set aside; nothing else happens.</summary>
    public sealed record Misspoke(string Instrument, string Topic, string Reason) : InstrumentNotice(Instrument);
}
