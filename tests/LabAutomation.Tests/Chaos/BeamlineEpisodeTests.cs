using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Faults;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Chaos;

/// <summary>The beamline, whose exposures give megabytes that its driver keeps only until their result is acknowledged, while everything goes wrong.</summary>
public sealed class BeamlineEpisodeTests
{
    /// <summary>What <c>lab chaos</c> has found before, each with its seed: the device could tell after all what nobody had known, and the frames were let go of before they were on record.</summary>
    [Theory]
    [InlineData(10, "{ kind: cut-short, on: beamline, at: 5.737 s, for: 0.137 s, amount: 5 }\n  - { kind: silence, on: beamline, at: 9.342 s, for: 6.803 s }")]
    [InlineData(27, "{ kind: cut-short, on: beamline, at: 2.655 s, for: 11.589 s, amount: 11 }")]
    [InlineData(200, "{ kind: freeze, at: 4.298 s, for: 13.599 s }\n  - { kind: echo, on: beamline, at: 17.106 s, for: 0.75 s }")]
    [InlineData(306, "{ kind: silence, on: beamline, at: 10.024 s, for: 16.848 s }")]
    public void A_result_that_is_told_after_nobody_knew_it_is_on_record_with_its_data(int seed, string faults)
    {
        var setup = Setup();

        var end = Episode.Run(setup, seed, FaultFile.Parse($"faults:\n  - {faults}\n", "script.yaml", Subjects.Of(setup)));

        end.NeverHappened.Should().BeEmpty();
        end.Violations.Should().BeEmpty();
        end.State!.Trials.Should().HaveCount(3).And.OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
    }

    /// <summary>The frames fill the journal's log again and again, and a write is cut while the database gets them: a lab that loses nothing by that was said to be broken.</summary>
    [Fact]
    public void A_write_that_is_cut_in_the_middle_leaves_a_journal_that_a_disk_can_leave()
    {
        var setup = Setup(8);
        for (var write = 50; write < 110; write += 6)
        {
            var end = Episode.Run(setup, 71, [new Fault(FaultKind.TornWrite, null) { AtWrite = write, For = TimeSpan.FromSeconds(1), Amount = 0.1 + (write % 7 / 8.0) }]);

            end.NeverHappened.Should().BeEmpty($"write {write} is one of {end.Traffic.Writes}");
            end.Violations.Should().BeEmpty($"write {write}");
        }
    }

    private static EpisodeSetup Setup(int trials = 3) => new(
        CampaignFile.Load(Repository.At("campaigns", "hit-rate.yaml")).With(planner: "sobol", trials: trials),
        new ConfigurationBuilder().AddJsonFile(Repository.At("campaigns", "beamline.lab.json")).Build());
}
