using LabAutomation.Agents.Campaigns;
using LabAutomation.Lab;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using static LabAutomation.Tests.Planning.ShortCampaign;

namespace LabAutomation.Tests.Planning;

/// <summary>What people see of each kind of goal.</summary>
public sealed class GoalReportTests
{
    private static readonly Func<double, double, (double, double)> Bowl = (cyan, yellow) => (10 * (Math.Abs(cyan - 0.9) + Math.Pow(yellow - 0.3, 2)) + 1, 100 - 50 * cyan);

    [Theory]
    [InlineData("{ minimise: difference, until: { trials: 10 } }", "<h2>Best so far</h2>", "open-ended", "what random search would have shown")]
    [InlineData("{ minimise: difference, keep: [colour_L >= 60], until: { reached: 0.5, trials: 10 } }", "<h2>Best so far</h2>", "goal not reached", "Hollow: trials that break a limit (colour_L at least 60)")]
    [InlineData("{ reach: { quantity: colour_L, value: 72 }, until: { within: 20, trials: 10 } }", "<h2>Best so far</h2>", "goal reached", "target 72")]
    [InlineData("{ objectives: [{ minimise: difference }, { maximise: colour_L }], until: { trials: 10 } }", "<h2>Trade-offs</h2>", "best trade-offs", "colour_L (more is better)")]
    [InlineData("{ objectives: [{ minimise: difference }, { maximise: colour_L }, { maximise: colour_a }], until: { trials: 8 } }", "<h2>Trade-offs</h2>", "best trade-offs", "<th>colour_a (more is better)</th>")]
    [InlineData("{ learn: colour_L, until: { trials: 10 } }", "<h2>What was measured</h2>", "open-ended", "colour_L is known to ")]
    [InlineData("{ level: { quantity: difference, value: 5 }, until: { trials: 10 } }", "<h2>What was measured</h2>", "level 5", "of the space lie above the level")]
    public async Task The_report_shows_the_goal_in_its_own_way(string goal, params string[] shown)
    {
        using var campaign = new ShortCampaign(goal);

        var page = HtmlReport.Write(ReportSource.Read(campaign.Ledger, await campaign.RunAsync(Bowl, fails: (pump, volume) => pump == "pump-b" && volume > 0.95)));

        foreach (var text in shown) page.Should().Contain(text);
        page.Should().NotContain("NaN").And.Contain(System.Net.WebUtility.HtmlEncode(Wording.Goal(campaign.Plan)));
    }

    [Fact]
    public async Task Lines_JSON_and_tables_tell_of_limits_trade_offs_and_expectations()
    {
        using var campaign = new ShortCampaign("{ objectives: [{ minimise: difference }, { maximise: colour_L }], keep: [colour_L >= 70], until: { trials: 12 } }");
        var ended = await campaign.RunAsync(Bowl);
        var lines = new StringWriter();
        var plain = new PlainDisplay(lines);

        plain.Show(ended with { Trials = [] });
        plain.Show(ended);
        var json = System.Text.Json.JsonSerializer.SerializeToElement(JsonForms.Campaign(ended), JsonForms.Line);
        var last = System.Text.Json.JsonSerializer.SerializeToElement(JsonForms.Trial(ended.Plan, ended.Trials[^1]), JsonForms.Line);

        lines.ToString().Should().Contain("minimise difference and maximise colour_L, keeping colour_L at least 70").And.Contain("(breaks a limit)").And.Contain("trade-offs");
        json.GetProperty("tradeOffs").GetArrayLength().Should().Be(ended.Trades.Length).And.BeGreaterThan(1);
        last.GetProperty("expectations").GetProperty("colour_L").GetProperty("sd").GetDouble().Should().BeGreaterThan(0);
        last.GetProperty("keepsLimits").ValueKind.Should().BeOneOf(System.Text.Json.JsonValueKind.True, System.Text.Json.JsonValueKind.False);
        Wording.Exit(ended).Should().Be(ExitCode.Success, "nothing was to be reached but the end of the budget");
        CsvExport.Of(ended).Should().Contain(",status,failed,").And.Contain(",measured,");
    }

    [Fact]
    public void An_abandoned_trial_is_called_so_everywhere()
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 12 } }");
        campaign.Propose(0.5, 0.5);
        campaign.Ledger.Append(Id, [new TrialAbandoned(1, "the campaign was aborted")]);
        campaign.Propose(0.6, 0.5);

        Wording.Outcome(campaign.Plan, campaign.State.Trials[0].Outcome).Should().Be("abandoned: the campaign was aborted");
        CsvExport.Of(campaign.State).Should().Contain("0.5,0.5,abandoned,the campaign was aborted,").And.Contain("0.6,0.5,running,,");
        HtmlReport.Write(ReportSource.Read(campaign.Ledger, campaign.State)).Should().Contain("abandoned: the campaign was aborted");
    }
}
