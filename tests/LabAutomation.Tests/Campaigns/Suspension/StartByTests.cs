using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;
using LabAutomation.Tests.Scheduling;

namespace LabAutomation.Tests.Campaigns.Suspension;

/// <summary>Steps that must begin by a certain time, and what becomes of their trials: the rules, without actors, clock or bus.</summary>
public sealed class StartByTests
{
    private const string File = """
        campaign: beam
        parallel: 2
        goal: { minimise: colour_difference, until: { trials: 4 } }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 1 mL }
        workflow:
          - step: dose
            actions: [ { instrument: pump, command: dispense, with: { volume: =cyan, rate: 6 mL/min } } ]
          - step: expose
            start_by: 30 min
            late: lose
            actions: [ { instrument: eye, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading } ]
          - step: drain
            always: true
            actions: [ { instrument: waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } } ]
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: colour_difference }
        planner: { kind: random }
        """;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableSortedDictionary<string, Quantity> NoOutputs = ImmutableSortedDictionary<string, Quantity>.Empty;
    private static readonly LabStations Cells = new([new("pump-a", "pump", "a"), new("waste-a", "waste", "a"), new("pump-b", "pump", "b"), new("waste-b", "waste", "b"), new("eye", "eye", null)]);

    private readonly List<LedgerEntry> _entries = [];
    private DateTimeOffset _now = Start;

    private CampaignState State => CampaignState.Replay(_entries);

    private CampaignPlaces Places => Cells.For(State.Plan);

    [Fact]
    public void A_trial_of_which_nothing_was_done_in_time_is_given_up_and_costs_no_sample()
    {
        Begin(File);
        Propose(1);
        var by = _now + TimeSpan.FromMinutes(30);

        Act(1).Actions.Single().Intent.Step.Should().Be("dose");
        LateStep.Next(State, _now).Should().Be(by.AddTicks(1), "nobody else says that it is over");
        _now = by;
        Act(1).Should().NotBeNull("it may still begin");
        _now = by.AddTicks(1);

        Recorded<TrialAbandoned>().Should().Be(new TrialAbandoned(1, "it could not be made in time: 'expose' was to begin by 2026-01-01 08:30:02Z, 00:30:00 after the trial was proposed"));
        State.Outstanding(_now, Places).OfType<NextStep.Propose>().Should().ContainSingle("its values may be proposed again");
    }

    [Fact]
    public void One_that_has_begun_loses_its_sample_cleans_up_and_is_told_as_failed_with_the_reason()
    {
        Begin(File);
        Propose(1);
        Do(1, "pump-a");
        _now += TimeSpan.FromMinutes(31);

        var lost = Recorded<SampleLost>();
        lost.Should().Be(new SampleLost(1, "expose", "the sample is lost: 'expose' was to begin by 2026-01-01 08:30:02Z, 00:30:00 after the trial was proposed"));
        Do(1, "waste-a").Should().Be("drain");
        Recorded<TrialFailed>().Should().Be(new TrialFailed(1, CauseCode.Unachievable, lost.Reason));
        TrialStory.Of(_entries, 1).Select(line => line.Text).Should().Contain(lost.Reason).And.Contain($"the planner is told that it failed: {lost.Reason}");
    }

    [Fact]
    public void One_that_begins_late_begins_unless_the_file_says_that_it_is_lost()
    {
        Begin(File.Replace("    late: lose\n", "", StringComparison.Ordinal));
        Propose(1);
        Do(1, "pump-a");
        _now += TimeSpan.FromMinutes(31);

        Act(1).Step.Should().Be("expose");
        LateStep.Next(State, _now).Should().BeNull();
    }

    [Fact]
    public void What_has_begun_in_time_is_not_late()
    {
        Begin(File);
        Propose(1);
        Do(1, "pump-a");
        var expose = Act(1).Actions.Single();
        Happens(expose.Intent);
        _now += TimeSpan.FromMinutes(31);

        Act(1).Actions.Single().IsOnRecord.Should().BeTrue();
    }

    [Fact]
    public void After_the_moment_no_trial_begins_and_the_campaign_ends_when_those_under_way_have()
    {
        Begin(File.Replace("30 min", "2026-01-01T10:00+01:00", StringComparison.Ordinal));
        Propose(1);
        Do(1, "pump-a");
        var expose = Act(1).Actions.Single();
        Happens(expose.Intent);
        Propose(2);
        State.OutOfTimeAt.Should().Be(Start.AddHours(1).AddTicks(1));
        _now = Start.AddHours(1).AddSeconds(1);

        Recorded<TrialAbandoned>().Should().Be(new TrialAbandoned(2, "it could not be made in time: 'expose' was to begin by 2026-01-01 09:00:00Z"));
        State.Outstanding(_now, Places).Should().ContainSingle("nothing is proposed that could not be made").Which.Should().BeOfType<NextStep.Act>();
        Happens(new TrialMeasured(1, NoOutputs, 5));
        Recorded<CampaignEnded>().Should().Be(new CampaignEnded(CampaignEnd.TimeSpent, "'expose' was to begin by 2026-01-01 09:00:00Z", 1));
    }

