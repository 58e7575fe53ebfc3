using System.Text.Json;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using LabAutomation.Learning.Sessions;
using LabAutomation.Tests.Learning.Backtesting;

namespace LabAutomation.Tests.Planning;

/// <summary>Advice in a campaign, from its file to its record.</summary>
public sealed class AdvisedCampaignTests
{
    private static readonly Func<double, double, (double, double)> Bowl = (cyan, yellow) => (10 * (Math.Pow(cyan - 0.85, 2) + Math.Pow(yellow - 0.25, 2)), 50);

    [Fact]
    public async Task The_record_says_of_every_trial_how_far_the_advice_was_trusted_and_whether_it_decided()
    {
        using var campaign = Advised("{ cyan: { from: 0.7 mL }, yellow: { to: 0.4 mL } }");

        var ended = await campaign.RunAsync(Bowl);

        ended.Trials.Select(trial => trial.Proposal.Advice).Should().NotContainNulls();
        ended.Trials[0].Proposal.Advice.Should().Be(new AdviceHeard(0.8, Decided: true));
        ended.Trials[^1].Proposal.Advice!.Trust.Should().BeGreaterThan(0.8);
        Wording.Advice(campaign.State).Should().MatchRegex(@"^advice trusted 0\.80 → 0\.9\d|1\.00; it decided \d+ of 14 trials$");
        campaign.State.Trials.Select(trial => trial.Proposal).Should().Equal(ended.Trials.Select(trial => trial.Proposal), "the ledger keeps it");
    }

    [Fact]
    public async Task The_report_and_what_programs_are_shown_say_it_too()
    {
        using var campaign = Advised("{ cyan: { from: 0.7 mL } }");
        var ended = await campaign.RunAsync(Bowl);

        var page = HtmlReport.Write(ReportSource.Read(campaign.Ledger, ended));

        page.Should().Contain("Advice trusted 0.80 →").And.Contain("It comes from: test").And.Contain("the advice decided, trusted 0.80");
        JsonSerializer.Serialize(JsonForms.Trial(ended.Plan, ended.Trials[0]), JsonForms.Line).Should().Contain("\"advice\":{\"trust\":0.8,\"decided\":true}");
    }

    [Fact]
    public void A_table_of_trials_is_gone_on_from_with_the_files_advice()
    {
        using var campaign = Advised("{ cyan: { to: 0.3 mL } }");
        using var file = new ScratchFile("rows.csv", "cyan,yellow,difference\n0.2,0.2,9\n0.9,0.3,1\n0.25,0.9,8\n0.8,0.8,2\n");

        var proposal = CampaignStudy.Read(campaign.Plan, file.Path).Study.Ask(1).Proposals[0];

        proposal.Advice!.Trust.Should().BeLessThan(0.5);
    }

    [Fact]
    public async Task Advice_against_the_facts_is_dropped()
    {
        using var campaign = Advised("{ cyan: { to: 0.3 mL }, yellow: { from: 0.8 mL } }");

        var ended = await campaign.RunAsync(Bowl);

        ended.Trials[^1].Proposal.Advice!.Trust.Should().BeLessThan(0.1);
        ended.BestObjective.Should().BeLessThan(0.1);
    }

    [Fact]
    public async Task A_campaign_that_is_read_again_from_its_record_asks_for_the_same()
    {
        using var campaign = Advised("{ cyan: { from: 0.7 mL } }");
        for (var trial = 1; trial <= 7; trial++)
        {
            var proposed = await campaign.AskAsync(campaign.State);
            campaign.Ledger.Append(ShortCampaign.Id, [proposed]);
            var (cyan, yellow) = ShortCampaign.Doses(proposed.Values);
            campaign.Measure(trial, Bowl(cyan, yellow).Item1);
        }

        var one = await campaign.AskAsync(campaign.State);
        var other = await campaign.AskAsync(CampaignState.Replay(campaign.Ledger.Read(ShortCampaign.Id)));

        other.Values.ToString().Should().Be(one.Values.ToString());
        other.Advice.Should().Be(one.Advice).And.NotBeNull();
    }

    [Fact]
    public async Task Without_advice_the_record_is_silent()
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 4 } }");
        campaign.Ledger.Append(ShortCampaign.Id, [await campaign.AskAsync(campaign.State)]);

        Wording.Advice(campaign.State).Should().BeNull();
        campaign.State.Trials[0].Proposal.Advice.Should().BeNull();
        CampaignHistory.ToStudy(campaign.State).Problem.Advice.Should().BeNull();
    }

    private static ShortCampaign Advised(string where) =>
        new("{ minimise: difference, until: { trials: 14 } }", $"{{ kind: gaussian-process, initial: 6 }}\nadvice: {{ because: test, regions: [{{ where: {where} }}] }}");
}
