using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns.Errors;

/// <summary>What a campaign does by its error policy, without actors, clock or bus.</summary>
public sealed class CampaignErrorTests
{
    private const string File = """
        campaign: careful
        goal:
          minimise: colour_difference
          until: { trials: 4 }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 1 mL }
        errors:
          - { on: link_lost, do: safe_mode }
          - { on: unachievable, do: close_out }
          - { on: hardware_fault, do: prompt, within: 1 h }
        workflow:
          - step: dose
            errors:
              - { on: [hardware_fault, expired], do: retry, times: 2, wait: 10 s, factor: 3 }
              - { on: out_of_range, do: skip }
            actions:
              - { instrument: pump, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }
          - step: measure
            errors:
              - { on: any, do: substitute }
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

    private static readonly LabStations Lab = new([new("pump", "pump", null), new("eye-1", "eye", null), new("eye-2", "eye", null), new("waste", "waste", null)])
    {
        Errors = ErrorPolicy.Named("lab", [new ErrorRule(["locked"], Reaction.Retry), new ErrorRule(["out_of_range"], Reaction.SafeMode)]),
    };

    private static readonly ImmutableSortedDictionary<string, Quantity> NoOutputs = ImmutableSortedDictionary<string, Quantity>.Empty;

    private readonly List<LedgerEntry> _entries = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public CampaignErrorTests()
    {
        Happens(new CampaignStarted("careful.yaml", File, "", 3, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty));
        Propose(1);
    }

    private CampaignState State => CampaignState.Replay(_entries);

    private CampaignPlaces Places => Lab.For(State.Plan);

    [Fact]
    public void A_step_comes_before_the_campaign_which_comes_before_the_lab_which_comes_before_the_default()
    {
        Fail(CauseCode.OutOfRange).Rule.Should().Be("step 'dose' rule 2");
        ErrorPolicy.For(State.Plan.Steps[0], State.Plan, Lab.Errors).Select(rule => rule.Name).Should().Equal(
            "step 'dose' rule 1", "step 'dose' rule 2", "campaign rule 1", "campaign rule 2", "campaign rule 3", "lab rule 1", "lab rule 2", "default rule 1", "default rule 2", "default rule 3", "default rule 4");
    }

    [Fact]
    public void A_retry_is_another_attempt_under_a_new_id_that_does_not_begin_before_its_wait_is_over()
    {
        var first = Act()[0];
        var chosen = Fail(CauseCode.HardwareFault, Repetition.DidNothing);

        (chosen.Reaction, chosen.NotBefore - _now).Should().Be((Reaction.Retry, TimeSpan.FromSeconds(9)), "a second has passed since it was decided");
        var second = Act()[0];
        second.Intent.Action.Should().NotBe(first.Intent.Action);
        second.Intent.Step.Should().Be("dose");
        Works().Single().Job.Tasks[0].NotBefore.Should().Be(chosen.NotBefore);

        Fail(CauseCode.HardwareFault, Repetition.DidNothing).Reaction.Should().Be(Reaction.Retry);
        var last = Fail(CauseCode.HardwareFault, Repetition.DidNothing);
        (last.Reaction, last.Rule, last.Passed!.Value.Single()).Should().Be((Reaction.Prompt, "campaign rule 3", "step 'dose' rule 1 (retry): it was tried again 2 times"));
    }

    [Fact]
    public void What_may_have_done_something_is_not_done_again() => Fail(CauseCode.HardwareFault).Reaction.Should().Be(Reaction.Prompt);

    [Fact]
    public void A_skipped_action_counts_as_done_and_the_trial_goes_on()
    {
        Fail(CauseCode.OutOfRange);

        Act().Single().Intent.Step.Should().Be("measure");
        Works().Single().Tasks[0].Phase.Should().Be(TaskPhase.Done);
        State.UnderWay.Single().Failure.Should().BeNull();
    }

    [Fact]
    public void A_substitute_is_looked_for_among_the_instruments_that_have_not_failed_at_it()
    {
        Run();
        Works().Single().Job.Tasks[1].Ways.Select(way => way.Needs.Single().Of).Should().Equal("eye-1", "eye-2");
        Fail(CauseCode.HardwareFault, Repetition.TwiceIsOnce, "eye-1").Reaction.Should().Be(Reaction.Substitute);

        Works().Single().Job.Tasks[1].Ways.Single().Needs.Single().Of.Should().Be("eye-2");
        var chosen = Fail(CauseCode.HardwareFault, Repetition.TwiceIsOnce, "eye-2");
        (chosen.Rule, chosen.Passed!.Value.Single()).Should().Be(("campaign rule 3", "step 'measure' rule 1 (substitute): nothing else in the lab can do it"));
    }

    [Fact]
    public void Where_nobody_comes_in_time_the_campaign_goes_on_with_the_next_rule_and_the_planner_is_told_of_the_failure()
    {
        Fail(CauseCode.HardwareFault);
        var pause = Recorded<CampaignPaused>();
        pause.Until.Should().Be(State.UnderWay.Single().Actions.Values.Single().Reaction!.Until);
        State.Outstanding(_now, Places).Should().BeEmpty();

        _now += TimeSpan.FromHours(1);
        Recorded<PromptLapsed>();
        Recorded<ReactionChosen>().Rule.Should().Be("default rule 4");
        State.Phase.Should().Be(CampaignPhase.Running);
        Run();
        Recorded<TrialFailed>().Cause.Should().Be(CauseCode.HardwareFault);

        CampaignHistory.ToStudy(State).Trials.Should().ContainSingle().Which.Failure.Should().Contain("'dispense' of pump failed");
    }

    [Fact]
    public void Whoever_comes_in_time_has_what_may_be_repeated_done_again_and_the_rest_ended()
    {
        Fail(CauseCode.HardwareFault);
        Recorded<CampaignPaused>();
        Happens(new CampaignResumed("looked"));
        Recorded<ReactionChosen>().Rule.Should().Be("default rule 4");
        Act().Single().Intent.Step.Should().Be("drain");
    }

    [Fact]
    public void Closing_out_ends_the_campaign_when_the_trials_under_way_have_ended()
    {
        Fail(CauseCode.Unachievable).Reaction.Should().Be(Reaction.CloseOut);
        Run();
        Recorded<TrialFailed>();

        var end = Recorded<CampaignEnded>();
        (end.End, end.Reason).Should().Be((CampaignEnd.ClosedOut, "campaign rule 2 closes it out"));
    }

    [Fact]
    public void In_the_safe_mode_nothing_begins_until_a_person_has_gone_on()
    {
        Fail(CauseCode.LinkLost).Reaction.Should().Be(Reaction.SafeMode);
        Recorded<CampaignPaused>().Reason.Should().Be("the lab is in its safe mode: campaign rule 1 of careful-1");

        Happens(new CampaignResumed("looked"));
        State.SafeMode.Should().BeNull();
        var chosen = Recorded<ReactionChosen>();
        (chosen.Rule, chosen.Passed!.Value.Single()).Should().Be(("default rule 4", "campaign rule 1 (safe_mode): somebody has looked at it"));
    }

    [Fact]
    public void Behind_a_rule_of_the_safe_mode_another_may_say_what_is_done_once_somebody_has_looked()
    {
        var plan = CampaignFile.Parse(File.Replace("  - { on: link_lost, do: safe_mode }", "  - { on: any, do: safe_mode }\n  - { on: link_lost, do: retry }", StringComparison.Ordinal).Replace("  - { on: hardware_fault, do: prompt, within: 1 h }\n", "", StringComparison.Ordinal), "careful.yaml");

        plan.Errors.Take(2).Select(rule => rule.Do).Should().Equal(Reaction.SafeMode, Reaction.Retry);
        var seen = new FailedAction(1, "pump", ["link_lost"], []) { Now = _now, IsSeen = true, MayBeRepeated = true };
        ErrorDecision.Of(seen, plan.Errors, RulesUsed.None).Rule.Should().Be(plan.Errors[1]);
    }

    [Fact]
    public void Another_campaigns_safe_mode_is_its_own()
    {
        Happens(Act()[0].Intent);
        Happens(new SafeModeEntered("campaign rule 1 of another-1"));

        State.Outstanding(_now, Places).OfType<NextStep.Act>().Single().Actions.Should().OnlyContain(request => request.IsOnRecord, "what runs comes to its end");
    }

    private IReadOnlyList<TrialWork> Works() => new TrialTasks(Places).Of(State, State.Outstanding(_now, Places), []);

    private ImmutableArray<ActionRequest> Act() => [.. State.Outstanding(_now, Places).OfType<NextStep.Act>().SelectMany(act => act.Actions)];

    private T Recorded<T>() where T : LabEvent
    {
        var happened = State.Outstanding(_now, Places).Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<T>().Which;
        Happens(happened);
        return happened;
    }

    /// <summary>The next action fails, and what is done about it.</summary>
    private ReactionChosen Fail(CauseCode cause, Repetition? repetition = null, string? instrument = null)
    {
        var intent = Act()[0].Intent;
        intent = intent with { Instrument = instrument ?? intent.Instrument };
        Happens(intent);
        Happens(new ActionEnded(intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(intent.Action, ActionStatus.Failed, cause, "broken", true, NoOutputs, [], _now, _now, 1), repetition));
        return Recorded<ReactionChosen>();
    }

    private void Run()
    {
        var intent = Act()[0].Intent;
        Happens(intent);
        Happens(new ActionEnded(intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, NoOutputs, [], _now, _now, 1)));
    }

    private void Propose(int trial) => Happens(new TrialProposed(trial, new TrialValues([new("cyan", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test"));

    private void Happens(LabEvent happened)
    {
        _now += TimeSpan.FromSeconds(1);
        _entries.Add(new LedgerEntry(_entries.Count + 1, "careful-1", _now, LabEvents.Read(LabEvents.ManifestOf(happened), LabEvents.Write(happened)), ""));
    }
}
