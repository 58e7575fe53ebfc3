using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Forecasts;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;
using LabAutomation.Tests.Reasoning;
using LabAutomation.Tests.Records;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Queue;

/// <summary>What can be done to what waits, by whom, and what it means for a campaign.</summary>
public sealed class QueueDecisionTests
{
    /// <summary>Trial 1 is over, 2 has begun, 3 waits.</summary>
    private static readonly CampaignState State = new RecordMaker().Proposed(0, 1).Did(0, 1, 1, "dose", "pump-cyan", "dispense").Measured(2, 1).Proposed(2, 2).Begun(3, 2, "dose", "pump-cyan", "dispense").Proposed(3, 3).State;

    [Theory]
    [InlineData(QueueOrder.Hold, 1, "trial 1 of match-1 is over")]
    [InlineData(QueueOrder.Hold, 2, "trial 2 of match-1 has begun, and no longer waits")]
    [InlineData(QueueOrder.Remove, 4, "match-1 has no trial 4; its last is 3")]
    [InlineData(QueueOrder.Unhold, 3, "match-1/3 is not held")]
    [InlineData(QueueOrder.Move, 3, "a priority is 0 to 9, not nothing")]
    [InlineData(QueueOrder.Edit, 3, "of a trial, its values can be edited, as NAME=VALUE")]
    [InlineData(QueueOrder.Remove, null, "match-1 has begun a trial, and is not only waiting*")]
    [InlineData(QueueOrder.Edit, null, "of a campaign, --trials and --parallel can be edited*")]
    [InlineData(QueueOrder.Unhold, null, "match-1 is not held")]
    [InlineData("burn", null, "'burn' is nothing that can be done to match-1*")]
    public void What_does_not_wait_or_says_nothing_is_refused(string what, int? trial, string words)
    {
        var (happened, said) = QueueDecision.Decide(State, Order(what, trial), granted: false);

        happened.Should().BeNull();
        said.Should().Match(words);
    }

    [Fact]
    public void A_campaign_that_an_agent_asked_for_keeps_to_the_trials_that_were_judged()
    {
        var judged = State.Apply(new CampaignAuthorised("planner", "ada", "ask-1", 7, "grace"), RecordMaker.At(4));
        var trials = State.Plan.Goal.Until.Trials;

        QueueDecision.Decide(judged, Order(QueueOrder.Edit) with { Trials = trials + 1 }, granted: false).Should().Match<(LabEvent? Event, string Words)>(said => said.Event == null && said.Words.Contains($"{trials} trials", StringComparison.Ordinal));
        QueueDecision.Decide(judged, Order(QueueOrder.Edit) with { Trials = trials }, granted: false).Event.Should().NotBeNull();
        QueueDecision.Decide(State, Order(QueueOrder.Edit) with { Trials = trials + 1 }, granted: false).Event.Should().NotBeNull("a person who began it may have more");
    }

    [Fact]
    public void What_is_about_to_begin_no_longer_waits() => QueueDecision.Decide(State, Order(QueueOrder.Hold, 3), granted: true).Event.Should().BeNull();

    [Fact]
    public void A_trial_that_is_held_begins_nothing_until_it_is_let_go()
    {
        var held = After(State, Order(QueueOrder.Hold, 3));

        held.Trials[2].IsHeld.Should().BeTrue();
        Works(held).Select(work => (work.Trial, work.IsHeld)).Should().Equal((2, false), (3, true));
        Works(After(held, Order(QueueOrder.Unhold, 3))).Should().OnlyContain(work => !work.IsHeld);
    }

    [Fact]
    public void A_campaign_that_is_held_proposes_nothing_and_what_has_begun_goes_on()
    {
        var held = After(State, Order(QueueOrder.Hold));
        var places = LabStations.OnePlace.For(State.Plan) with { Stations = ["a", "b", "c", "d"] };
        var roomy = State with { Plan = State.Plan with { Parallel = 4 } };

        Works(held).Select(work => (work.Trial, work.IsHeld)).Should().Equal((2, false), (3, true));
        roomy.Outstanding(RecordMaker.At(4), places).OfType<NextStep.Propose>().Should().ContainSingle();
        (roomy with { IsHeld = true }).Outstanding(RecordMaker.At(4), places).OfType<NextStep.Propose>().Should().BeEmpty();
    }

