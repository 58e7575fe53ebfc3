using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Reasoning;

/// <summary>Several campaigns of one conversation, each inside the envelope, draw no more together than its budget.</summary>
public sealed class StockBudgetTests
{
    private static readonly LabStations Lab = LabStations.OnePlace with { Consumables = [new Consumable("dye", Unit.Parse("mL"), 100, 100, 1, [new DrawPoint("pump-cyan", "dispense", "volume")])] };

    [Theory]
    [InlineData("dye", "up to 64 of dye; 50 are allowed")]
    [InlineData("pump-cyan", "up to 64 of pump-cyan; 50 are allowed")]
    public async Task What_runs_draw_adds_up_over_a_conversation(string name, string words)
    {
        using var bed = new GateBed(GateBed.Standard(planner => planner with { Tier = Tier.RunInsideEnvelope, Budget = planner.Budget with { Drawn = Policies.Volumes((name, 50)) } })) { Stations = Lab };
        var account = bed.Account("planner");
        var draft = await bed.DraftAsync(account);

        var first = await bed.CallAsync(account, "run_campaign", ("draft", draft));
        var second = await bed.CallAsync(account, "run_campaign", ("draft", draft));
        var other = await bed.CallAsync(bed.Account("planner"), "run_campaign", ("draft", draft));

        first.Result.Failed.Should().BeFalse(first.Result.Text);
        second.Verdict.Should().BeOfType<Verdict.Denied>().Which.Reason.Should().Be($"beyond the budget of the planner in one conversation: {words}");
        other.Result.Failed.Should().BeFalse("another account has a budget of its own");
        account.Spent.Drawn["dye"].Should().BeApproximately(32, 1e-9);
    }

    [Fact]
    public async Task A_budget_of_what_cannot_be_counted_allows_none_of_it()
    {
        using var bed = new GateBed(GateBed.Standard(planner => planner with { Tier = Tier.RunInsideEnvelope, Budget = planner.Budget with { Drawn = Policies.Volumes(("stirrer", 50)) } }));
        var account = bed.Account("planner");
        var draft = await bed.DraftAsync(account);

        (await bed.CallAsync(account, "run_campaign", ("draft", draft))).Verdict.Should().BeOfType<Verdict.Denied>().Which.Reason.Should().Contain("there is a budget for stirrer, and what the campaign may use of it cannot be counted: its command 'stir' takes no volume");
    }

    [Fact]
    public async Task A_person_is_shown_what_a_run_may_draw()
    {
        using var bed = new GateBed { Stations = Lab };
        var account = bed.Account("planner");
        var draft = await bed.DraftAsync(account);

        (await bed.CallAsync(account, "run_campaign", ("draft", draft))).Approval!.Asked.What.Should().EndWith("; it may draw 32 mL of dye");
    }
}
