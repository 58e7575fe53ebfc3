using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

/// <summary>What the actor of a campaign does that its state alone does not say: what it tells others, and what it looks at when.</summary>
public sealed class LoneCampaignTests
{
    private static readonly ReactionChosen SafeMode = new(LoneCampaign.Dose.Action, 1, "dose", 0, "pump", Reaction.SafeMode, "campaign rule 1", "on link_lost: safe_mode");

    [Fact]
    public async Task The_campaign_whose_rule_it_was_makes_its_own_instruments_safe()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose, LoneCampaign.Ended(LoneCampaign.Dose, CauseCode.LinkLost));

        (await SafeAsync(campaign)).Should().Equal("pump", "eye", "waste");
        campaign.State.PauseReason.Should().Be("the lab is in its safe mode: campaign rule 1 of lone-1");
    }

    [Fact]
    public async Task A_safe_mode_that_nobody_may_have_heard_of_is_asked_for_again_after_a_restart()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose, LoneCampaign.Ended(LoneCampaign.Dose, CauseCode.LinkLost), SafeMode);

        (await SafeAsync(campaign)).Should().Equal("pump", "eye", "waste");
    }

    [Theory]
    [InlineData("rests")]
    [InlineData("waits for somebody")]
    [InlineData("aborts")]
    public async Task Anothers_safe_mode_makes_the_instruments_safe_of_a_campaign_that(string what)
    {
        LabEvent happened = what switch
        {
            "rests" => new CampaignPaused("asked for"),
            "aborts" => new AbortRequested("enough"),
            _ => new CampaignPaused("broken", LoneCampaign.Start.AddHours(1)),
        };
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose, happened);
        campaign.Tell(new CampaignRequest.SafeMode("campaign rule 1 of another-1"));

        (await SafeAsync(campaign)).Should().Equal("pump", "eye", "waste");
        await campaign.SettledAsync();
        campaign.State.PauseUntil.Should().BeNull("nobody goes on by the clock");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_under_way_when_it_was_taken_up_is_awaited_until_it_has_ended_or_for_half_a_minute(bool ends)
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose);
        (await campaign.Scheduler.Next<SchedulerMessage.Declare>()).AwaitsEarlier.Should().BeTrue();

        if (ends)
        {
            campaign.Tell(new ActionConcluded(LoneCampaign.Ended(LoneCampaign.Dose), LoneCampaign.Start));
            await campaign.Scheduler.Next<SchedulerMessage.Concluded>();
        }
        else
        {
            campaign.Clock.Advance(EarlierActions.Patience);
        }

        SchedulerMessage.Declare declared;
        do declared = await campaign.Scheduler.Next<SchedulerMessage.Declare>();
        while (declared.AwaitsEarlier);
        declared.Trials.Should().ContainSingle().Which.Tasks[0].Phase.Should().Be(ends ? TaskPhase.Done : TaskPhase.Running);
    }

    [Fact]
    public async Task A_campaign_that_has_nothing_under_way_awaits_nothing()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial);

        (await campaign.Scheduler.Next<SchedulerMessage.Declare>()).AwaitsEarlier.Should().BeFalse();
    }

    [Fact]
    public async Task A_pause_is_had_at_once_where_nothing_has_begun_and_all_is_held()
    {
        using var campaign = new LoneCampaign(parallel: 2, LoneCampaign.Trial, new QueueChanged("ada", "operator", "test", Hold: true));
        campaign.Tell(new CampaignRequest.Pause());
        await campaign.SettledAsync();

        campaign.State.PauseReason.Should().Be("asked for");
    }

    [Fact]
    public async Task A_pause_is_had_at_once_where_all_places_are_taken_by_trials_that_wait()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, new TrialWaits(1, "cyan", "out of cyan"));
        campaign.Tell(new CampaignRequest.Pause());
        await campaign.SettledAsync();

        campaign.State.PauseReason.Should().Be("asked for");
    }

    [Fact]
    public async Task A_trial_whose_analysis_gave_too_little_cleans_up_before_it_fails()
    {
        using var campaign = new LoneCampaign(parallel: 1, [LoneCampaign.Trial, .. LoneCampaign.Done().SkipLast(2)]);
        await campaign.Analyst.Next<AnalyseTrial>();
        campaign.Tell(new TrialAnalysed(1, ImmutableSortedDictionary<string, Quantity>.Empty, []));
        await campaign.SettledAsync();

        campaign.Record.Should().NotContain(happened => happened is TrialFailed);
        campaign.Record.OfType<AnalysisFailed>().Should().ContainSingle().Which.Reason.Should().Be("the analysis gave no 'colour_difference'");
    }

    [Fact]
    public async Task An_analysis_that_came_while_the_campaign_rested_is_asked_for_again_when_it_goes_on_by_itself()
    {
        var other = LoneCampaign.Dose with { Action = ActionId.Derive(LoneCampaign.Id, 2, "dose", 0, 1), Trial = 2 };
        using var campaign = new LoneCampaign(parallel: 2, [LoneCampaign.Trial, .. LoneCampaign.Done().SkipLast(2), LoneCampaign.Trial with { Trial = 2 }, other]);
        await campaign.Analyst.Next<AnalyseTrial>();
        campaign.Tell(new ActionConcluded(LoneCampaign.Ended(other, CauseCode.HardwareFault), LoneCampaign.Start));
        await campaign.SettledAsync();
        campaign.State.PauseUntil.Should().NotBeNull();

        campaign.Tell(new TrialAnalysed(1, ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_difference", new Quantity(3, Unit.One)), []));
        await campaign.SettledAsync();
        campaign.Clock.Advance(TimeSpan.FromHours(1.5));

        (await campaign.Analyst.Next<AnalyseTrial>()).Trial.Number.Should().Be(1);
    }

    [Fact]
    public async Task A_trial_that_waits_with_something_under_way_rests_when_that_has_ended()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose, new TrialWaits(1, "lamp", "out of lamp"));
        campaign.Tell(new CampaignRequest.Pause());
        await campaign.SettledAsync();
        campaign.State.Phase.Should().Be(CampaignPhase.Running);

        campaign.Tell(new ActionConcluded(LoneCampaign.Ended(LoneCampaign.Dose), LoneCampaign.Start));
        await campaign.SettledAsync();
        campaign.State.PauseReason.Should().Be("asked for");
    }

    [Fact]
    public async Task What_was_shown_while_somebody_was_asked_suspends_it_when_nobody_has_come()
    {
        using var campaign = new LoneCampaign(new CampaignPaused("broken", LoneCampaign.Start.AddHours(1)));
        campaign.Tell(new InstrumentNotice.Showed("room", "temperature", new PropertyFrame(Quantity.Of(30, "°C"), Quality.Good, 1, LoneCampaign.Start)));
        await campaign.SettledAsync();
        campaign.Clock.Advance(TimeSpan.FromHours(1));
        await campaign.SettledAsync();

        campaign.Record.Skip(2).Select(happened => happened.GetType()).Should().Equal(typeof(PromptLapsed), typeof(CampaignSuspended));
    }

    [Fact]
    public async Task A_grant_of_a_trial_that_was_held_meanwhile_is_declined()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial);
        var declared = await campaign.Scheduler.Next<SchedulerMessage.Declare>();
        (await campaign.OrderAsync(QueueOrder.Hold)).Done.Should().BeTrue();
        campaign.Tell(Begin(declared, 1));
        await campaign.SettledAsync();

        (await HeardAsync(campaign, 1)).Trials.Single().IsHeld.Should().BeTrue();
        await NothingIsPerformedAsync(campaign);
    }

    [Fact]
    public async Task A_grant_of_a_trial_whose_values_were_edited_meanwhile_is_declined_and_the_edited_trial_begins_by_the_next()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial);
        var declared = await campaign.Scheduler.Next<SchedulerMessage.Declare>();
        (await campaign.OrderAsync(QueueOrder.Edit, 1, "0.9 mL")).Words.Should().Contain("0.9 mL");
        campaign.Tell(Begin(declared, 1));
        var edited = await HeardAsync(campaign, 1);
        await NothingIsPerformedAsync(campaign);

        campaign.Tell(Begin(edited, 2));
        (await campaign.Bench.Next<BenchMessage.Perform>()).Request.Intent.Arguments["volume"].Should().Be(Quantity.Of(0.9, "mL"));
    }

    [Fact]
    public async Task Cleaning_up_that_waits_for_a_consumable_says_so_when_the_campaign_is_being_aborted()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose, LoneCampaign.Ended(LoneCampaign.Dose), new AbortRequested("enough"));
        campaign.Tell(new OutOf(1, "water", "out of water: 3 mL are missing"));
        await campaign.SettledAsync();

        campaign.State.Trials[0].Waits.Should().Be(new TrialWaits(1, "water", "out of water: 3 mL are missing"));
    }

    [Fact]
    public async Task A_sample_is_lost_when_its_time_is_over_though_nothing_else_happens()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose, LoneCampaign.Ended(LoneCampaign.Dose));
        await campaign.SettledAsync();
        campaign.Clock.Advance(TimeSpan.FromMinutes(10));
        await campaign.SettledAsync();
        campaign.State.Trials[0].Lost.Should().BeNull("it is in time still");
        campaign.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await campaign.SettledAsync();

        campaign.State.Trials[0].Lost!.Step.Should().Be("measure");
    }

    [Fact]
    public async Task Whoever_goes_on_in_the_same_life_has_what_nobody_knew_asked_again()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose);
        (await campaign.Bench.Next<BenchMessage.GetInstruments>()).Should().NotBeNull();
        (await campaign.Bench.Next<BenchMessage.Perform>()).Request.Intent.Action.Should().Be(LoneCampaign.Dose.Action);
        var unknown = LoneCampaign.Ended(LoneCampaign.Dose, CauseCode.HardwareFault);
        campaign.Tell(new ActionConcluded(unknown with { Result = unknown.Result with { Status = ActionStatus.UnknownOutcome } }, LoneCampaign.Start));
        await campaign.SettledAsync();
        campaign.State.PauseReason.Should().StartWith("nobody knows whether 'dispense' of pump had its effect");

        (await campaign.OrderAsync(QueueOrder.Resume)).Should().Be(new QueueReply(true, "lone-1 goes on"));
        (await campaign.Bench.Next<BenchMessage.Perform>()).Request.Should().Match<ActionRequest>(request => request.IsOnRecord && request.Intent.Action == LoneCampaign.Dose.Action);
    }

    [Fact]
    public async Task A_grant_of_a_step_that_was_interrupted_meanwhile_is_declined()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial);
        var declared = await campaign.Scheduler.Next<SchedulerMessage.Declare>();
        (await campaign.OrderAsync(QueueOrder.Pause, now: true)).Done.Should().BeTrue();
        campaign.Tell(Begin(declared, 1));
        await campaign.SettledAsync();

        campaign.State.PauseReason.Should().Be("asked for by ada: test");
        await NothingIsPerformedAsync(campaign);
    }

    [Fact]
    public async Task Whoever_is_to_rest_now_tells_the_scheduler_so_and_rests_where_nothing_of_it_can_begin()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose);
        (await campaign.OrderAsync(QueueOrder.Pause, now: true)).Done.Should().BeTrue();
        while (!(await campaign.Scheduler.Next<SchedulerMessage.Declare>()).WantsRest)
        {
            // What it had declared before.
        }

        campaign.Tell(new Obstructed("'dry' of lone-1/2 cannot begin"));
        await campaign.SettledAsync();

        campaign.State.PauseReason.Should().Be("asked for by ada: test; 'dry' of lone-1/2 cannot begin");
    }

    [Fact]
    public async Task An_abort_by_message_cancels_what_is_under_way()
    {
        using var campaign = new LoneCampaign(LoneCampaign.Trial, LoneCampaign.Dose);
        await campaign.Bench.Next<BenchMessage.GetInstruments>();
        await campaign.Bench.Next<BenchMessage.Perform>();
        (await campaign.OrderAsync(QueueOrder.Abort)).Done.Should().BeTrue();

        (await campaign.Bench.Next<BenchMessage.Cancel>()).Should().Be(new BenchMessage.Cancel("pump", LoneCampaign.Dose.Action, "aborted by ada: test"));
    }

    private static Grant.Begin Begin(SchedulerMessage.Declare declared, long number) => new(number, 1, "dose", LoneCampaign.Start, 0, null, IsShared: false) { For = declared.By, Job = declared.Trials.Single().Job };

    /// <summary>What it declared when it had heard a grant.</summary>
    private static async Task<SchedulerMessage.Declare> HeardAsync(LoneCampaign campaign, long number)
    {
        while (true)
            if (await campaign.Scheduler.Next() is SchedulerMessage.Declare declared && declared.Heard == number) return declared;
    }

    /// <summary>The first instruments that it makes safe, as many as it has.</summary>
    private static async Task<IReadOnlyList<string>> SafeAsync(LoneCampaign campaign)
    {
        var safe = new List<string>();
        while (safe.Count < 3)
            if (await campaign.Bench.Next() is BenchMessage.MakeSafe made) safe.Add(made.Instrument);
        return safe;
    }

    private static async Task NothingIsPerformedAsync(LoneCampaign campaign)
    {
        (await campaign.Bench.Next()).Should().Be(BenchMessage.GetInstruments.Instance);
        await campaign.Bench.ExpectNothingBefore("all that was said");
    }
}
