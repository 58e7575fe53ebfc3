using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Several trials of one campaign at once, at the stations of a lab: the rules, without actors, clock or bus.</summary>
public sealed class ParallelTrialTests
{
    private const string File = """
        campaign: cells
        parallel: auto
        goal:
          minimise: colour_difference
          until: { reached: 1.0, trials: 4 }
        parameters:
          dose: { kind: real, low: 0.1 mL, high: 1 mL }
        workflow:
          - step: dose
            actions:
              - { instrument: pump, command: dispense, with: { volume: =dose, rate: 6 mL/min } }
          - step: measure
            actions:
              - { instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading }
          - step: drain
            always: true
            actions:
              - { instrument: waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: colour_difference }
        planner: { kind: random }
        limits: { failed_trials: 2 }
        """;

    private static readonly LabStations Cells = new(
    [
        new("pump-a", "pump", "a"), new("waste-a", "waste", "a"), new("pump-b", "pump", "b"), new("waste-b", "waste", "b"), new("pump-c", "pump", "c"),
        new("spectrometer", "spectrometer", null),
    ]);

    private static readonly ImmutableSortedDictionary<string, Quantity> NoOutputs = ImmutableSortedDictionary<string, Quantity>.Empty;

    private readonly List<LedgerEntry> _entries = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ParallelTrialTests() => Happens(new CampaignStarted("cells.yaml", File, "", 3, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty, 0));

    private CampaignState State => CampaignState.Replay(_entries);

    private CampaignPlaces Places => Cells.For(State.Plan);

    [Fact]
    public void A_station_is_one_that_has_every_role_which_is_not_shared() =>
        (Places.Stations, Places.Instruments, Places.AtOnce(State.Plan), Places.AtOnce(State.Plan with { Parallel = 1 }))
            .Should().BeEquivalentTo(((string?[])["a", "b"], (string[])["pump-a", "spectrometer", "waste-a", "pump-b", "waste-b"], 2, 1));

    [Fact]
    public void Another_trial_is_wanted_while_a_station_is_free_and_not_beyond()
    {
        Next().Should().Equal(new NextStep.Propose(1));
        Propose(1, "a");
        Next().OfType<NextStep.Propose>().Should().Equal(new NextStep.Propose(2));
        Propose(2, "b");

        Next().OfType<NextStep.Propose>().Should().BeEmpty();
        Instruments().Should().Equal("pump-a", "pump-b");
    }

    [Fact]
    public void What_is_on_record_is_asked_for_again_and_what_is_not_may_begin()
    {
        Propose(1, "a");
        Propose(2, "b");
        Run("pump-a");
        Run("pump-b");

        Next().OfType<NextStep.Act>().Select(act => (act.Trial, act.Step, act.MayBegin)).Should().Equal((1, "measure", true), (2, "measure", true));
        var first = Act()[0];
        Happens(first.Intent);
        Next().OfType<NextStep.Act>().Select(act => (act.Trial, act.Step, act.MayBegin)).Should().Equal((1, "measure", false), (2, "measure", true));
        End(first);

        Act().Select(request => (request.Intent.Instrument, request.Intent.Trial)).Should().Equal(("waste-a", 1), ("spectrometer", 2));
    }

    [Fact]
    public void A_trial_has_the_station_that_the_scheduler_gave_it_and_what_has_none_needs_no_cleaning_up()
    {
        Propose(1, null);
        Propose(2, null);
        Happens(new TrialStationed(2, "b"));
        State.UnderWay.Select(trial => trial.Station).Should().Equal(null, "b");

        Happens(new AbortRequested("enough"));

        Next().Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().Be(new TrialAbandoned(1, "the campaign was aborted"));
        Happens(new TrialAbandoned(1, "the campaign was aborted"));
        Instruments().Should().Equal("waste-b");
    }

    [Fact]
    public void A_place_that_was_left_is_for_the_next_trial()
    {
        Propose(1, "a");
        Propose(2, "b");
        Happens(new TrialFailed(1, CauseCode.HardwareFault, "broken"));

        Next().OfType<NextStep.Propose>().Should().Equal(new NextStep.Propose(3));
        State.UnderWay.Select(trial => trial.Number).Should().Equal(2);
    }

