using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting;

/// <summary>The instruments of the lab, from the list <c>Instruments</c>.</summary>
public sealed class InstrumentListOptions
{
    public List<InstrumentOptions> Instruments { get; } = [];

    public List<LocationOptions> Locations { get; } = [];

    public List<TransportOptions> Transports { get; } = [];

    public List<ConsumableOptions> Consumables { get; } = [];

    /// <summary>What to do about errors where campaigns say nothing.</summary>
    public List<ErrorRuleOptions> Errors { get; } = [];

    /// <summary>What suspends every campaign.</summary>
    public List<SuspenderOptions> Suspenders { get; } = [];

    /// <summary>Whether no real device is moved from here.</summary>
    public bool AllSimulated => Hosted.All(instrument => instrument.Connection == InstrumentOptions.Simulated);

    /// <summary>Whether other programs drive some of them.</summary>
    internal bool AnyRemote => Instruments.Any(instrument => instrument.IsRemote);

    /// <summary>Where they stand.</summary>
    public LabStations Stations => new([.. Instruments.Select(instrument => new PlacedInstrument(instrument.Name, instrument.Plays, instrument.Station, instrument.Location, instrument.Batch) { FillFor = TimeSpan.FromSeconds(instrument.FillFor), Breaker = instrument.Breaker, SetUp = TimeSpan.FromSeconds(instrument.SetUp), SetUpBy = [.. instrument.SetUpPoints()!] })])
    {
        Locations = [.. Locations.Select(location => new PlacedLocation(location.Name, [.. location.Numbers()!], location.Outlet))],
        Suspend = [.. Suspenders.Select(suspender => suspender.ToSuspender())],
        Errors = ErrorPolicy.Named("lab", Errors.Select(rule => rule.ToRule())),
        Transports = [.. Transports.Select(transport => new Transport(transport.Instrument, transport.Command, [.. transport.Between], TimeSpan.FromSeconds(transport.Duration)))],
        Consumables = [.. Consumables.Select(consumable => consumable.ToConsumable())],
    };

    /// <summary>The stations at which simulated colour benches stand; null is the one that stands at none.</summary>
    internal IEnumerable<string?> Benches => Instruments.Where(instrument => instrument.IsOnBench).Select(instrument => instrument.Station).Distinct();

    /// <summary>Those whose simulated devices share the furnace room.</summary>
    internal IEnumerable<InstrumentOptions> InRoom => Instruments.Where(instrument => instrument.IsInRoom);

    /// <summary>Those whose drivers run in this program.</summary>
    internal IEnumerable<InstrumentOptions> Hosted => Instruments.Where(instrument => !instrument.IsRemote);
}
