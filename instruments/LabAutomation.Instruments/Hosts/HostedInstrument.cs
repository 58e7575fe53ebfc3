using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>Where an instrument stands in the lab.</summary>
/// <param name="Simulated">Whether the device behind the driver is a simulation; the birth says so.</param>
public sealed record HostedInstrument(string Site, string Instrument, bool Simulated)
{
    /// <summary>Lab time between two looks at the properties of an idle device, and so the longest time a lost link goes unnoticed.</summary>
    public TimeSpan PropertyPeriod { get; init; } = TimeSpan.FromSeconds(30);

    public InstrumentTopics Topics => Protocol.Topics.Of(Site, Instrument);
}
