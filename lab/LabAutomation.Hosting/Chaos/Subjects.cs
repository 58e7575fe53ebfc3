using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>The instruments of a campaign with their families, as the configuration has them.</summary>
public static class Subjects
{
    internal static ImmutableArray<Consumable> Consumables(EpisodeSetup setup)
    {
        var listed = new InstrumentListOptions();
        LabHost.ReadInstruments(setup.Configuration, listed);
        return listed.Stations.Consumables;
    }

    public static ImmutableArray<FaultSubject> Of(EpisodeSetup setup)
    {
        var listed = new InstrumentListOptions();
        LabHost.ReadInstruments(setup.Configuration, listed);
        var families = listed.Instruments.ToLookup(instrument => instrument.Name, instrument => instrument.Family);
        return [.. setup.Plans.SelectMany(plan => listed.Stations.For(plan).Instruments).Distinct(StringComparer.Ordinal).Select(name => new FaultSubject(name, families[name].FirstOrDefault("")))];
    }
}
