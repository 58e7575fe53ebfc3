using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Which station a trial is made at is said when it begins, by the one who knows all that are taken.</summary>
public sealed class StationGrantTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly LabStations Cells = new(
    [
        new("pump-a", "pump", "a"), new("waste-a", "waste", "a"), new("pump-b", "pump", "b"), new("waste-b", "waste", "b"), new("spectrometer", "spectrometer", null),
    ]);

    private readonly SortedDictionary<string, (CampaignState State, TrialTasks Tasks)> _campaigns = new(StringComparer.Ordinal);
    private readonly LabSchedule _schedule = new(Cells);

    [Fact]
    public void Trials_of_two_campaigns_begin_at_different_stations()
    {
        Propose("ada");
        Propose("bob");

        Begun().Should().BeEquivalentTo([("ada", "a"), ("bob", "b")]);
    }

    [Fact]
    public void A_third_waits_until_one_is_left()
    {
        foreach (var campaign in new[] { "ada", "bob", "eve" }) Propose(campaign);

        Begun().Should().HaveCount(2);
        Begun().Should().BeEmpty();
        _schedule.Followed![new TaskKey("eve/1", "dose")]!.Why.ToString().Should().Be("station a is taken");
    }

    [Theory]
    [InlineData("pump-a")]
    [InlineData("waste-a")]
    public void A_station_with_an_instrument_that_could_begin_nothing_now_is_left_out_while_another_works(string away)
    {
        _schedule.Away.Hear(new InstrumentNotice.WentOnline(away, Online: false, Now)).Should().BeTrue();
        Propose("ada");

        Begun().Should().Equal(("ada", "b"));
        Propose("bob");
        Begun().Should().BeEmpty("the one that works is free soon");
    }

    /// <summary>On record with what it does in the end.</summary>
    [Theory]
    [InlineData(false, "station b is taken, and waste-a does not answer")]
    [InlineData(true, "station b is taken, and waste-a is held")]
    public void Who_waits_though_something_stands_free_says_what_does_not_serve(bool isHeld, string words)
    {
        void Serves(bool does) => _schedule.Away.Hear(isHeld ? new InstrumentNotice.ChangedState("waste-a", new StateFrame(DeviceState.Operate, does ? UnitState.Idle : UnitState.Held, 1, 1, null, Now)) : new InstrumentNotice.WentOnline("waste-a", does, Now));
        Serves(false);
        Propose("ada");
        Propose("bob");
        Begun().Should().Equal(("ada", "b"));
        Begun().Should().BeEmpty();

        Serves(true);
        Declare(_schedule);

        var grant = (Grant.Begin)_schedule.Plan(Now.AddSeconds(1)).Single().Single().Grant;
        grant.Waited.Select(wait => wait.Words).Should().Equal(words);
    }

    [Theory]
    [InlineData("pump-a", "b")]
    [InlineData("waste-b", "a")]
    public void A_station_with_an_instrument_whose_breaker_is_open_is_left_out_while_another_works(string failing, string station)
    {
        var limits = new BreakerLimits(3, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5));
        var lab = new LabStations([.. Cells.Instruments.Select(instrument => instrument with { Breaker = limits })]);
        var schedule = new LabSchedule(lab, [new LedgerEntry(1, "c", Now, new BreakerChanged(failing, BreakerPhase.Open, "3 failures", Now.AddMinutes(5)), "")]);
        Propose("ada");

        Begun(schedule).Should().Equal(("ada", station));
    }

    [Theory]
    [InlineData(UnitState.Aborted, CauseCode.HardwareFault, "a")]
    [InlineData(UnitState.Aborted, CauseCode.EmergencyStop, "b")]
    [InlineData(UnitState.Held, null, "b")]
    public void One_that_has_aborted_is_cleared_when_something_is_to_be_done_on_it_and_one_that_is_held_or_was_stopped_is_left_out(UnitState state, CauseCode? aborted, string station)
    {
        _schedule.Away.Hear(new InstrumentNotice.ChangedState("pump-a", new StateFrame(DeviceState.Operate, state, 1, 1, null, Now, Aborted: aborted is { } cause ? new AbortReason(cause, "smoke") : null)));
        Propose("ada");

        Begun().Should().Equal(("ada", station));
    }

    [Fact]
    public void A_trial_that_has_begun_goes_to_the_shared_one_that_works()
    {
        var lab = new LabStations([.. Cells.Instruments.Where(instrument => instrument.Role != "spectrometer"), new("spectrometer-1", "spectrometer", null), new("spectrometer-2", "spectrometer", null)]);
        var schedule = new LabSchedule(lab);
        schedule.Away.Hear(new InstrumentNotice.WentOnline("spectrometer-1", Online: false, Now));
        Propose("ada");
        var dose = new ActionIntended(ActionId.Derive("ada", 1, "dose", 0, 1), 1, "dose", 0, "pump-a", "dispense", ImmutableSortedDictionary<string, Quantity>.Empty, Now.AddMinutes(30));
        var done = new ResultFrame(dose.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Now, Now, 1);
        var state = _campaigns["ada"].State.Apply(new TrialStationed(1, "a"), Now).Apply(dose, Now).Apply(new ActionEnded(dose.Action, 1, "dose", 0, done), Now);
        var (places, tasks) = (lab.For(state.Plan), new TrialTasks(lab.For(state.Plan)));

        schedule.Declare(new SchedulerMessage.Declare("ada", tasks.Of(state, state.Outstanding(Now, places), []), 0, 0, this));
        var grant = (Grant.Begin)schedule.Plan(Now).SelectMany(together => together).Single().Grant;

        tasks.InstrumentsOf(1, grant.Step, grant.Way).Should().Equal("spectrometer-2");
    }

    [Fact]
    public void Where_nothing_works_a_trial_begins_nevertheless_and_its_campaign_learns_what_became_of_it()
    {
        foreach (var away in new[] { "pump-a", "waste-b" }) _schedule.Away.Hear(new InstrumentNotice.WentOnline(away, Online: false, Now));
        Propose("ada");

        Begun().Should().ContainSingle();
    }

    /// <summary>Stock of one station's own, and of both.</summary>
    [Theory]
    [InlineData("cyan-a", "cyan-b", 0, "waste-b", "b")]
    [InlineData("cyan-a", "cyan-b", 1, "waste-b", "a")]
    [InlineData("cyan-a", "cyan-b", 1, "spectrometer", "a")]
    [InlineData("cyan", "cyan", 1, "waste-a", "b")]
    [InlineData("cyan", "cyan", 1, "waste-b", "a")]
    public void A_trial_goes_where_there_is_stock_for_it_and_all_of_it_can_be_done_there(string atA, string atB, double atFirst, string away, string station)
    {
        _schedule.Away.Hear(new InstrumentNotice.WentOnline(away, Online: false, Now));
        _schedule.Supply = ImmutableSortedDictionary<string, double>.Empty.Add("cyan-b", 1).SetItem(atA, atFirst);
        Propose("ada");

        var draws = ImmutableArray.Create(new StepDraws("dose", [new WayDraws(["pump-a"], Amounts.None.Plus(atA, 1)), new WayDraws(["pump-b"], Amounts.None.Plus(atB, 1))]));
        Begun(_schedule, draws).Should().Equal(("ada", station));
        _schedule.Followed!.Unplanned.Should().BeEmpty();
    }

    [Fact]
    public void A_station_without_a_route_is_called_by_its_name() => new WaitReason(WaitKind.NoRoute, LabPositions.Vessel("a")).ToString().Should().Be("no route leads to station a");

    /// <summary>Neither station works as a whole, and of what both share one does.</summary>
    [Fact]
    public void Where_no_station_works_a_trial_still_goes_round_what_does_not()
    {
        var lab = new LabStations([.. Cells.Instruments.Where(instrument => instrument.Role != "spectrometer"), new("spectrometer-1", "spectrometer", null), new("spectrometer-2", "spectrometer", null)]);
        var schedule = new LabSchedule(lab);
        foreach (var away in new[] { "waste-a", "waste-b", "spectrometer-1" }) schedule.Away.Hear(new InstrumentNotice.WentOnline(away, Online: false, Now));
        Propose("ada", lab);

        Begun(schedule, []).Should().ContainSingle();
        schedule.Followed!.Tasks.SelectMany(task => task.Resources).Should().NotContain("spectrometer-1");
    }

    [Fact]
    public void An_instrument_that_is_there_again_serves_again()
    {
        foreach (var online in new[] { false, true }) _schedule.Away.Hear(new InstrumentNotice.WentOnline("pump-a", online, Now));
        Propose("ada");

        Begun().Should().Equal(("ada", "a"));
    }

    /// <summary>What begins, and where.</summary>
    private (string Campaign, string? Station)[] Begun() => Begun(_schedule);

    private (string Campaign, string? Station)[] Begun(LabSchedule schedule, ImmutableArray<StepDraws> draws = default)
    {
        Declare(schedule, draws);
        return [.. schedule.Plan(Now).SelectMany(together => together).Select(one => (one.Campaign, _campaigns[one.Campaign].Tasks.StationOf((Grant.Begin)one.Grant)))];
    }

    private void Declare(LabSchedule schedule, ImmutableArray<StepDraws> draws = default)
    {
        foreach (var (id, (state, tasks)) in _campaigns)
            schedule.Declare(new SchedulerMessage.Declare(id, [.. tasks.Of(state, state.Outstanding(Now, Cells.For(state.Plan)), []).Select(trial => draws.IsDefaultOrEmpty ? trial : trial with { Draws = draws })], 0, 0, this));
    }

    private void Propose(string id, LabStations? lab = null)
    {
        var plan = CampaignFile.Parse(Text, "cells.yaml");
        var started = new CampaignStarted("cells.yaml", Text, "", 1, "random", 8, "bench", ImmutableSortedDictionary<string, string>.Empty);
        var proposal = new TrialProposed(1, new TrialValues([new("dose", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test");
        _campaigns[id] = (new CampaignState(id, plan, started, Now).Apply(proposal, Now), new TrialTasks((lab ?? Cells).For(plan)));
    }

    private const string Text = """
        campaign: cells
        goal: { minimise: difference, until: { reached: 1.0, trials: 4 } }
        parameters:
          dose: { kind: real, low: 0.1 mL, high: 1 mL }
        workflow:
          - step: dose
            actions: [ { instrument: pump, command: dispense, with: { volume: =dose, rate: 6 mL/min } } ]
          - step: measure
            actions: [ { instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading } ]
          - step: drain
            always: true
            actions: [ { instrument: waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } } ]
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }
        planner: { kind: random }
        """;
}