    [Fact]
    public void Before_it_pauses_the_other_trials_end_what_they_do_and_begin_nothing()
    {
        Propose(1, "a");
        Propose(2, "b");
        var (a, b) = (Act()[0], Act()[1]);
        Happens(a.Intent);
        Happens(b.Intent);
        End(a, ActionStatus.UnknownOutcome);

        Act().Select(request => request.Intent.Instrument).Should().Equal("pump-b");
        End(b);

        var pause = Next().Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>().Which;
        pause.Reason.Should().Contain("pump-a");
        Happens(pause);
        Next().Should().BeEmpty();
        Happens(new CampaignResumed("looked at"));
        Act().Select(request => (request.Intent.Instrument, request.IsOnRecord)).Should().Equal(("pump-a", true), ("spectrometer", false));
    }

    [Fact]
    public void The_goal_ends_the_campaign_when_the_others_have_ended()
    {
        Propose(1, "a");
        Propose(2, "b");
        Run("pump-b");
        Happens(new TrialMeasured(1, NoOutputs, 0.5));

        Next().OfType<NextStep.Propose>().Should().BeEmpty();
        Act().Should().NotBeEmpty().And.OnlyContain(request => request.Intent.Trial == 2);
        Happens(new TrialMeasured(2, NoOutputs, 3));

        var end = Next().Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignEnded>().Which;
        (end.End, end.BestTrial).Should().Be((CampaignEnd.GoalReached, 1));
    }

    [Fact]
    public void Failures_in_a_row_end_it_unless_a_trial_that_was_under_way_succeeds()
    {
        Propose(1, "a");
        Propose(2, "b");
        Happens(new TrialFailed(1, CauseCode.HardwareFault, "broken"));
        Propose(3, "a");
        Happens(new TrialFailed(3, CauseCode.HardwareFault, "broken"));
        Next().OfType<NextStep.Propose>().Should().BeEmpty();

        Happens(new TrialMeasured(2, NoOutputs, 3));

        Next().Should().Equal(new NextStep.Propose(4));
    }

    [Fact]
    public void While_failures_in_a_row_would_end_it_what_is_under_way_goes_on_and_nothing_else_begins()
    {
        Propose(1, "a");
        Propose(2, "b");
        Run("pump-b");
        Happens(new TrialFailed(1, CauseCode.HardwareFault, "broken"));
        Propose(3, "a");
        Happens(new TrialFailed(3, CauseCode.HardwareFault, "broken"));
        Propose(4, "a");

        Act().Should().NotBeEmpty().And.OnlyContain(request => request.Intent.Trial == 2, "it may still be better");
        new TrialTasks(Places).Of(State, Next(), []).Should().ContainSingle().Which.Trial.Should().Be(2);
        var better = State.Apply(new TrialMeasured(2, NoOutputs, 3), _now);
        better.Outstanding(_now, Places).OfType<NextStep.Act>().Select(act => act.Trial).Should().Equal([4], "it was better");

        Happens(new TrialFailed(2, CauseCode.HardwareFault, "broken"));

        Abandoned().Should().Be(new TrialAbandoned(4, "3 trials in a row failed, the last one: broken"));
        Ended().Should().Be(CampaignEnd.TooManyFailures);
    }

    [Fact]
    public void What_has_not_begun_when_nothing_got_better_for_too_long_does_not_begin()
    {
        Happens(new CampaignStarted("cells.yaml", File.Replace("trials: 4", "trials: 9, stalled: 2", StringComparison.Ordinal), "", 3, "random", 9, "bench", ImmutableSortedDictionary<string, string>.Empty, 0), isFirst: true);
        for (var trial = 1; trial <= 4; trial++) Propose(trial, trial % 2 == 0 ? "b" : "a");
        Run("pump-a", trial: 3);
        Happens(new TrialMeasured(1, NoOutputs, 3));
        Happens(new TrialMeasured(2, NoOutputs, 4));
        Instruments().Should().Equal("spectrometer", "pump-b");
        Happens(new TrialMeasured(3, NoOutputs, 5));

        Abandoned().Should().Be(new TrialAbandoned(4, "the last 2 measured trials made nothing better"));
        Ended().Should().Be(CampaignEnd.Stalled);
    }

    [Fact]
    public void What_has_not_begun_when_the_time_is_spent_does_not_begin_though_nothing_else_happens()
    {
        Happens(new CampaignStarted("cells.yaml", File.Replace("trials: 4", "trials: 9, duration: 1 h", StringComparison.Ordinal), "", 3, "random", 9, "bench", ImmutableSortedDictionary<string, string>.Empty, 0), isFirst: true);
        var over = _now + TimeSpan.FromHours(1);
        Propose(1, "a");
        Propose(2, "b");
        Run("pump-a");

        (State.OutOfTimeAt, State.Outstanding(over.AddTicks(-1), Places).OfType<NextStep.Act>().Count()).Should().Be((over, 2));
        _now = over;
        Abandoned().Should().Be(new TrialAbandoned(2, "01:00:00 of lab time are spent"));
        Act().Should().ContainSingle("what has begun is finished").Which.Intent.Trial.Should().Be(1);
        Happens(new TrialMeasured(1, NoOutputs, 3));
        Ended().Should().Be(CampaignEnd.TimeSpent);
    }

