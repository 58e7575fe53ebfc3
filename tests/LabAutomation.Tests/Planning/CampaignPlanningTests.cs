using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Records;
using LabAutomation.Learning;
using LabAutomation.Protocol;
using static LabAutomation.Tests.Planning.ShortCampaign;

namespace LabAutomation.Tests.Planning;

/// <summary>The planner and the campaign by their messages.</summary>
public sealed class CampaignPlanningTests
{
    private static readonly Func<double, double, (double, double)> Bowl = (cyan, yellow) => (10 * (Math.Abs(cyan - 0.9) + Math.Pow(yellow - 0.3, 2)) + 1, 100 - 50 * cyan);

    [Fact]
    public async Task Asked_while_two_trials_are_under_way_the_third_differs_and_knows_them()
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 40 } }");
        for (var trial = 1; trial <= 8; trial++)
        {
            campaign.Propose(0.1 + 0.11 * trial, 0.1 + 0.37 * trial % 0.9);
            var (cyan, yellow) = Doses(campaign.State.Trials[^1].Values);
            campaign.Measure(trial, Bowl(cyan, yellow).Item1);
        }

        var alone = await campaign.AskAsync(campaign.State);
        campaign.Ledger.Append(Id, [alone]);
        var second = await campaign.AskAsync(campaign.State);
        campaign.Ledger.Append(Id, [second]);
        var third = await campaign.AskAsync(campaign.State);

        CampaignHistory.ToStudy(campaign.State).Pending.Select(pending => pending.Number).Should().Equal(9, 10);
        third.Trial.Should().Be(11);
        third.Mean.Should().NotBeNull("it is the model's own choice, not one of the first even spread");
        Distance(third, second).Should().BeGreaterThan(1e-3);
        Distance(third, alone).Should().BeGreaterThan(1e-3);
        Distance(second, alone).Should().BeGreaterThan(1e-3);
        var elsewhere = campaign.State with { Trials = campaign.State.Trials.SetItem(9, new TrialState(second with { Values = campaign.Plan.ToValues(new Point([0.12, 0.95])) })) };
        Distance(await campaign.AskAsync(elsewhere), third).Should().BeGreaterThan(1e-6, "another place under way leaves another one to try");
    }

    [Theory]
    [InlineData("mixtures: [{ of: [cyan, yellow], total: 1.05 mL }]")]
    [InlineData("constraints: [cyan + yellow == 1.05 mL]")]
    [InlineData("candidates: [{ cyan: 0.12345 mL, yellow: 0.92655 mL }, { cyan: 0.23456 mL, yellow: 0.81544 mL }, { cyan: 0.34567 mL, yellow: 0.70433 mL }]")]
    public async Task What_a_pump_misses_by_a_little_is_no_other_recipe(string rules)
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 8 } }", rules: rules);

        var ended = await campaign.RunAsync(Bowl);
        var study = CampaignHistory.ToStudy(ended);

        study.Trials.Should().HaveCountGreaterThan(2).And.OnlyContain(trial => Math.Abs(trial.Point[0] + trial.Point[1] - 1.05) < 1e-9, "the counters of the pumps show three decimals");
        study.Best().Point.Coordinates.Sum().Should().BeApproximately(1.05, 1e-9, "a recipe that was asked for can be recommended");
        if (ended.Plan.Candidates is { } rows) ended.Trials.Should().HaveCount(rows.Length, "none is tried twice");
    }

    [Fact]
    public async Task First_trials_asked_for_at_once_are_spread()
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 40 } }");
        for (var trial = 0; trial < 4; trial++) campaign.Ledger.Append(Id, [await campaign.AskAsync(campaign.State)]);

        campaign.State.Trials.Select(trial => trial.Values.ToString()).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_region_that_fails_is_avoided_once_that_is_learnt()
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 36 } }");

        var ended = await campaign.RunAsync(Bowl, fails: (pump, volume) => pump == "pump-a" && volume > 0.6);

        ended.End!.End.Should().Be(CampaignEnd.TrialsSpent);
        var failed = ended.Trials.Select(trial => trial.Outcome is TrialOutcome.Failed).ToArray();
        failed.Take(6).Should().Contain(true, "two fifths of the space fail");
        failed.Skip(24).Count(one => one).Should().BeLessThanOrEqualTo(8, "the best measurable place lies at the edge of what fails, which is felt for");
        Doses(ended.Best!.Values).Cyan.Should().BeInRange(0.5, 0.6, "best is right beside the region that fails");
        CampaignHistory.ToStudy(ended).Trials.Where(trial => trial.Values is null).Should().OnlyContain(trial => trial.Failure!.Contains("stalled"));
        ended.Trials.Where(trial => trial.Proposal.Mean is not null && failed.Take(trial.Number - 1).Contains(true)).Should().OnlyContain(trial => trial.Proposal.Feasible > 0 && trial.Proposal.Feasible < 1);
    }

    [Theory]
    [InlineData("{ minimise: difference, until: { trials: 14 } }")]
    [InlineData("{ maximise: colour_L, keep: [difference <= 6], until: { trials: 14 } }")]
    [InlineData("{ reach: { quantity: colour_L, value: 72 }, until: { trials: 12 } }")]
    [InlineData("{ objectives: [{ minimise: difference }, { maximise: colour_L }], noise: none, until: { trials: 12 } }")]
    [InlineData("{ learn: colour_L, noise: 0.5, until: { trials: 12 } }")]
    [InlineData("{ level: { quantity: difference, value: 4 }, until: { trials: 12 } }")]
    public async Task From_the_record_cut_off_anywhere_the_same_trial_is_proposed_to_the_last_bit(string goal)
    {
        using var campaign = new ShortCampaign(goal);
        await campaign.RunAsync(Bowl, fails: (pump, volume) => pump == "pump-b" && volume > 0.9);
        var entries = campaign.Ledger.Read(Id);
        var asked = 0;

        for (var k = 0; k < entries.Count; k++)
        {
            if (entries[k].Event is not TrialProposed proposed) continue;
            var again = await campaign.AskAsync(CampaignState.Replay([.. entries.Take(k)]));
            LabEvents.Write(again).Should().Be(LabEvents.Write(proposed));
            asked++;
        }

        asked.Should().Be(campaign.Plan.Goal.Until.Trials);
        campaign.Ledger.Verify().IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task The_model_is_told_where_a_trial_was_made_and_not_only_where_it_was_planned()
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 4 } }", "{ kind: sobol }");

        var ended = await campaign.RunAsync(Bowl, fails: (pump, volume) => pump == "pump-b" && volume > 0.8);

        var study = CampaignHistory.ToStudy(ended);
        for (var k = 0; k < 4; k++)
        {
            var (cyan, yellow) = Doses(ended.Trials[k].Values);
            if (study.Trials[k].Values is null) study.Trials[k].Point.Should().Be(new Point([cyan, yellow]), "what failed failed as it was planned");
            else study.Trials[k].Point.Coordinates.Should().Equal(Math.Round(cyan, 3), Math.Round(yellow, 3));
        }

        study.Trials.Should().Contain(trial => trial.Values == null).And.Contain(trial => trial.Values != null && trial.Asked != null);
    }

    [Theory]
    [InlineData("{ kind: sobol }")]
    [InlineData("{ kind: gaussian-process }")]
    public async Task An_abandoned_trial_is_forgotten_and_makes_no_other_one_be_repeated(string planner)
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 40 } }", planner);
        for (var trial = 1; trial <= 5; trial++)
        {
            campaign.Ledger.Append(Id, [await campaign.AskAsync(campaign.State)]);
            if (trial is 2 or 3) campaign.Ledger.Append(Id, [new TrialAbandoned(trial, "the campaign was aborted")]);
            else campaign.Measure(trial, 3);
        }

        CampaignHistory.ToStudy(campaign.State).Trials.Should().HaveCount(3);
        campaign.State.Trials.Where(trial => trial.Outcome is TrialOutcome.Measured).Select(trial => trial.Values.ToString()).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Limits_are_kept_by_what_is_called_best_and_expectations_of_all_quantities_are_on_record()
    {
        using var campaign = new ShortCampaign("{ maximise: colour_L, keep: [difference <= 6], until: { trials: 20 } }");

        var ended = await campaign.RunAsync(Bowl);

        // Difference 6 is at cyan 0.4, where L is 80; without the limit the best would be 95 at cyan 0.1.
        ended.BestObjective.Should().BeInRange(76, 80.3);
        ended.Plan.Goal.Keeps((TrialOutcome.Measured)ended.Best!.Outcome!).Should().BeTrue();
        ended.Trials[^1].Proposal.Expected!.Keys.Should().Equal("colour_L", "difference");
        ended.Trials[^1].Proposal.Expected!["difference"].Sd.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task A_target_is_reached_from_either_side_and_ends_the_campaign()
    {
        using var campaign = new ShortCampaign("{ reach: { quantity: colour_L, value: 72 }, until: { within: 0.5, trials: 30 } }");

        var ended = await campaign.RunAsync(Bowl);

        ended.End!.End.Should().Be(CampaignEnd.GoalReached);
        ended.BestObjective.Should().BeInRange(71.5, 72.5);
        ended.End.Reason.Should().EndWith("is within 0.5 of 72");
    }

    [Fact]
    public async Task Two_objectives_end_in_trade_offs_of_which_none_is_better_in_everything()
    {
        using var campaign = new ShortCampaign("{ objectives: [{ minimise: difference }, { maximise: colour_L }], until: { trials: 24 } }");

        var ended = await campaign.RunAsync(Bowl);

        ended.Best.Should().BeNull();
        ended.End!.BestTrial.Should().BeNull();
        ended.Trades.Length.Should().BeGreaterThan(5);
        var values = ended.Trades.Select(trial => (TrialOutcome.Measured)trial.Outcome!).Select(measured => (measured.Objective, L: measured.Of("colour_L", ended.Plan.Goal))).ToArray();
        values.Should().BeInAscendingOrder(value => value.Objective).And.BeInAscendingOrder(value => value.L, "less difference costs lightness");
    }

    [Fact]
    public async Task A_goal_that_stalls_ends_before_its_budget()
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { stalled: 6, trials: 200 } }", "{ kind: random }");

        var ended = await campaign.RunAsync(Bowl);

        ended.End!.End.Should().Be(CampaignEnd.Stalled);
        ended.Trials.Should().HaveCount(ended.Best!.Number + 6);
    }

    private static double Distance(TrialProposed one, TrialProposed other)
    {
        var ((a, b), (c, d)) = (Doses(one.Values), Doses(other.Values));
        return Math.Sqrt((a - c) * (a - c) + (b - d) * (b - d));
    }
}