    [Fact]
    public void A_priority_counts_in_the_trial_s_job()
    {
        Works(After(State, Order(QueueOrder.Move) with { Priority = 4 })).Should().OnlyContain(work => work.Job.Priority == 4);
        Works(After(State, Order(QueueOrder.Move, 3) with { Priority = 7 })).Select(work => work.Job.Priority).Should().Equal(0, 7);
    }

    [Fact]
    public void A_trial_that_is_removed_gives_its_values_back() =>
        After(State, Order(QueueOrder.Remove, 3)).Trials[2].Outcome.Should().BeOfType<TrialOutcome.Abandoned>().Which.Reason.Should().Be("removed from the queue by Ada: because");

    [Fact]
    public void A_campaign_that_has_begun_nothing_is_removed() =>
        QueueDecision.Decide(new RecordMaker().Proposed(0, 1).State, Order(QueueOrder.Remove), granted: false).Event.Should().BeOfType<AbortRequested>();

    [Fact]
    public void A_campaign_whose_trials_are_over_has_begun_all_the_same()
    {
        State.Trials.Should().Contain(trial => trial.Outcome is TrialOutcome.Measured);
        var over = State with { Trials = [.. State.Trials.Where(trial => trial.Outcome is not null)] };

        var (happened, words) = QueueDecision.Decide(over, Order(QueueOrder.Remove), granted: false);

        happened.Should().BeNull();
        words.Should().Contain("has begun a trial").And.Contain("'lab finish ").And.Contain("'lab abort ");
    }

