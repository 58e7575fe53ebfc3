using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Records;

/// <summary>Every stretch in which an instrument does nothing has its reason, read from the record.</summary>
public sealed class IdleTimesTests
{
    [Fact]
    public void One_trial_after_the_other_waits_for_steps_analysis_and_planner()
    {
        var record = new RecordMaker().Proposed(2, 1).Did(3, 4, 1, "dose", "pump-cyan", "dispense").Did(4, 6, 1, "mix", "stirrer", "stir").Did(7, 8, 1, "measure", "spectrometer", "acquire").Measured(9, 1)
            .Proposed(12, 2).Did(12, 13, 2, "dose", "pump-cyan", "dispense").Did(13, 14, 2, "mix", "stirrer", "stir").Measured(15, 2);

        Told(record, "pump-cyan").Should().Equal(
            "0-2 Planner: the planner had not chosen trial 1 yet",
            "2-3 Turn: 'dose' of trial 1 waited for its turn",
            "4-8 TrialBefore: trial 2 came after trial 1",
            "8-9 Analysis: trial 1 was being analysed",
            "9-12 Planner: the planner had not chosen trial 2 yet",
            "13-15 NothingToDo: nothing that came later needed it");
        Told(record, "stirrer").Should().Contain("3-4 EarlierStep: trial 1 was at 'dose'").And.Contain("12-13 EarlierStep: trial 2 was at 'dose'");
    }

    [Theory]
    [InlineData(1, "4-8 NothingToDo: nothing that came later needed it", "8-20 NothingToDo: the goal was reached by trial 1, and no more trials began")]
    [InlineData(5, "4-20 NothingToDo: nothing that came later needed it")]
    public void What_has_nothing_to_do_while_the_trial_cleans_up_that_has_reached_the_goal_is_told_so(double difference, params string[] told)
    {
        var outputs = ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_difference", new Quantity(difference, Unit.One));
        var record = new RecordMaker().Proposed(3, 1).Did(3, 4, 1, "dose", "pump-cyan", "dispense").Did(4, 7, 1, "measure", "spectrometer", "acquire")
            .Add(8, new TrialKnown(1, outputs, difference)).Did(8, 20, 1, "drain", "pump-waste", "withdraw").Add(20, new TrialMeasured(1, outputs, difference));

        Told(record, "pump-cyan").Should().Equal(["0-3 Planner: the planner had not chosen trial 1 yet", .. told]);
    }

    [Fact]
    public void Why_a_step_waited_is_told_as_it_is_on_record_with_its_first_action()
    {
        var mix = new RecordMaker().Proposed(0, 1).Begun(6, 1, "mix", "stirrer", "stir").Entries[^1].Event.Should().BeOfType<ActionIntended>().Which;
        var told = new RecordMaker().Proposed(0, 1).Did(0, 1, 1, "dose", "pump-cyan", "dispense")
            .Add(6, mix with { Waited = [new StepWait(RecordMaker.At(1), "stirrer is occupied"), new StepWait(RecordMaker.At(4), "'measure' has to follow in time and cannot start earlier")] })
            .Add(8, new ActionEnded(mix.Action, 1, "mix", 0, new ResultFrame(mix.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], RecordMaker.At(6), RecordMaker.At(8), 1)))
            .Did(8, 9, 1, "measure", "spectrometer", "acquire");

