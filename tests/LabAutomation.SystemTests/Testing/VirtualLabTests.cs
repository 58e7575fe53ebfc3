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

    private static async Task<(CampaignState State, string Hash, string[] Effects)> RunAsync(int seed)
    {
        await using var lab = VirtualLab.From(LabProcess.ColourMatch, seed);
        var state = await lab.RunAsync();
        lab.FirstFromOutside.Should().BeNull();
        return (state, lab.LedgerHash, [.. lab.Effects.Select(effect => $"{effect}")]);
    }
}