    [Fact]
    public void A_campaign_that_is_removed_while_no_lab_runs_ends_with_the_next_one_that_does()
    {
        var folder = Directory.CreateTempSubdirectory("queue-");
        using (var ledger = Ledger.Open(Path.Combine(folder.FullName, "ledger.db"), TimeProvider.System))
        {
            ledger.Append("match-1", [new RecordMaker().Entries[0].Event]);

            Laboratory.Queue(ledger, new PolicyOptions().ToPolicy(), Order(QueueOrder.Remove)).Should().Be(new QueueReply(true, "match-1 is to end, and begins nothing more; no lab runs here, and it ends with 'lab resume match-1'"));
            CampaignState.Replay(ledger.Read("match-1")).Phase.Should().Be(CampaignPhase.Aborting);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public void Nobody_forecasts_what_is_held()
    {
        var forecast = new LabForecast(new ConfigurationBuilder().Build(), InstrumentFamilies.BuiltIn);
        string Refused(CampaignState state) => forecast.Invoking(it => it.Run([], [state], null, 1, null)).Should().Throw<LabException>().Which.Message;

        Refused(After(State, Order(QueueOrder.Hold))).Should().Be("match-1 is held, and nobody knows until when; 'lab queue unhold match-1' lets go what is to be forecast");
        Refused(After(State, Order(QueueOrder.Hold, 3))).Should().Be("match-1/3 is held, and nobody knows until when; 'lab queue unhold match-1/3' lets go what is to be forecast");
    }

    [Fact]
    public void Budgets_are_edited_within_what_was_done()
    {
        var edited = After(State, Order(QueueOrder.Edit) with { Trials = 5, Parallel = 2 });

        (edited.Plan.Goal.Until.Trials, edited.Plan.Parallel).Should().Be((5, 2));
        QueueDecision.Decide(State, Order(QueueOrder.Edit) with { Trials = 2 }, false).Words.Should().Be("match-1 has 3 trials already");
        QueueDecision.Decide(State, Order(QueueOrder.Edit) with { Parallel = 65 }, false).Words.Should().StartWith("1 to 64 trials");
    }

    [Fact]
    public void Values_are_edited_only_to_another_candidate()
    {
        var plan = CampaignTexts.Parse(CampaignTexts.Replace(CampaignTexts.Match, "constraints:\n  - cyan + magenta + yellow <= 1.6 mL\n", "candidates: [{ cyan: 0.3 mL, magenta: 0.3 mL, yellow: 0.3 mL }, { cyan: 400 uL, magenta: 0.3 mL, yellow: 0.3 mL }]\n"));
        var waiting = State with { Plan = plan, Trials = State.Trials.SetItem(2, State.Trials[2] with { Proposal = State.Trials[2].Proposal with { Values = plan.ToValues(plan.Candidates!.Value[0]) } }) };
        var order = Order(QueueOrder.Edit, 3);

        var (happened, _) = QueueDecision.Decide(waiting, order with { Values = ImmutableSortedDictionary<string, string>.Empty.Add("cyan", "0.4 mL") }, granted: false);

        happened.Should().BeOfType<QueueChanged>().Which.Values.Should().BeEquivalentTo(plan.ToValues(plan.Candidates.Value[1]));
        QueueDecision.Decide(waiting, order with { Values = ImmutableSortedDictionary<string, string>.Empty.Add("cyan", "0.5 mL") }, granted: false).Words.Should().Be("these values are none of the candidates of match-1");
    }

    [Theory]
    [InlineData("cyan", "100 uL", null)]
    [InlineData("cyan", "0.9 mL", "these values are outside of the space that match-1 allows")]
    [InlineData("cyan", "0.8 mL; magenta=0.8 mL", "these values are outside of the space that match-1 allows")]
    [InlineData("cyan", "0.4 s", "'0.4 s' is no value of 'cyan'")]
    [InlineData("cyam", "0.4 mL", "match-1 has no parameter 'cyam'*")]
    public void Values_are_edited_within_the_space(string name, string value, string? refused)
    {
        var values = ImmutableSortedDictionary<string, string>.Empty.Add(name, value.Split("; ")[0]);
        if (value.Contains(';', StringComparison.Ordinal)) values = values.Add("magenta", "0.8 mL");

        var (happened, words) = QueueDecision.Decide(State, Order(QueueOrder.Edit, 3) with { Values = values }, granted: false);

        if (refused is null)
        {
            var edited = State.Apply(happened!, RecordMaker.At(5)).Trials[2];
            edited.Values["cyan"].Quantity!.Value.Value.Should().BeApproximately(0.1, 1e-12);
            edited.Values["magenta"].Should().Be(State.Trials[2].Values["magenta"]);
            edited.Proposal.Reason.Should().Be("Ada: because");
        }
        else
        {
            words.Should().Match(refused);
        }
    }

    [Theory]
    [InlineData("Ada", "operator", null, true, "anybody may change the queue")]
    [InlineData("Ada", "operator", "Ada,Bo", true, "Ada may change the queue")]
    [InlineData("Eve", "operator", "Ada,Bo", false, "Eve is not among those who may change the queue (Ada, Bo)")]
    [InlineData("Eve", "operator", "", false, "Eve is not among those who may change the queue ()")]
    [InlineData(" ", "operator", null, false, "whoever changes the queue says a name")]
    [InlineData("Ada", "planner", null, false, "the planner may not change the queue; it asks for campaigns of its own with 'run_campaign'")]
    [InlineData("Ada", "runner", null, false, "the runner may not change the queue; it asks for campaigns of its own with 'run_campaign'")]
    [InlineData("Ada", "king", null, false, "there is no role 'king'")]
    public void The_policy_says_who_may(string by, string role, string? operators, bool may, string reason)
    {
        var policy = Policies.Policy with { Queue = new QueueRules(operators is null ? null : [.. operators.Split(',', StringSplitOptions.RemoveEmptyEntries)]) };

        var verdict = policy.JudgeQueue(Order(QueueOrder.Hold) with { By = by, Role = role });

        (verdict is Verdict.Allowed).Should().Be(may);
        verdict.Reason.Should().Be(reason);
        policy.JudgeQueue(Order("burn")).Should().BeOfType<Verdict.Denied>();
    }

    private static QueueOrder Order(string what, int? trial = null) => new(what, "match-1", "Ada", "operator", "because", trial);

    private static CampaignState After(CampaignState state, QueueOrder order)
    {
        var (happened, words) = QueueDecision.Decide(state, order, granted: false);
        happened.Should().NotBeNull(words);
        return state.Apply(happened!, RecordMaker.At(5));
    }

    private static ImmutableArray<LabAutomation.Agents.Scheduling.TrialWork> Works(CampaignState state)
    {
        var places = LabStations.OnePlace.For(state.Plan);
        return new TrialTasks(places).Of(state, state.Outstanding(RecordMaker.At(6), places), []);
    }
}
