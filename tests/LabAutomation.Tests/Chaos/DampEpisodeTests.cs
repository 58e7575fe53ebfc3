using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;
using Xunit.Abstractions;

namespace LabAutomation.Tests.Chaos;

/// <summary>Samples that an arm has to carry within seconds, between those of another campaign, while everything goes wrong. The long form is <c>lab chaos</c>.</summary>
public sealed class DampEpisodeTests(ITestOutputHelper output)
{
    [Fact]
    public void A_powder_that_does_not_keep_is_measured_in_time_but_for_what_went_wrong_there()
    {
        var setup = new EpisodeSetup(
            [CampaignFile.Load(Repository.At("campaigns", "damp.yaml")).With(trials: 4), CampaignFile.Load(Repository.At("campaigns", "drying-bob.yaml")).With(trials: 4)],
            new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "drying.lab.json")).Build());
        var run = new ChaosRun(setup, threads: 1);
        run.Calm(1);

        var found = run.Run(1, 15, _ => { }, CancellationToken.None);

        foreach (var violation in found?.Violations ?? []) output.WriteLine($"{found!.Seed}: {violation}");
        (found?.Seed).Should().BeNull();
        run.Episodes.Should().Be(15);
    }
}