    [Fact]
    public void A_trial_that_could_not_be_in_time_is_not_begun()
    {
        Begin(File.Replace("30 min", "2026-01-01T08:01:08Z", StringComparison.Ordinal));
        Propose(1);
        Propose(2);
        var schedule = new LabSchedule(Cells);
        var tasks = new TrialTasks(Places);
        void Declare() => schedule.Declare(new SchedulerMessage.Declare("beam-1", tasks.Of(State, State.Outstanding(_now, Places), []), 0, 0, this));
        Declare();

        schedule.Plan(_now).SelectMany(together => together).Select(one => one.Grant.Trial).Should().Equal([1], "a dose is thought to take a minute and an exposure ten seconds, so the second would be lost");
        schedule.Obstructed().Should().BeEmpty("what could not be made is given up by itself");
        var late = new LabSchedule(Cells);
        late.Declare(new SchedulerMessage.Declare("beam-1", tasks.Of(State, State.Outstanding(_now, Places), []), 0, 0, this));
        late.Plan(Start.AddSeconds(57)).Should().BeEmpty("neither could be in time any more");
        late.Obstructed().Should().BeEmpty();
    }

    /// <summary>There is enough for one trial, and the one that came first could not be in time.</summary>
    [Fact]
    public void What_is_reserved_for_a_trial_that_is_not_begun_is_for_others()
    {
        var schedule = new LabSchedule(Cells) { Supply = Amounts.None.Plus("cyan", 0.5) };
        var draws = new StepDraws("dose", [new WayDraws(["pump-a"], schedule.Supply), new WayDraws(["pump-b"], schedule.Supply)]);
        foreach (var (id, by) in new[] { ("ada", "2026-01-01T08:01:08Z"), ("bob", "30 min") })
        {
            var campaign = new DeclaringCampaign(id, File.Replace("30 min", by, StringComparison.Ordinal), Cells, Start);
            campaign.Propose(Recipe, Start);
            var declared = campaign.Declare();
            schedule.Declare(declared with { Trials = [.. declared.Trials.Select(trial => trial with { Draws = [draws] })] });
        }

        schedule.Plan(Start.AddSeconds(57)).SelectMany(together => together).Select(one => one.Campaign).Should().Equal("bob");
        schedule.Short.Should().BeEmpty();
    }

    [Fact]
    public void Something_of_which_is_in_the_cell_is_begun_however_late_it_is()
    {
        Begin(File.Replace("30 min", "2026-01-01T08:01:08Z", StringComparison.Ordinal));
        Propose(1);
        var intent = Act(1).Actions.Single().Intent with { Instrument = "pump-a" };
        Happens(new TrialStationed(1, "a"));
        Happens(intent);
        Happens(new ActionEnded(intent.Action, 1, intent.Step, intent.Index, new ResultFrame(intent.Action, ActionStatus.Expired, CauseCode.Unachievable, "too late", true, NoOutputs, [], _now, _now, 1)));
        foreach (var reaction in State.Outstanding(_now, Places).OfType<NextStep.Record>().ToArray()) Happens(reaction.Event);
        var schedule = new LabSchedule(Cells);
        schedule.Declare(new SchedulerMessage.Declare("beam-1", new TrialTasks(Places).Of(State, State.Outstanding(_now, Places), []), 0, 0, this));

        schedule.Plan(Start.AddSeconds(60)).SelectMany(together => together).Select(one => one.Grant.Step).Should().Equal(intent.Step);
    }

    [Theory]
    [InlineData("30 min", true)]
    [InlineData("1 s", false)]
    public void Where_no_trial_could_be_in_time_it_is_not_better_to_wait_for_the_next(string by, bool isVain)
    {
        Begin(File.Replace("30 min", by, StringComparison.Ordinal));
        Propose(1);

        var expose = new TrialTasks(Places).Of(State, State.Outstanding(_now, Places), []).Single().Job.Tasks.First(task => task.Name == "expose");

        (expose.StartBy, expose.IsVainLate).Should().Be((State.Trials[0].StartedAt + (isVain ? TimeSpan.FromMinutes(30) : TimeSpan.FromSeconds(1)), isVain));
    }

    private void Begin(string text) => Happens(new CampaignStarted("beam.yaml", text, "", 3, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty, 2));

    private static TrialValues Recipe => new([new("cyan", TrialValue.Of(Quantity.Of(0.5, "mL")))]);

    private void Propose(int trial) => Happens(new TrialProposed(trial, Recipe, null, null, null, "test"));

    private NextStep.Act Act(int trial) => State.Outstanding(_now, Places).OfType<NextStep.Act>().Single(act => act.Trial == trial);

    /// <returns>The step.</returns>
    private string Do(int trial, string instrument)
    {
        var intent = Act(trial).Actions.Single().Intent with { Instrument = instrument };
        if (State.Trials[trial - 1].Station is null) Happens(new TrialStationed(trial, instrument[^1..]));
        Happens(intent);
        Happens(new ActionEnded(intent.Action, trial, intent.Step, intent.Index, new ResultFrame(intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, NoOutputs, [], _now, _now, 1)));
        return intent.Step;
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
        _entries.Add(new LedgerEntry(_entries.Count + 1, "beam-1", _now, happened, ""));
    }
}
