using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Faults;
using LabAutomation.Testing;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Chaos;

/// <summary>The colour match on its simulated bench, short and with a planner that does not think.</summary>
internal static class ChaosBench
{
    public static EpisodeSetup Setup(int trials = 3, InstrumentFamilies? families = null) => new(
        CampaignFile.Load(Repository.At("campaigns", "colour-match.yaml")).With(planner: "sobol", trials: trials),
        new ConfigurationBuilder().AddInMemoryCollection(ColourBenchConfiguration.Keys).Build(),
        families);

    public static ImmutableArray<FaultSubject> Instruments => Subjects.Of(Setup());

    /// <summary>Pumps whose driver believes after every interruption that nothing had happened.</summary>
    public static InstrumentFamilies ForgetfulPumps { get; } = InstrumentFamilies.BuiltIn with
    {
        Drivers = DriverFamilies.BuiltIn.With(NewEraPumpDriver.FamilyName, (settings, connect, lab, link) => new ForgetfulPump(new NewEraPumpDriver(NewEraPumpOptions.From(settings), connect, lab, link))),
    };
}
