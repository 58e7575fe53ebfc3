using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Lab;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;
using LabAutomation.Tests.Reasoning;

namespace LabAutomation.Tests.Queue;

/// <summary>What pause, resume, finish and abort mean for a campaign as it stands: without actors, clock or bus.</summary>
public sealed class InterruptionTests
{
    private const string File = """
        campaign: cool
        goal:
          minimise: colour_difference
          until: { trials: 4 }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 1 mL }
        workflow:
          - step: dose
            errors:
              - { on: expired, do: retry, wait: 1 h }
            actions:
              - { instrument: pump, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }
          - step: mix
            uninterrupted: true
            actions:
              - { instrument: stirrer, command: stir, with: { speed: 600 rpm, duration: 20 s } }
          - step: measure
            actions:
              - { instrument: eye, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading }
          - step: drain
            always: true
            actions:
              - { instrument: waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: colour_difference }
        planner: { kind: random }
        """;

    private static readonly ImmutableSortedDictionary<string, Quantity> NoOutputs = ImmutableSortedDictionary<string, Quantity>.Empty;

    private readonly List<LedgerEntry> _entries = [];
    private DateTimeOffset _now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    public InterruptionTests()
    {
        Happens(new CampaignStarted("cool.yaml", File, "", 3, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty));
        Happens(new TrialProposed(1, new TrialValues([new("cyan", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test"));
    }

    private CampaignState State => CampaignState.Replay(_entries);

    private CampaignPlaces Places => LabStations.OnePlace.For(State.Plan);

    [Fact]
    public void A_pause_lets_the_trial_under_way_run_to_its_end_and_no_other_begin()
    {
        Ordered(QueueOrder.Pause).Should().Be("cool-1 rests when trial 1 has ended; 'lab resume cool-1' goes on");

        foreach (var step in new[] { "dose", "mix", "measure", "drain" }) Run().Should().Be(step);
        Happens(new TrialMeasured(1, NoOutputs, 5));
        Recorded<CampaignPaused>().Reason.Should().Be("asked for by Ada: a visitor");
        State.Pausing.Should().BeNull();
    }

    [Fact]
    public void A_pause_now_begins_no_further_step_but_one_that_is_not_to_be_interrupted_and_goes_on_there()
    {
        var dose = Act();
        Happens(dose.Intent);
        Ordered(QueueOrder.Pause, now: true).Should().Be("cool-1 rests as soon as what is under way in trial 1 has ended; 'lab resume cool-1' goes on");
        Act().IsOnRecord.Should().BeTrue("what runs comes to its end");
        End(dose);

        Run().Should().Be("mix", "it is not to be interrupted");
        Recorded<CampaignPaused>();
        State.UnderWay.Single().Outcome.Should().BeNull("its sample waits where it is");
        Ordered(QueueOrder.Resume).Should().Be("cool-1 goes on");
        Act().Intent.Step.Should().Be("measure");
    }

    [Fact]
    public void A_pause_now_is_had_at_once_where_nothing_is_under_way()
    {
        Ordered(QueueOrder.Pause, now: true);

        Recorded<CampaignPaused>();
    }

    [Fact]
    public void A_pause_now_does_not_wait_for_another_attempt_that_is_to_come_later()
    {
        var dose = Act();
        Happens(dose.Intent);
        End(dose, ActionStatus.Expired);
        Recorded<ReactionChosen>().NotBefore.Should().Be(_now.AddHours(1) - TimeSpan.FromSeconds(1));
        Ordered(QueueOrder.Pause, now: true);

        Recorded<CampaignPaused>();
        Ordered(QueueOrder.Resume);
        Act().Intent.Step.Should().Be("dose");
    }

    [Fact]
    public void A_sample_that_was_carried_to_where_a_step_happens_waits_there_while_it_rests()
    {
        foreach (var step in new[] { "dose", "mix" }) Run().Should().Be(step);
        var carry = new ActionIntended(ActionId.Derive("cool-1", 1, "measure", ActionPlace.Carry, 1), 1, "measure", ActionPlace.Carry, "arm", "transfer", NoOutputs, _now, 3);
        Happens(carry);
        Ordered(QueueOrder.Pause, now: true);
        Act().Intent.Action.Should().Be(carry.Action, "it is in the gripper");
        End(new ActionRequest(carry, IsOnRecord: true));

        Recorded<CampaignPaused>();
    }

    [Fact]
    public void A_pause_that_was_asked_for_may_become_one_now_and_may_be_taken_back()
    {
        Ordered(QueueOrder.Pause);
        Refused(QueueOrder.Pause).Should().Be("cool-1 is to rest already, asked for by Ada: a visitor");
        Ordered(QueueOrder.Pause, now: true);
        Refused(QueueOrder.Pause).Should().StartWith("cool-1 is to rest already");
        Wording.Phase(State).Should().Be("about to rest, asked for by Ada: a visitor");

        Ordered(QueueOrder.Resume).Should().Be("cool-1 goes on, and does not rest");
        Act().Intent.Step.Should().Be("dose");
        Refused(QueueOrder.Resume).Should().Be("cool-1 does not rest, and is not about to");
    }

    [Fact]
    public void Whoever_pauses_a_campaign_that_waits_for_somebody_until_a_certain_time_keeps_it_from_going_on_by_itself()
    {
        Happens(new CampaignPaused("broken", _now.AddHours(1)));

        Ordered(QueueOrder.Pause);
        (State.PauseUntil, State.PauseReason).Should().Be((null, "broken"));
        Refused(QueueOrder.Pause).Should().Be("cool-1 rests already: broken");
    }

    [Fact]
    public void A_pause_outlasts_a_prompt_that_lapses()
    {
        Ordered(QueueOrder.Pause, now: true);
        Happens(new CampaignPaused("broken", _now.AddHours(1)));
        _now += TimeSpan.FromHours(2);

        Recorded<PromptLapsed>();
        Recorded<CampaignPaused>().Reason.Should().Be("asked for by Ada: a visitor");
    }

    [Fact]
    public void Finishing_proposes_no_more_and_ends_in_order_with_what_was_measured()
    {
        Run().Should().Be("dose");
        Ordered(QueueOrder.Finish).Should().Be("cool-1 begins no more trials, and ends when trial 1 has ended");
        Refused(QueueOrder.Finish).Should().Be("cool-1 begins no more trials already, asked for by Ada: a visitor");
        Act().Intent.Step.Should().Be("mix", "the trial under way is finished");

        Happens(new TrialMeasured(1, NoOutputs.Add("colour_difference", new Quantity(5, Unit.One)), 5));
        var end = Recorded<CampaignEnded>();
        (end.End, end.Reason, end.BestTrial).Should().Be((CampaignEnd.Finished, "finished, as was asked for by Ada: a visitor", 1));
        Wording.Exit(State).Should().Be(ExitCode.Success, "its goal has no end but the budget");
        Refused(QueueOrder.Finish).Should().Be("cool-1 is over, and nothing of it waits");
    }

    [Fact]
    public void Finishing_does_not_begin_what_was_only_proposed()
    {
        Ordered(QueueOrder.Finish);

        Recorded<TrialAbandoned>().Reason.Should().Be("the campaign is finished, as was asked for by Ada: a visitor");
        Recorded<CampaignEnded>().End.Should().Be(CampaignEnd.Finished);
    }

    [Fact]
    public void What_rests_is_finished_when_it_is_taken_up()
    {
        Happens(new CampaignPaused("asked for"));

        Ordered(QueueOrder.Finish).Should().EndWith("it rests, and 'lab resume cool-1' lets it");
        State.Outstanding(_now, Places).Should().BeEmpty();
    }

    [Fact]
    public void An_abort_cleans_up_whether_it_rests_or_runs()
    {
        Run();
        Ordered(QueueOrder.Pause, now: true);
        Run();
        Recorded<CampaignPaused>();

        Ordered(QueueOrder.Abort).Should().Be("cool-1 cleans up, and ends");
        Run().Should().Be("drain");
        Recorded<TrialAbandoned>();
        Recorded<CampaignEnded>().End.Should().Be(CampaignEnd.Aborted);
    }

    [Fact]
    public void In_the_safe_mode_only_whoever_clears_the_instruments_goes_on()
    {
        Happens(new SafeModeEntered("halted by Ada: smoke"));
        Recorded<CampaignPaused>();

        Refused(QueueOrder.Resume).Should().Contain("halted by Ada: smoke").And.Contain("--clear WHY --by NAME");
    }

    [Fact]
    public void A_single_trial_is_not_paused()
    {
        QueueDecision.Decide(State, Order(QueueOrder.Pause) with { Trial = 1 }, granted: false).Words.Should().StartWith("a campaign is paused, resumed, finished or aborted, and not cool-1/1 alone");
    }

    [Fact]
    public void Only_persons_whom_the_policy_names_interrupt_and_anybody_may_halt()
    {
        var policy = Policies.Policy with { Queue = new QueueRules(["Grace"]) };

        policy.JudgeQueue(Order(QueueOrder.Pause)).Should().BeOfType<Verdict.Denied>();
        policy.JudgeQueue(Order(QueueOrder.Pause) with { By = "Grace" }).Should().BeOfType<Verdict.Allowed>();
        policy.JudgeQueue(Order(QueueOrder.Halt)).Should().BeOfType<Verdict.Allowed>();
        policy.JudgeQueue(Order(QueueOrder.Halt) with { Role = "planner" }).Should().BeOfType<Verdict.Denied>();
    }

    private string Ordered(string what, bool now = false)
    {
        var (happened, words) = QueueDecision.Decide(State, Order(what) with { Now = now }, granted: false);
        happened.Should().NotBeNull(words);
        Happens(happened!);
        return words;
    }

    private string Refused(string what)
    {
        var (happened, words) = QueueDecision.Decide(State, Order(what), granted: false);
        happened.Should().BeNull();
        return words;
    }

    private static QueueOrder Order(string what) => new(what, "cool-1", "Ada", QueueRules.Operator, "a visitor");

    private ActionRequest Act() => State.Outstanding(_now, Places).OfType<NextStep.Act>().Should().ContainSingle().Which.Actions.Single();

    private string Run()
    {
        var request = Act();
        if (!request.IsOnRecord) Happens(request.Intent);
        End(request);
        return request.Intent.Step;
    }

    private void End(ActionRequest request, ActionStatus status = ActionStatus.Succeeded)
    {
        var (intent, at) = (request.Intent, _now);
        Happens(new ActionEnded(intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(intent.Action, status, CauseCode.Success, "", true, NoOutputs, [], at, at, 1)));
    }

    private T Recorded<T>() where T : LabEvent
    {
        var happened = State.Outstanding(_now, Places).Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<T>().Which;
        Happens(happened);
        return happened;
    }

    private void Happens(LabEvent happened)
    {
        _now += TimeSpan.FromSeconds(1);
        _entries.Add(new LedgerEntry(_entries.Count + 1, "cool-1", _now, LabEvents.Read(LabEvents.ManifestOf(happened), LabEvents.Write(happened)), ""));
    }
}
