using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What faults may strike: the instruments of campaigns with their families, as the configuration has them, those that campaigns only watch, and the campaigns.</summary>
public static class Subjects
{
    internal static LabStations Stations(EpisodeSetup setup) => Listed(setup).Stations;

    public static ImmutableArray<FaultSubject> Of(EpisodeSetup setup)
    {
        var listed = Listed(setup);
        var known = listed.Instruments.ToLookup(instrument => instrument.Name);
        var used = setup.Plans.SelectMany(plan => listed.Stations.For(plan).Instruments);
        var watched = setup.Plans.SelectMany(plan => plan.Suspend).Concat(listed.Stations.Suspend).SelectMany(listed.Stations.Watched);
        return
        [
            .. used.Concat(watched).Distinct(StringComparer.Ordinal).Select(name => Of(name, known[name].FirstOrDefault())),
            .. Campaigns(setup).Select(id => new FaultSubject(id, "") { IsCampaign = true }),
        ];
    }

    private static FaultSubject Of(string name, InstrumentOptions? options) => new(name, options?.Family ?? "") { HasChecksum = options is { Family: "modbus-thermostat" } && options.Settings.GetValueOrDefault("framing") == "rtu" };

    /// <summary>By which ids the campaigns of an episode go on record.</summary>
    private static IEnumerable<string> Campaigns(EpisodeSetup setup) => setup.Plans.Select((plan, k) => $"{plan.Name}-{setup.Plans.Take(k + 1).Count(other => other.Name == plan.Name)}");

    private static InstrumentListOptions Listed(EpisodeSetup setup)
    {
        var listed = new InstrumentListOptions();
        LabHost.ReadInstruments(setup.Configuration, listed);
        return listed;
    }
}