    [Fact]
    public void A_suspension_takes_none_of_the_time()
    {
        Happens(new CampaignStarted("cells.yaml", File.Replace("trials: 4", "trials: 9, duration: 1 h", StringComparison.Ordinal), "", 3, "random", 9, "bench", ImmutableSortedDictionary<string, string>.Empty, 0), isFirst: true);
        Propose(1, "a");
        Happens(new CampaignSuspended("too warm"));

        State.OutOfTimeAt.Should().BeNull();
        _now += TimeSpan.FromHours(2);
        Happens(new CampaignContinued("well again"));

        Next().OfType<NextStep.Act>().Should().ContainSingle();
        State.OutOfTimeAt.Should().Be(_now + TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void An_abort_cleans_up_at_every_station()
    {
        Propose(1, "a");
        Propose(2, "b");
        Happens(new AbortRequested("enough"));

        Instruments().Should().Equal("waste-a", "waste-b");
    }

    [Fact]
    public void A_pause_that_was_asked_for_waits_for_all_trials()
    {
        Propose(1, "a");
        Propose(2, "b");

        State.Outstanding(_now, Places, pauseWanted: true).Should().OnlyContain(step => step is NextStep.Act);
        Happens(new TrialMeasured(1, NoOutputs, 3));
        Happens(new TrialMeasured(2, NoOutputs, 3));
        State.Outstanding(_now, Places, pauseWanted: true).Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<CampaignPaused>();
    }

    [Fact]
    public void The_workflow_is_checked_against_the_instruments_of_each_station()
    {
        var (plan, models) = (State.Plan, Births.NoModels);
        LabStations apart = new([new("pump-a", "pump", "a"), new("waste-b", "waste", "b")]);

        var problem = plan.Check([], models, apart).Should().ContainSingle().Which;

        problem.Message.Should().Contain("no station has all that a trial needs");
        problem.Hint.Should().Be("station 'a' lacks waste; station 'b' lacks pump");
        (problem.Line, problem.Column).Should().Be((11, 23));
    }

    /// <summary>After the decisions that are outstanding, which are recorded.</summary>
    private ImmutableArray<NextStep> Next()
    {
        while (State.Outstanding(_now, Places) is [NextStep.Record { Event: ReactionChosen chosen }]) Happens(chosen);
        return State.Outstanding(_now, Places);
    }

    private ImmutableArray<ActionRequest> Act() => [.. Next().OfType<NextStep.Act>().SelectMany(act => act.Actions)];

    private IEnumerable<string> Instruments() => Act().Select(request => request.Intent.Instrument);

    private void Propose(int trial, string? station) =>
        Happens(new TrialProposed(trial, new TrialValues([new("dose", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test", Station: station));

    /// <summary>What is recorded next, and then is.</summary>
    private LabEvent Recorded()
    {
        var happened = Next().Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event;
        Happens(happened);
        return happened;
    }

    private TrialAbandoned Abandoned() => Recorded().Should().BeOfType<TrialAbandoned>().Which;

    private CampaignEnd Ended() => Recorded().Should().BeOfType<CampaignEnded>().Which.End;

    private void Run(string instrument, int? trial = null)
    {
        var request = Act().Single(one => one.Intent.Instrument == instrument && one.Intent.Trial == (trial ?? one.Intent.Trial));
        Happens(request.Intent);
        End(request);
    }

    private void End(ActionRequest request, ActionStatus status = ActionStatus.Succeeded) =>
        Happens(new ActionEnded(request.Intent.Action, request.Intent.Trial, request.Intent.Step, request.Intent.Index,
            new ResultFrame(request.Intent.Action, status, CauseCode.Success, "", true, NoOutputs, [], _now, _now, 1)));

    private void Happens(LabEvent happened, bool isFirst = false)
    {
        if (isFirst) _entries.Clear();
        _now += TimeSpan.FromSeconds(1);
        _entries.Add(new LedgerEntry(_entries.Count + 1, "cells-1", _now, happened, ""));
    }
}
