using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Chaos;

/// <summary>Samples that fade within seconds, in cells that share a spectrometer and balances. The long form is <c>lab chaos</c>.</summary>
public sealed class FadingEpisodeTests
{
    /// <summary>What <c>lab chaos</c> has found before, each with its seed.</summary>
    [Theory]
    [InlineData(333, "{ kind: latency, at: 72.354 s, for: 64.295 s, amount: 1.8798 }\n  - { kind: deaf, on: pump-waste-a, at: 224.008 s, for: 87.284 s }\n  - { kind: broker-loss, at: 264.03 s, for: 0.888 s }")]     // an emptying that was given up, and the next trial in the full cuvette
    public void What_broke_a_promise_once_does_so_no_more(int seed, string faults)
    {
        var setup = new EpisodeSetup(
            [CampaignFile.Load(Repository.At("campaigns", "fading.yaml")).With(planner: "sobol", trials: 4), CampaignFile.Load(Repository.At("campaigns", "colour-match.yaml")).With(planner: "sobol", trials: 4)],
            new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "fading.lab.json")).Build());

        var end = Episode.Run(setup, seed, FaultFile.Parse($"faults:\n  - {faults}\n", "script.yaml", Subjects.Of(setup)));

        end.Violations.Should().BeEmpty();
        end.States.Should().OnlyContain(state => state.Phase == CampaignPhase.Ended);
    }
}
