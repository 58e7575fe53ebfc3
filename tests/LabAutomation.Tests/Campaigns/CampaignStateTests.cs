using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

/// <summary>The rules of a campaign, without actors, clock or bus.</summary>
public sealed class CampaignStateTests
{
    private const string File = """
        campaign: two-doses
        description: A campaign for tests.
        seed: 3
        goal:
          minimise: colour_difference
          until: { reached: 1.0, trials: 4, duration: 2 h }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 1 mL }
        workflow:
          - step: dose
            actions:
              - { instrument: pump-a, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }
              - { instrument: pump-b, command: dispense, with: { volume: =1 mL - cyan / 2, rate: 6 mL/min } }
          - step: measure
            actions:
              - { instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading }
          - step: drain
            always: true
            actions:
              - { instrument: pump-w, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: colour_difference }
        planner: { kind: random }
        limits: { failed_trials: 2, trial: 30 min }
        """;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ImmutableSortedDictionary<string, Quantity> NoOutputs = ImmutableSortedDictionary<string, Quantity>.Empty;

    private readonly List<LedgerEntry> _entries = [];
    private DateTimeOffset _now = Start;

    public CampaignStateTests() => Happens(new CampaignStarted("two-doses.yaml", File, "", 3, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty));

    private CampaignState State => CampaignState.Replay(_entries);

    private CampaignPlaces Places => LabStations.OnePlace.For(State.Plan);

    [Fact]
    public void What_the_command_line_overrode_counts_after_a_restart_too()
    {
        _entries.Clear();
        Happens(new CampaignStarted("two-doses.yaml", File, "", 11, "sobol", 2, "bench", ImmutableSortedDictionary<string, string>.Empty));

        (State.Plan.Seed, State.Plan.PlannerKind, State.Plan.Goal.Until.Trials).Should().Be((11, "sobol", 2));
    }

    [Fact]
    public void It_begins_by_asking_for_the_first_trial() => Next().Should().Be(new NextStep.Propose(1));

    [Fact]
    public void The_actions_of_a_step_are_outstanding_together_and_the_next_step_waits_for_all()
    {
        Propose(1);

        var first = Act();
        first.Select(request => request.Intent.Instrument).Should().Equal("pump-a", "pump-b");
        first.Should().OnlyContain(request => !request.IsOnRecord);

        Begin(first[0], first[1]);
        End(first[0], ActionStatus.Succeeded);
        Act().Should().ContainSingle().Which.Intent.Instrument.Should().Be("pump-b");

        End(first[1], ActionStatus.Succeeded);
        Act().Should().ContainSingle().Which.Intent.Instrument.Should().Be("spectrometer");
    }

    [Fact]
    public void After_a_crash_what_has_no_result_is_asked_for_again_under_the_same_id()
    {
        Propose(1);
        var first = Act();
        Begin(first[0], first[1]);
        End(first[0], ActionStatus.Succeeded);

        var again = Act();

        again.Should().ContainSingle();
        again[0].IsOnRecord.Should().BeTrue();
        again[0].Intent.Should().Be(first[1].Intent);
    }

