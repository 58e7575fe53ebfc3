using System.Collections.Immutable;
using LabAutomation.Simulators.Faults;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Hosting.Chaos;

/// <summary>The instruments of a campaign with their families, as the configuration has them.</summary>
public static class Subjects
{
    public static ImmutableArray<FaultSubject> Of(EpisodeSetup setup)
    {
        var listed = new InstrumentListOptions();
        foreach (var section in setup.Configuration.GetSection(InstrumentOptions.Section).GetChildren()) listed.Instruments.Add(new InstrumentOptions { Name = section["Name"] ?? "", Role = section["Role"], Station = section["Station"] });
        var families = setup.Configuration.GetSection(InstrumentOptions.Section).GetChildren().ToLookup(section => section["Name"] ?? "", section => section["Family"] ?? "");
        return [.. listed.Stations.For(setup.Plan).Instruments.Select(name => new FaultSubject(name, families[name].FirstOrDefault("")))];
    }
}
