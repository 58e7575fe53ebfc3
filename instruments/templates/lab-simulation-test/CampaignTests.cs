using LabAutomation.Agents.Campaigns;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Testing;
using Xunit.Abstractions;

namespace Vendor.Bench.Tests;

/// <summary>The campaign in a whole simulated lab under virtual time: hours in seconds, and the same each time.</summary>
public sealed class CampaignTests(ITestOutputHelper output)
{
    private static readonly string Campaign = Path.Combine(AppContext.BaseDirectory, "campaign.yaml");

    [Fact]
    public async Task The_campaign_reaches_its_goal()
    {
        await using var lab = VirtualLab.From(Campaign);

        var campaign = await lab.RunAsync();

        output.WriteLine($"{campaign.Trials.Count} trials, {lab.Elapsed:h\\:mm} h of lab time, best {campaign.BestObjective:0.00}, ledger {lab.LedgerHash}");
        Assert.Equal(CampaignEnd.GoalReached, campaign.End?.End);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_the_seed_nothing_is_spilt_and_each_trial_is_measured_once(int seed)
    {
        await using var lab = VirtualLab.From(Campaign, seed, trials: 10);

        var campaign = await lab.RunAsync();

        Assert.DoesNotContain(lab.Effects, effect => effect.Kind == EffectKind.Spill);
        Assert.Equal(campaign.Trials.Count, lab.Effects.Count(effect => effect.Kind == EffectKind.Acquisition));
    }
}
