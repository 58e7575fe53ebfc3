using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Benchmarks.House;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Faults;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;
using Xunit.Abstractions;

namespace LabAutomation.Tests.Chaos;

/// <summary>The two campaigns of campaigns/drying.lab.json, which share everything and have too little powder, while everything goes wrong. The long form is <c>lab chaos</c>.</summary>
public sealed class DryingEpisodeTests(ITestOutputHelper output)
{
    [Fact]
    public void Two_owners_who_share_a_scarce_lab_keep_every_promise_under_faults()
    {
        var run = new ChaosRun(Setup(), threads: 1);
        run.Calm(1);

        var found = run.Run(1, 20, _ => { }, CancellationToken.None);

        foreach (var violation in found?.Violations ?? []) output.WriteLine($"{found!.Seed}: {violation}");
        (found?.Seed).Should().BeNull();
        run.Episodes.Should().Be(20);
        FaultTable.Tell(18, $"faults of {run.Struck.Count} kinds, 20 seeds of two owners with too little of everything", run.Struck.Values.Sum());
        output.WriteLine($"{run.Struck.Values.Sum()} faults: {string.Join(", ", run.Struck.Select(kind => $"{kind.Key} {kind.Value}"))}");
    }

    [Theory]
    [InlineData("{ kind: hold, on: drying-ada-1, at: 3 min, for: 40 min }")]
    [InlineData("{ kind: move, on: drying-bob-1, at: 3 min, amount: 7 }")]
    [InlineData("{ kind: remove, on: drying-ada-1, at: 1 s, for: 1 h }")]
    [InlineData("{ kind: pause, at: 5 min }")]
    [InlineData("{ kind: hold, on: drying-ada-1, at: 3 min, for: 40 min }\n  - { kind: crash, at: 10 min, for: 2 h }")]
    [InlineData("{ kind: drift, on: room, at: 1 s, for: 1 h, amount: 0.5 }")]
    [InlineData("{ kind: wrong-checksum, on: room, at: 1 min, for: 10 min }")]
    [InlineData("{ kind: power-cut, at-write: 120, after: true, for: 1 h }\n  - { kind: absence, at: 1 s, for: 8 h }")]
    public void What_people_do_to_the_queue_happens_and_breaks_no_promise(string fault)
    {
        var setup = Setup();
        var end = Episode.Run(setup, 1, FaultFile.Parse($"faults:\n  - {fault}\n", "script.yaml", Subjects.Of(setup)));

        end.NeverHappened.Should().BeEmpty();
        end.Violations.Should().BeEmpty();
        end.States.Should().HaveCount(2).And.OnlyContain(state => state.Phase == CampaignPhase.Ended);
    }

    /// <summary>What <c>lab chaos</c> has found before, each with its seed.</summary>
    [Theory]
    [InlineData(6, "{ kind: broker-restart, at: 3724.824 s, for: 22.63 s }\n  - { kind: crash, at-write: 208, after: true, for: 1194.197 s }")]     // samples at the ovens that each other was to go to in place of its own
    [InlineData(6, "{ kind: broker-restart, at: 2.862 s, for: 26.508 s }\n  - { kind: crash, at-write: 208, after: true, for: 0.583 s }")]     // two samples of one campaign in an oven when the program ended: the second never heard of the end
    [InlineData(46, "{ kind: crash, at: 2198.94 s, for: 0.834 s }")]     // samples that might not enter one oven were not sent to the other
    [InlineData(3, "{ kind: clock-step, at: 175.587 s, amount: -3009.1187 }")]     // samples in both ovens and at both diffractometers, each on its way to the other
    [InlineData(427, "{ kind: silence, on: oven-1, at: 5248.628 s, for: 20.289 s }")]     // the same, while one of them rested and nobody knew whether it had been heated
    [InlineData(724, "{ kind: late, on: oven-1, at: 656.292 s, for: 44.853 s, amount: 3.3165 }", 6)]     // a sample in an oven beside one that rested was planned to be heated at once, for ever
    [InlineData(15, "{ kind: broker-restart, at: 3459.125 s, for: 22.103 s }")]     // a second carriage for one step failed, and the sample was looked for where the first had taken it
    [InlineData(27, "{ kind: echo, on: oven-1, at: 886.779 s, for: 32.659 s }")]     // a sample in an oven with one that rests was due for ever, and nobody was told
    public void What_broke_a_promise_once_does_so_no_more(int seed, string faults, int trials = 4)
    {
        var setup = Setup(trials);
        var end = Episode.Run(setup, seed, FaultFile.Parse($"faults:\n  - {faults}\n", "script.yaml", Subjects.Of(setup)));

        end.Violations.Should().BeEmpty();
        end.States.Should().OnlyContain(state => state.Phase == CampaignPhase.Ended);
    }

    [Fact]
    public void A_campaign_that_is_suspended_though_nothing_is_wrong_any_more_does_not_go_on_and_is_found()
    {
        var file = Repository.At("campaigns", "drying-ada.yaml");
        var cold = CampaignFile.Parse(File.ReadAllText(file).Replace("low: 21 °C, high: 23 °C", "low: 60 °C, high: 70 °C", StringComparison.Ordinal), file).With(trials: 1);

        Episode.Run(Setup() with { Plans = [cold] }, 1, []).Violations.Should().ContainSingle().Which.Oracle.Should().Be("liveness");
    }

    private static EpisodeSetup Setup(int trials = 4) => new(
        [.. new[] { "ada", "bob" }.Select(owner => CampaignFile.Load(Repository.At("campaigns", $"drying-{owner}.yaml")).With(trials: trials))],
        new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "drying.lab.json")).Build());
}
