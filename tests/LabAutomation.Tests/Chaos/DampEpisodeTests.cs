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
        var run = new ChaosRun(Setup(), threads: 1);
        run.Calm(1);

        var found = run.Run(1, 15, _ => { }, CancellationToken.None);

        foreach (var violation in found?.Violations ?? []) output.WriteLine($"{found!.Seed}: {violation}");
        (found?.Seed).Should().BeNull();
        run.Episodes.Should().Be(15);
    }

    /// <summary>What <c>lab chaos</c> has found before, each with its seed.</summary>
    [Theory]
    [InlineData(21, "{ kind: broker-loss, at: 2436.789 s, for: 15.466 s }\n  - { kind: full-disk, at: 3237.115 s, for: 71.918 s }")]     // a sample was taken out of the gripper when that could not be written down, and nobody said so later
    [InlineData(590, "{ kind: power-cut, at: 0.001 s, for: 0.916 s }\n  - { kind: power-cut, at-message: 471, for: 1020.022 s }")]     // a dose was begun before it was known that another one was over
    [InlineData(317, "{ kind: broker-restart, at: 1196.995 s, for: 64.178 s }\n  - { kind: loss, at: 1226.288 s, for: 71.606 s, amount: 0.2623 }")]     // a sample was carried away again and again, whose carriage before that had been given up
    [InlineData(696, "{ kind: freeze, at: 6.216 s, for: 229.74 s }")]     // the one dose that had been seen had taken long, and the next was as quick as ever
    [InlineData(1016, "{ kind: garbage, on: arm, at: 45.208 s, for: 76.27 s }")]     // a sample whose carriage was given up stood at the other end of it, and was looked for where it had been for ever
    public void What_broke_a_promise_once_does_so_no_more(int seed, string faults)
    {
        var setup = Setup();
        var end = Episode.Run(setup, seed, FaultFile.Parse($"faults:\n  - {faults}\n", "script.yaml", Subjects.Of(setup)));

        end.Violations.Should().BeEmpty();
        end.States.Should().OnlyContain(state => state.Phase == CampaignPhase.Ended);
    }

    private static EpisodeSetup Setup() => new(
        [CampaignFile.Load(Repository.At("campaigns", "damp.yaml")).With(trials: 4), CampaignFile.Load(Repository.At("campaigns", "drying-bob.yaml")).With(trials: 4)],
        new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "drying.lab.json")).Build());
}