    [Fact]
    public void The_id_of_an_action_follows_from_what_it_is_and_differs_between_actions()
    {
        Propose(1);

        Act().Select(request => request.Intent.Action).Should().Equal(Act().Select(request => request.Intent.Action)).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_failed_action_fails_the_trial_after_cleaning_up_and_the_campaign_goes_on()
    {
        Propose(1);
        var dose = Act();
        Begin(dose[0], dose[1]);
        End(dose[0], ActionStatus.Succeeded);
        End(dose[1], ActionStatus.Failed, CauseCode.HardwareFault, "stalled");

        var clean = Act();
        clean.Should().ContainSingle().Which.Intent.Step.Should().Be("drain");
        Begin(clean[0]);
        End(clean[0], ActionStatus.Succeeded);

        var failed = Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<TrialFailed>().Which;
        failed.Cause.Should().Be(CauseCode.HardwareFault);
        failed.Reason.Should().Contain("pump-b").And.Contain("stalled");
        Happens(failed);
        Next().Should().Be(new NextStep.Propose(2));
    }

    [Fact]
    public void An_unknown_outcome_pauses_the_campaign_and_is_asked_for_again_after_a_person_resumes_it()
    {
        Propose(1);
        var dose = Act();
        Begin(dose[0], dose[1]);
        End(dose[0], ActionStatus.UnknownOutcome, CauseCode.LinkLost, "the pump was gone");
        var pause = Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>().Which;
        pause.Reason.Should().Contain("pump-a").And.Contain("not repeated");
        Happens(pause);
        State.Outstanding(_now, Places).Should().BeEmpty();

        Happens(new CampaignResumed("looked"));

        Act().Select(request => (request.Intent.Action, request.IsOnRecord)).Should().Equal((dose[0].Intent.Action, true), (dose[1].Intent.Action, true));
    }

    [Fact]
    public void An_unknown_outcome_that_a_person_gives_up_counts_as_failed_is_cleaned_up_and_is_never_asked_for_again()
    {
        Propose(1);
        var dose = Act();
        Begin(dose[0], dose[1]);
        End(dose[0], ActionStatus.UnknownOutcome, CauseCode.LinkLost, "the pump was gone");
        End(dose[1], ActionStatus.Succeeded);
        Happens(Next().Should().BeOfType<NextStep.Record>().Which.Event);

        Happens(new OutcomeGivenUp(dose[0].Intent.Action, "ada", "emptied by hand"));
        Happens(new CampaignResumed("lab resume"));

        Act().Should().ContainSingle().Which.Intent.Step.Should().Be("drain");
        State.UnderWay.Single().Failure!.Result!.Message.Should().Contain("ada").And.Contain("emptied by hand");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_unknown_outcome_of_an_aborted_campaign_stays_known_as_such_until_a_person_tells(bool unknowable)
    {
        Propose(1);
        var dose = Act();
        Begin(dose[0], dose[1]);
        End(dose[0], ActionStatus.UnknownOutcome, CauseCode.LinkLost, "the pump was gone");
        End(dose[1], ActionStatus.Succeeded);
        Happens(new AbortRequested("enough"));
        Happens(new TrialAbandoned(1, "the campaign was aborted"));
        Happens(new CampaignEnded(CampaignEnd.Aborted, "aborted", null));
        State.Unknown.Should().ContainSingle().Which.Intent.Action.Should().Be(dose[0].Intent.Action);

        if (unknowable) Happens(new OutcomeGivenUp(dose[0].Intent.Action, "ada", "emptied by hand"));
        else End(dose[0], ActionStatus.Succeeded);

        State.Unknown.Should().BeEmpty();
        State.Phase.Should().Be(CampaignPhase.Ended);
    }

    [Fact]
    public void An_emergency_stop_pauses_the_campaign_before_anything_else_moves_and_a_person_takes_it_up_again()
    {
        Propose(1);
        var dose = Act();
        Begin(dose[0], dose[1]);
        End(dose[0], ActionStatus.Cancelled, CauseCode.EmergencyStop, "somebody pressed it");
        End(dose[1], ActionStatus.Succeeded);

        Happens(Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>().Which);
        State.Outstanding(_now, Places).Should().BeEmpty();
        Happens(new CampaignResumed("looked"));

        Act().Should().ContainSingle().Which.Intent.Step.Should().Be("drain");
    }

    [Fact]
    public void Cleaning_up_that_was_stopped_is_done_again_after_a_person_resumes_and_by_hand_if_it_was_given_up()
    {
        Propose(1);
        RunStep();
        RunStep();
        var drain = Act();
        Begin(drain[0]);
        End(drain[0], ActionStatus.Cancelled, CauseCode.EmergencyStop, "stopped");
        Happens(Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>().Which);
        Happens(new CampaignResumed("looked"));
        var again = Act();
        again.Should().ContainSingle().Which.Intent.Action.Should().NotBe(drain[0].Intent.Action);

        Begin(again[0]);
        End(again[0], ActionStatus.UnknownOutcome, CauseCode.LinkLost, "gone");
        Happens(Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>().Which);
        Happens(new OutcomeGivenUp(again[0].Intent.Action, "ada", "nobody can tell"));
        Happens(new CampaignResumed("lab resume"));
        Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>().Which.Reason.Should().Contain("--cleaned");

        Happens(new PlaceCleaned(1, "ada"));
        Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<TrialAbandoned>();
    }

    [Fact]
    public void The_same_proposal_or_intent_twice_changes_nothing()
    {
        Propose(1);
        Propose(1);
        var dose = Act();
        Begin(dose[0]);
        End(dose[0], ActionStatus.Succeeded);
        Begin(dose[0]);

        State.Trials.Should().ContainSingle();
        Act().Should().ContainSingle().Which.Intent.Instrument.Should().Be("pump-b");
    }

    [Fact]
    public void An_action_that_expired_before_it_started_is_tried_again_under_a_new_id_three_times_at_most()
    {
        Propose(1);
        var ids = new List<ActionId>();
        for (var attempt = 0; attempt < 1 + ErrorPolicy.DefaultRetries; attempt++)
        {
            var pump = Act().First(request => request.Intent.Instrument == "pump-a");
            ids.Add(pump.Intent.Action);
            Begin(pump);
            End(pump, ActionStatus.Expired);
        }

        ids.Should().OnlyHaveUniqueItems();
        State.UnderWay.Single().Failure!.Intent.Instrument.Should().Be("pump-a");
    }

    [Fact]
    public void Cleaning_up_that_fails_pauses_the_campaign_and_is_done_again_when_it_is_resumed()
    {
        Propose(1);
        RunStep();
        RunStep();
        var drain = Act();
        Begin(drain[0]);
        End(drain[0], ActionStatus.Failed, CauseCode.HardwareFault, "blocked");
        Happens(Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>().Which);

        Happens(new CampaignResumed("unblocked"));

        var again = Act();
        again.Should().ContainSingle().Which.Intent.Step.Should().Be("drain");
        again[0].Intent.Action.Should().NotBe(drain[0].Intent.Action);
    }

    [Fact]
    public void It_ends_when_the_goal_is_reached_and_names_the_best_trial()
    {
        RunTrial(1, 3.0);
        RunTrial(2, 0.9);

        var end = Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignEnded>().Which;

        end.End.Should().Be(CampaignEnd.GoalReached);
        end.BestTrial.Should().Be(2);
    }

    [Fact]
    public void It_ends_when_the_trials_are_spent()
    {
        for (var trial = 1; trial <= 4; trial++) RunTrial(trial, 5 - trial * 0.1);

        Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignEnded>().Which.End.Should().Be(CampaignEnd.TrialsSpent);
    }

    [Fact]
    public void It_ends_when_too_many_trials_in_a_row_failed()
    {
        Happens(new TrialProposed(1, Values(0.5), null, null, null, "")); Happens(new TrialFailed(1, CauseCode.HardwareFault, "a"));
        Happens(new TrialProposed(2, Values(0.5), null, null, null, "")); Happens(new TrialFailed(2, CauseCode.HardwareFault, "b"));

        var end = Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignEnded>().Which;

        end.End.Should().Be(CampaignEnd.TooManyFailures);
        end.Reason.Should().Contain("b");
    }

    [Fact]
    public void The_time_budget_counts_running_time_and_not_pauses()
    {
        RunTrial(1, 3);
        Happens(new CampaignPaused("weekend"));
        _now += TimeSpan.FromHours(60);
        Happens(new CampaignResumed("monday"));
        Next().Should().Be(new NextStep.Propose(2));

        Propose(2);
        RunStep();
        _now += TimeSpan.FromHours(3);
        Act().Should().NotBeEmpty("what has begun is finished");
        Happens(new TrialMeasured(2, NoOutputs, 3));

        Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignEnded>().Which.End.Should().Be(CampaignEnd.TimeSpent);
    }

    [Fact]
    public void A_pause_waits_for_the_checkpoint_between_two_trials()
    {
        Propose(1);
        Next(pauseWanted: true).Should().BeOfType<NextStep.Act>();
        RunStep(); RunStep(); RunStep();
        Next(pauseWanted: true).Should().BeOfType<NextStep.Analyse>();
        Happens(new TrialMeasured(1, NoOutputs, 3));

        Next(pauseWanted: true).Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>();
    }

    [Fact]
    public void An_abort_lets_what_runs_come_to_its_end_cleans_up_and_ends()
    {
        Propose(1);
        var dose = Act();
        Begin(dose[0]);
        Happens(new AbortRequested("enough"));

        Act().Should().ContainSingle().Which.Intent.Instrument.Should().Be("pump-a");
        End(dose[0], ActionStatus.Cancelled);
        var drain = Act();
        drain.Should().ContainSingle().Which.Intent.Step.Should().Be("drain");
        Begin(drain[0]);
        End(drain[0], ActionStatus.Succeeded);
        Happens(Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<TrialAbandoned>().Which);

        Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignEnded>().Which.End.Should().Be(CampaignEnd.Aborted);
    }

    [Fact]
    public void A_trial_that_a_person_stopped_is_abandoned_and_counts_neither_as_failed_nor_as_not_failed()
    {
        Fail(1, "a");
        Propose(2);
        var dose = Act();
        Begin(dose[0], dose[1]);
        End(dose[0], ActionStatus.Cancelled, CauseCode.EmergencyStop, "somebody pressed it");
        End(dose[1], ActionStatus.Succeeded);
        Happens(Next().Should().BeOfType<NextStep.Record>().Which.Event);
        Happens(new CampaignResumed("looked"));
        RunStep();
        var abandoned = Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<TrialAbandoned>().Which;
        abandoned.Reason.Should().Contain("pump-a").And.Contain("somebody pressed it");
        Happens(abandoned);

        Next().Should().Be(new NextStep.Propose(3));
        Fail(3, "b");
        Next().Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignEnded>().Which.End.Should().Be(CampaignEnd.TooManyFailures);
    }

    [Fact]
    public void A_proposal_of_one_result_is_written_as_ever_and_older_ones_are_read()
    {
        const string Older = """{"trial":1,"values":{"cyan":{"value":0.5,"unit":"mL"}},"mean":null,"sd":null,"acquisition":null,"reason":"test"}""";

        LabEvents.Write(new TrialProposed(1, Values(0.5), null, null, null, "test")).Should().Be(Older);
        LabEvents.Write(LabEvents.Read("trial-proposed/1", Older)).Should().Be(Older);
        var more = new TrialProposed(1, Values(0.5), 1, 2, 3, "test", NoOutputs.Add("q", new Quantity(1, Unit.One, 2)), 0.5);
        LabEvents.Write(LabEvents.Read("trial-proposed/1", LabEvents.Write(more))).Should().Be(LabEvents.Write(more)).And.Contain("feasible");
    }

    private static TrialValues Values(double cyan) => CampaignFile.Parse(File, "two-doses.yaml").ToValues(new LabAutomation.Learning.Point([cyan]));

    private void Happens(LabEvent happened)
    {
        _now += TimeSpan.FromSeconds(1);
        _entries.Add(new LedgerEntry(_entries.Count + 1, "two-doses-1", _now, happened, ""));
    }

    private void Fail(int trial, string why)
    {
        Happens(new TrialProposed(trial, Values(0.5), null, null, null, ""));
        Happens(new TrialFailed(trial, CauseCode.HardwareFault, why));
    }

    private void Propose(int trial) => Happens(new TrialProposed(trial, Values(0.5), null, null, null, "test"));

    /// <summary>After the decisions that are outstanding, which are recorded.</summary>
    private NextStep Next(bool pauseWanted = false)
    {
        while (State.Outstanding(_now, Places, pauseWanted) is [NextStep.Record { Event: ReactionChosen chosen }]) Happens(chosen);
        return State.Outstanding(_now, Places, pauseWanted).Should().ContainSingle().Subject;
    }

    /// <summary>Of the one trial under way, beside whose cleaning up its data are analysed.</summary>
    private ImmutableArray<ActionRequest> Act()
    {
        while (State.Outstanding(_now, Places) is [NextStep.Record { Event: ReactionChosen chosen }]) Happens(chosen);
        return State.Outstanding(_now, Places).OfType<NextStep.Act>().Should().ContainSingle().Which.Actions;
    }

    private void Begin(params ActionRequest[] requests)
    {
        foreach (var request in requests) Happens(request.Intent);
    }

    private void End(ActionRequest request, ActionStatus status, CauseCode cause = CauseCode.Success, string message = "") =>
        Happens(new ActionEnded(request.Intent.Action, request.Intent.Trial, request.Intent.Step, request.Intent.Index,
            new ResultFrame(request.Intent.Action, status, cause, message, true, NoOutputs, [], _now, _now, 1)));

    private void RunStep()
    {
        var requests = Act();
        Begin([.. requests]);
        foreach (var request in requests) End(request, ActionStatus.Succeeded);
    }

    private void RunTrial(int number, double objective)
    {
        Propose(number);
        RunStep();
        RunStep();
        RunStep();
        Happens(new TrialMeasured(number, NoOutputs, objective));
    }
}
