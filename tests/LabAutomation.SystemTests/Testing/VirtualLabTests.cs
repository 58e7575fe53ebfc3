using LabAutomation.Agents.Campaigns;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Testing;

namespace LabAutomation.SystemTests.Testing;

/// <summary>The colour match as a whole lab under virtual time.</summary>
public sealed class VirtualLabTests
{
    /// <remarks>The official Akka attaches new actors on a thread of its own.</remarks>
    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_campaign_reaches_its_goal_and_two_runs_of_a_seed_leave_the_same_record()
    {
        var (first, firstHash, firstEffects) = await RunAsync(7);
        var (second, secondHash, secondEffects) = await RunAsync(7);
        var (other, otherHash, _) = await RunAsync(8);

        first.End!.End.Should().Be(CampaignEnd.GoalReached);
        second.Trials.Count.Should().Be(first.Trials.Count);
        secondHash.Should().Be(firstHash);
        secondEffects.Should().Equal(firstEffects);
        otherHash.Should().NotBe(firstHash);
        other.End.Should().NotBeNull();
    }

    [Fact]
    public async Task The_program_says_what_a_campaign_will_take_and_twice_the_same()
    {
        using var folder = new TemporaryFolder();

        var first = await LabProcess.RunAsync(folder.Path, "simulate", LabProcess.ColourMatch, "--trials", "6", "--seed", "3");
        var second = await LabProcess.RunAsync(folder.Path, "simulate", LabProcess.ColourMatch, "--trials", "6", "--seed", "3");

        (first.ExitCode, first.Error).Should().Be((0, ""), first.Out);
        first.Out.Should().Contain("6 trials in 0 h ").And.Contain("pump-cyan").And.Contain("mL dispensed").And.Contain("report: colour-match-simulated.html");
        second.Out.Split('\n')[^2].Should().StartWith("ledger: ").And.Be(first.Out.Split('\n')[^2]);
        (await File.ReadAllTextAsync(folder.At("colour-match-simulated.html"))).Should().Contain("<svg");
        Directory.Exists(folder.At(".lab")).Should().BeFalse("nothing is put on record");
    }

    [Fact]
    public async Task A_campaign_rests_when_its_days_are_over()
    {
        using var folder = new TemporaryFolder();

        var result = await LabProcess.RunAsync(folder.Path, "simulate", LabProcess.ColourMatch, "--days", "0.003");

        (result.ExitCode, result.Error).Should().Be((0, ""), result.Out);
        result.Out.Should().Contain("paused: ");
    }

    [Fact]
    public void A_campaign_runs_under_a_fault_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("faults.yaml"), "faults:\n  - { kind: crash, at: 5 s, for: 1 min }\n");

        var end = VirtualLab.RunUnder(folder.At("faults.yaml"), LabProcess.ColourMatch, seed: 7, planner: "sobol", trials: 2);

        (end.Starts, end.State!.Trials.Count).Should().Be((2, 2));
        end.Violations.Should().BeEmpty();
        end.NeverHappened.Should().BeEmpty();
    }

    [Fact]
    public async Task The_program_breaks_a_campaign_in_many_ways_and_says_what_it_did()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("late.yaml"), "faults:\n  - { kind: silence, on: stirrer, at: 9 h, for: 1 s }\n");

        var many = await LabProcess.RunAsync(folder.Path, "chaos", LabProcess.ColourMatch, "--planner", "sobol", "--trials", "2", "--seeds", "5", "--junit", folder.At("chaos.xml"));
        var late = await LabProcess.RunAsync(folder.Path, "chaos", LabProcess.ColourMatch, "--planner", "sobol", "--trials", "2", "--faults", folder.At("late.yaml"), "--keep", folder.At("kept"));
        var wrong = await LabProcess.RunAsync(folder.Path, "chaos", LabProcess.ColourMatch, "--seeds", "0");
        var shown = await LabProcess.RunAsync(folder.Path, "list", "--data", folder.At("kept"));

        (many.ExitCode, many.Error).Should().Be((0, ""), many.Out);
        many.Out.Should().Contain("5 seeds, 10 trials, ").And.Contain("no promise was broken");
        (await File.ReadAllTextAsync(folder.At("chaos.xml"))).Should().Contain("failures=\"0\"").And.Contain("no promise is broken in 5 seeds");
        late.ExitCode.Should().Be(19);
        late.Out.Should().Contain("never happened: silence on stirrer at 32400 s for 1 s");
        (wrong.ExitCode, wrong.Error).Should().Be((2, "lab: --seeds is 1 to 1000000, not 0\n"));
        shown.Out.Should().Contain("colour-match-1");
        Directory.Exists(folder.At(".lab")).Should().BeFalse("nothing is put on record");
    }

    private static async Task<(CampaignState State, string Hash, string[] Effects)> RunAsync(int seed)
    {
        await using var lab = VirtualLab.From(LabProcess.ColourMatch, seed);
        var state = await lab.RunAsync();
        lab.FirstFromOutside.Should().BeNull();
        return (state, lab.LedgerHash, [.. lab.Effects.Select(effect => $"{effect}")]);
    }
}