        Told(told, "stirrer").Should().Equal(
            "0-1 EarlierStep: trial 1 was at 'dose'", "1-4 Turn: 'mix' of trial 1 waited because stirrer is occupied", "4-6 Turn: 'mix' of trial 1 waited because 'measure' has to follow in time and cannot start earlier",
            "8-9 NothingToDo: nothing that came later needed it");
        Told(told, "spectrometer").Should().Contain("4-6 Turn: 'mix' of trial 1 waited because 'measure' has to follow in time and cannot start earlier", "an instrument is idle for what its trial waits for");
    }

    [Fact]
    public void Why_a_sample_was_not_carried_earlier_is_told_as_it_is_on_record_with_its_carriage()
    {
        var carry = new RecordMaker().Proposed(0, 1).Begun(5, 1, "mix", "arm", "transfer", index: ActionPlace.Carry).Entries[^1].Event.Should().BeOfType<ActionIntended>().Which;
        var told = new RecordMaker().Proposed(0, 1).Did(0, 1, 1, "dose", "pump-cyan", "dispense")
            .Add(5, carry with { Waited = [new StepWait(RecordMaker.At(1), "arm is busy carrying"), new StepWait(RecordMaker.At(3), "furnace has other samples in it")] })
            .Add(6, new ActionEnded(carry.Action, 1, "mix", ActionPlace.Carry, new ResultFrame(carry.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], RecordMaker.At(5), RecordMaker.At(6), 1)))
            .Did(7, 8, 1, "mix", "stirrer", "stir");

        Told(told, "stirrer").Should().Equal(
            "0-1 EarlierStep: trial 1 was at 'dose'", "1-3 Turn: 'mix' of trial 1 waited because arm is busy carrying", "3-5 Turn: 'mix' of trial 1 waited because furnace has other samples in it",
            "5-6 Carried: arm carried the sample of trial 1", "6-7 Turn: 'mix' of trial 1 waited for its turn");
    }

    [Fact]
    public void What_has_run_out_is_named_until_it_begins()
    {
        var record = new RecordMaker().Proposed(0, 1).Add(1, new TrialWaits(1, "cyan", "out of cyan: it is to draw 0.4 mL, and 0.1 mL are left for it")).Did(16, 17, 1, "dose", "pump-cyan", "dispense");

        Told(record, "pump-cyan").Should().Equal("0-1 Turn: 'dose' of trial 1 waited for its turn", "1-16 OutOfStock: trial 1: out of cyan: it is to draw 0.4 mL, and 0.1 mL are left for it");
    }

    [Fact]
    public void A_trial_that_has_begun_and_waits_for_its_next_step_is_told_too()
    {
        var record = new RecordMaker().Proposed(0, 1).Did(0, 1, 1, "dose", "pump-cyan", "dispense").Add(2, new TrialWaits(1, "water", "out of water: it is to draw 2 mL, and 1 mL are left for it")).Did(5, 6, 1, "mix", "pump-water", "dispense");

        Told(record, "pump-water").Should().Equal("0-1 EarlierStep: trial 1 was at 'dose'", "1-2 Turn: 'mix' of trial 1 waited for its turn", "2-5 OutOfStock: trial 1: out of water: it is to draw 2 mL, and 1 mL are left for it");
    }

    [Fact]
    public void A_pause_and_a_program_that_was_away_are_told_apart()
    {
        var record = new RecordMaker().Proposed(0, 1).Add(1, new CampaignPaused("asked for")).Add(5, new CampaignResumed("lab resume")).Did(6, 7, 1, "dose", "pump-cyan", "dispense")
            .Add(20, new CampaignResumed("lab resume")).Did(21, 22, 1, "drain", "pump-cyan", "withdraw");

        Told(record, "pump-cyan").Should().Contain("1-5 Paused: the campaign was paused: asked for").And.Contain("7-20 ProgramAway: the program did not run");
    }

    [Fact]
    public void What_has_run_out_is_named_until_it_was_refilled()
    {
        var record = new RecordMaker().Proposed(0, 1).Add(1, new TrialWaits(1, "cyan", "out of cyan"))
            .Add(2, new ConsumableRefilled("cyan", Quantity.Of(0.01, "mL"), "ada")).Add(2, new RefillRequested("cyan", Quantity.Of(1, "mL"), IsWaitedFor: true, "not enough")).Add(4, new ConsumableRefilled("magenta", Quantity.Of(1, "mL"), "ada")).Add(6, new ConsumableRefilled("cyan", Quantity.Of(1, "mL"), "ada"))
            .Did(8, 9, 1, "dose", "pump-cyan", "dispense");

        Told(record, "pump-cyan").Should().Equal("0-1 Turn: 'dose' of trial 1 waited for its turn", "1-6 OutOfStock: trial 1: out of cyan", "6-8 Turn: 'dose' of trial 1 waited for its turn");
    }

    [Fact]
    public void A_pause_ends_when_nobody_came_and_when_it_is_aborted()
    {
        var record = new RecordMaker().Proposed(0, 1).Add(1, new CampaignPaused("look", RecordMaker.At(3))).Add(3, new PromptLapsed("nobody came")).Did(5, 6, 1, "dose", "pump-cyan", "dispense")
            .Add(7, new CampaignPaused("look")).Add(9, new AbortRequested("enough")).Did(10, 11, 1, "drain", "pump-cyan", "withdraw");

        Told(record, "pump-cyan").Should().Equal(
            "0-1 Turn: 'dose' of trial 1 waited for its turn", "1-3 Paused: the campaign was paused: look", "3-5 Turn: 'dose' of trial 1 waited for its turn",
            "6-7 Turn: 'drain' of trial 1 waited for its turn", "7-9 Paused: the campaign was paused: look", "9-10 Turn: 'drain' of trial 1 waited for its turn");
    }

    [Fact]
    public void From_the_moment_when_somebody_wants_a_pause_now_it_is_the_pause_that_keeps_the_instruments_idle()
    {
        var record = new RecordMaker().Proposed(0, 1).Add(1, new PauseRequested("ada", "a visitor", Now: true)).Add(2, new CampaignPaused("asked for by ada: a visitor")).Add(4, new CampaignResumed("lab resume"))
            .Add(5, new PauseRequested("ada", "", Now: true)).Add(6, new PauseWithdrawn("ada", "")).Did(7, 8, 1, "dose", "pump-cyan", "dispense");

        Told(record, "pump-cyan").Should().Equal(
            "0-1 Turn: 'dose' of trial 1 waited for its turn", "1-2 Paused: the campaign was about to rest, asked for by ada: a visitor", "2-4 Paused: the campaign was paused: asked for by ada: a visitor", "4-5 Turn: 'dose' of trial 1 waited for its turn",
            "5-6 Paused: the campaign was about to rest, asked for by ada", "6-7 Turn: 'dose' of trial 1 waited for its turn");
    }

    [Fact]
    public void A_suspension_and_a_safe_mode_are_named_until_they_end()
    {
        var record = new RecordMaker().Proposed(0, 1).Add(1, new CampaignSuspended("too warm")).Add(3, new CampaignContinued("cool again")).Add(4, new SafeModeEntered("rule 1 of other-1")).Add(5, new CampaignPaused("the lab is in its safe mode: rule 1 of other-1")).Add(7, new CampaignResumed("looked"))
            .Did(8, 9, 1, "dose", "pump-cyan", "dispense");

        Told(record, "pump-cyan").Should().Contain("1-3 Paused: the campaign was suspended: too warm").And.Contain("4-7 Paused: the lab was in its safe mode: rule 1 of other-1");
    }

    [Fact]
    public void An_instrument_that_failed_too_often_is_out_until_it_is_tried_or_might_be()
    {
        var record = new RecordMaker().Proposed(0, 1)
            .Add(1, new BreakerChanged("pump-cyan", BreakerPhase.Open, "3 failures", RecordMaker.At(4))).Add(6, new BreakerChanged("pump-cyan", BreakerPhase.HalfOpen, "the probe", RecordMaker.At(4)))
            .Add(6, new BreakerChanged("pump-cyan", BreakerPhase.Open, "the probe has failed", RecordMaker.At(20))).Add(7, new BreakerChanged("pump-cyan", BreakerPhase.Closed, "works", null)).Did(8, 9, 1, "dose", "pump-cyan", "dispense");

        Told(record, "pump-cyan").Should().Equal(
            "0-1 Turn: 'dose' of trial 1 waited for its turn", "1-4 Failed: pump-cyan was given nothing to do: 3 failures", "4-6 Turn: 'dose' of trial 1 waited for its turn",
            "6-7 Failed: pump-cyan was given nothing to do: the probe has failed", "7-8 Turn: 'dose' of trial 1 waited for its turn");
    }

    [Fact]
    public void What_somebody_held_says_who_did_until_it_was_let_go_and_what_had_begun_was_not_held()
    {
        var record = new RecordMaker().Add(1, new QueueChanged("ada", "operator", "lunch", Hold: true)).Add(3, new QueueChanged("ada", "operator", "back", Hold: false)).Proposed(4, 1)
            .Add(5, new QueueChanged("bob", "operator", "not this", Trial: 1, Hold: true)).Add(6, new QueueChanged("bob", "operator", "now", Trial: 1, Hold: false)).Did(7, 8, 1, "dose", "pump-cyan", "dispense")
            .Add(8, new QueueChanged("ada", "operator", "lunch", Hold: true)).Did(10, 11, 1, "drain", "pump-cyan", "withdraw");

        Told(record, "pump-cyan").Should().Equal(
            "0-1 Planner: the planner had not chosen trial 1 yet", "1-3 Held: ada held the campaign: lunch", "3-4 Planner: the planner had not chosen trial 1 yet", "4-5 Turn: 'dose' of trial 1 waited for its turn",
            "5-6 Held: bob held trial 1: not this", "6-7 Turn: 'dose' of trial 1 waited for its turn", "8-10 Turn: 'drain' of trial 1 waited for its turn");
    }

    [Fact]
    public void An_instrument_that_could_not_work_says_so()
    {
        var record = new RecordMaker().Proposed(0, 1)
            .Add(1, new InstrumentChanged("pump-cyan", UnitState.Aborted, true, RecordMaker.At(1))).Add(3, new InstrumentChanged("pump-cyan", UnitState.Idle, true, RecordMaker.At(3)))
            .Add(4, new InstrumentChanged("pump-cyan", null, false, RecordMaker.At(4))).Add(6, new InstrumentChanged("pump-cyan", UnitState.Idle, true, RecordMaker.At(6)))
            .Did(8, 9, 1, "dose", "pump-cyan", "dispense");

        Told(record, "pump-cyan").Should().Equal(
            "0-1 Turn: 'dose' of trial 1 waited for its turn", "1-3 Failed: pump-cyan was aborted", "3-4 Turn: 'dose' of trial 1 waited for its turn", "4-6 Failed: pump-cyan was not there",
            "6-8 Turn: 'dose' of trial 1 waited for its turn");
    }

    [Fact]
    public void Another_instrument_of_the_step_and_another_campaign_are_named()
    {
        var record = new RecordMaker().Proposed(0, 1, "left").Proposed(0, 2, "right").Did(1, 3, 1, "dose", "pump-water", "dispense", index: 3).Did(3, 4, 2, "dose", "pump-cyan", "dispense").Did(3, 5, 2, "dose", "pump-water", "dispense", index: 3);
        var other = new RecordMaker("other-1", 1, record).Proposed(1, 1).Did(1, 2.5, 1, "dose", "pump-cyan", "dispense");

        Told(record, "pump-cyan").Should().Equal(
            "0-1 Turn: 'dose' of trial 2 waited for its turn", "1-2.5 OtherCampaign: it worked for other-1", "2.5-3 OtherInstrument: 'dose' of trial 2 needed pump-water too, which worked for trial 1",
            "4-5 NothingToDo: nothing that came later needed it");
        Told(other, "pump-cyan").Should().NotContain(line => line.StartsWith("3-", StringComparison.Ordinal), "there it worked for the first campaign, which is told as such");
    }

    [Fact]
    public void Work_and_idle_times_fill_the_time_without_gaps_and_overlaps()
    {
        var record = new RecordMaker();
        var (random, minute) = (new Random(5), 0.0);
        for (var trial = 1; trial <= 60; trial++)
        {
            record.Proposed(minute += random.NextDouble(), trial);
            foreach (var (step, instrument) in new[] { ("dose", "pump-cyan"), ("mix", "stirrer"), ("measure", "spectrometer"), ("drain", "pump-waste") })
            {
                minute += random.NextDouble();
                if (random.Next(5) > 0) record.Did(minute, minute += random.NextDouble(), trial, step, instrument, "work");
            }

            record.Measured(minute += random.NextDouble(), trial);
        }

        var state = record.State;
        var idle = IdleTimes.Of(state, record.Entries);
        foreach (var instrument in idle.GroupBy(stretch => stretch.Instrument))
        {
            var worked = state.Trials.SelectMany(trial => trial.Actions.Values).Where(action => action.Intent.Instrument == instrument.Key).Select(action => (From: action.Result!.StartedAt, Until: action.Result.EndedAt));
            var all = instrument.Select(stretch => (stretch.From, stretch.Until)).Concat(worked).OrderBy(one => one.From).ToArray();
            all[0].From.Should().Be(state.StartedAt);
            all[^1].Until.Should().Be(state.LastAt);
            for (var k = 1; k < all.Length; k++) all[k].From.Should().Be(all[k - 1].Until);
        }
    }

    private static string[] Told(RecordMaker record, string instrument) =>
        [.. IdleTimes.Of(record.State, record.Entries).Where(stretch => stretch.Instrument == instrument).Select(stretch => FormattableString.Invariant($"{(stretch.From - RecordMaker.Start).TotalMinutes:0.##}-{(stretch.Until - RecordMaker.Start).TotalMinutes:0.##} {stretch.Cause}: {stretch.Words}"))];
}
