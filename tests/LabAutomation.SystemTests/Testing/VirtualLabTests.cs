using LabAutomation.Agents.Campaigns;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Testing;

namespace LabAutomation.SystemTests.Testing;

/// <summary>The colour match as a whole lab under virtual time.</summary>
public sealed class VirtualLabTests
{
    [Fact]
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

    private static async Task<(CampaignState State, string Hash, string[] Effects)> RunAsync(int seed)
    {
        await using var lab = VirtualLab.From(LabProcess.ColourMatch, seed);
        var state = await lab.RunAsync();
        lab.FirstFromOutside.Should().BeNull();
        return (state, lab.LedgerHash, [.. lab.Effects.Select(effect => $"{effect}")]);
    }
}
