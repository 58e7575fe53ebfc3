using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns.Suspension;

/// <summary>When a campaign is suspended, what goes on meanwhile and which samples are lost: the rules, without actors, clock or bus.</summary>
public sealed class SuspensionTests
{
    private const string File = """
        campaign: cool
        goal:
          minimise: colour_difference
          until: { trials: 4 }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 1 mL }
        suspend:
          - { instrument: room, property: temperature, low: 18 °C, high: 26 °C }
          - { instrument: hood, property: flow, low: 1 L/min, for: 1 min }
        workflow:
          - step: dose
            actions:
              - { instrument: pump, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }
          - step: mix
            uninterrupted: true
            actions:
              - { instrument: stirrer, command: stir, with: { speed: 600 rpm, duration: 20 s } }
          - step: measure
            within: 10 min
            late: lose
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

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableSortedDictionary<string, Quantity> NoOutputs = ImmutableSortedDictionary<string, Quantity>.Empty;

    private readonly List<LedgerEntry> _entries = [];
    private DateTimeOffset _now = Start;
    private SuspensionWatch _watch;

    public SuspensionTests()
    {
        Begin(File);
        _watch = SuspensionWatch.Of(State.Plan, LabStations.OnePlace, null);
    }

    private void Begin(string text)
    {
        _entries.Clear();
        Happens(new CampaignStarted("cool.yaml", text, "", 3, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty));
        Happens(new TrialProposed(1, new TrialValues([new("cyan", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test"));
    }

    private CampaignState State => CampaignState.Replay(_entries);

    [Fact]
    public void What_leaves_its_band_suspends_until_it_has_been_back_for_as_long_as_it_should()
    {
        Show("room", "temperature", "25 °C", 0).Should().BeNull();
        Show("room", "temperature", "27 °C", 1).Should().Be("temperature of room is 27 °C, and should be from 18 °C to 26 °C");
        Show("room", "temperature", "25 °C", 2).Should().NotBeNull();
        _watch.Next.Should().Be(Start.AddMinutes(7));
        Show("room", "temperature", "25 °C", 6.9).Should().NotBeNull("it has not been back for five minutes");
        Show("room", "temperature", "26.5 °C", 6.95).Should().NotBeNull();
        Show("room", "temperature", "25 °C", 8).Should().NotBeNull();
        Show("room", "temperature", "25 °C", 12.9).Should().NotBeNull("the time counts anew");
        _watch.At(Start.AddMinutes(13)).Why.Should().BeNull();
    }

    [Fact]
    public void Every_band_must_be_kept_and_units_and_other_properties_do_not_confuse_it()
    {
        Show("hood", "flow", "900 mL/min", 0).Should().Contain("at least 1 L/min");
        Show("room", "temperature", "300 K", 0);
        Show("room", "humidity", "99 %", 0);
        Show("hood", "flow", "2 L/min", 1).Should().NotBeNull();
        _watch.At(Start.AddMinutes(2)).Why.Should().Be("temperature of room is 300 K, and should be from 18 °C to 26 °C");
    }

    [Fact]
    public void A_value_that_is_not_known_any_more_is_not_back()
    {
        Show("room", "temperature", "27 °C", 0);
        Show("room", "temperature", "25 °C", 1);
        _watch = _watch.With("room", "temperature", new PropertyFrame(Quantity.Of(25, "°C"), Quality.Stale, 1, Start), Start.AddMinutes(2));

        _watch.At(Start.AddMinutes(60)).Why.Should().NotBeNull();
        SuspensionWatch.Of(State.Plan, LabStations.OnePlace, null).With("room", "temperature", new PropertyFrame(Quantity.Of(99, "°C"), Quality.Bad, 1, Start), Start).Why.Should().BeNull("nor is it out");
    }

    [Fact]
    public void After_a_restart_a_suspended_campaign_waits_for_every_property_to_show_that_it_is_well()
    {
        _watch = SuspensionWatch.Of(State.Plan, LabStations.OnePlace, "too warm");
        Show("hood", "flow", "2 L/min", 0);
        _watch.At(Start.AddMinutes(9)).Why.Should().Be("too warm");
        Show("room", "temperature", "20 °C", 1);
        _watch.At(Start.AddMinutes(6)).Why.Should().BeNull();
    }

    [Fact]
    public void While_suspended_nothing_begins_but_what_is_not_to_be_interrupted()
    {
        Happens(new CampaignSuspended("too warm"));
        Next().Should().BeEmpty("nothing has begun");
        Happens(new CampaignContinued("cool again"));
        var dose = Act();
        Happens(dose.Intent);
        Happens(new CampaignSuspended("too warm"));
        Act().IsOnRecord.Should().BeTrue("what runs comes to its end");
        End(dose);

        Act().Intent.Step.Should().Be("mix");
        Run();
        Next().Should().BeEmpty("measuring may wait");
        new TrialTasks(Places).Of(State, Next(), []).Should().ContainSingle().Which.Should().Match<TrialWork>(work => work.HasBegun && work.Job.Tasks.Single().Name == LabSchedule.Person, "its vessel is not free");
        Happens(new CampaignContinued("cool again"));
        Act().Intent.Step.Should().Be("measure");
    }

    [Fact]
    public void The_time_of_a_suspension_does_not_count()
    {
        var before = State.Spent;
        Happens(new CampaignSuspended("too warm"));
        _now += TimeSpan.FromHours(3);
        Happens(new CampaignContinued("cool again"));

        (State.Spent - before).Should().BeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_sample_that_could_not_go_on_in_time_is_lost_cleaned_up_and_told_as_failed()
    {
        Run();
        Run();
        Act().Intent.Step.Should().Be("measure", "it is in time");
        _now += TimeSpan.FromMinutes(11);

        var lost = Recorded<SampleLost>();
        lost.Reason.Should().StartWith("the sample is lost: 'measure' was to begin within 00:10:00 of the end of 'mix'");
        Run().Step.Should().Be("drain");
        Recorded<TrialFailed>().Should().Be(new TrialFailed(1, CauseCode.Unachievable, lost.Reason));
    }

    /// <summary>What lies between would be done for nothing.</summary>
    [Fact]
    public void A_time_that_counts_from_an_earlier_step_loses_the_sample_as_soon_as_it_is_over()
    {
        Begin(File.Replace("within: 10 min", "within: 10 min\n    since: dose", StringComparison.Ordinal));
        Run();
        LateStep.Next(State, _now).Should().Be(State.Trials[0].Actions[new ActionPlace("dose", 0)].Result!.EndedAt + TimeSpan.FromMinutes(10) + TimeSpan.FromTicks(1));
        var mix = Act();
        Happens(mix.Intent);
        _now += TimeSpan.FromMinutes(11);
        Act().IsOnRecord.Should().BeTrue("what runs comes to its end");
        End(mix);

        Recorded<SampleLost>().Reason.Should().StartWith("the sample is lost: 'measure' was to begin within 00:10:00 of the end of 'dose'");
    }

    [Fact]
    public void It_is_lost_before_a_step_that_comes_between_is_begun()
    {
        Begin(File.Replace("within: 10 min", "within: 10 min\n    since: dose", StringComparison.Ordinal));
        Run();
        _now += TimeSpan.FromMinutes(11);

        Recorded<SampleLost>().Step.Should().Be("measure");
        Run().Step.Should().Be("drain");
    }

    /// <summary>That it was carried to the step is not the end of it.</summary>
    [Fact]
    public void A_time_does_not_count_before_the_step_has_ended_from_which_it_counts()
    {
        Run();
        var carry = new ActionIntended(ActionId.Derive("cool-1", 1, "mix", ActionPlace.Carry, 1), 1, "mix", ActionPlace.Carry, "arm", "transfer", NoOutputs, _now, 3);
        Happens(carry);
        End(new ActionRequest(carry, IsOnRecord: true));
        _now += TimeSpan.FromMinutes(11);

        Act().Intent.Step.Should().Be("mix");
    }

    [Theory]
    [InlineData("dose", true)]
    [InlineData("mix", false)]
    public void The_scheduler_is_told_from_which_step_a_time_counts(string since, bool isApart)
    {
        Begin(File.Replace("within: 10 min", $"within: 10 min\n    since: {since}", StringComparison.Ordinal));

        var after = new TrialTasks(Places).Of(State, Next(), []).Single().Job.Tasks.First(task => task.Name == "measure").After;

        after.Should().Equal(isApart ? [new Predecessor("mix", null), new Predecessor("dose", TimeSpan.FromMinutes(10))] : [new Predecessor("mix", TimeSpan.FromMinutes(10))]);
    }

    [Fact]
    public void A_sample_that_was_carried_in_time_and_measured_late_is_lost_when_it_has_arrived()
    {
        Run();
        Run();
        var by = LateStep.Next(State, _now)!.Value;
        by.Should().Be(State.Trials[0].Actions[new ActionPlace("mix", 0)].Result!.EndedAt + TimeSpan.FromMinutes(10) + TimeSpan.FromTicks(1));
        var carry = new ActionIntended(ActionId.Derive("cool-1", 1, "measure", ActionPlace.Carry, 1), 1, "measure", ActionPlace.Carry, "arm", "transfer", NoOutputs, _now, 3);
        Happens(carry);
        _now = by;
        Act().Intent.Should().Be(carry, "it is in the gripper");
        LateStep.Next(State, _now).Should().BeNull("that it has arrived is said by the arm");
        End(new ActionRequest(carry, IsOnRecord: true));

        Recorded<SampleLost>().Step.Should().Be("measure");
    }

    [Fact]
    public void Whoever_wants_a_pause_while_it_is_suspended_has_it_at_once()
    {
        Happens(new CampaignSuspended("too warm"));

        State.Outstanding(_now, Places, pauseWanted: true).Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().Be(new CampaignPaused("asked for while it was suspended: too warm"));
    }

    [Fact]
    public void Whoever_watches_is_told_what_it_waits_for()
    {
        Wording.Rest(State).Should().BeNull();
        Happens(new CampaignSuspended("too warm"));
        Wording.Rest(State).Should().Be("is suspended: too warm");
        Happens(new CampaignPaused("broken", Start.AddHours(1)));
        Wording.Rest(State).Should().Be("waits for somebody until 2026-01-01 09:00:00Z: broken; whoever comes presses Ctrl-C, looks, and says 'lab resume cool-1'");
        Happens(new CampaignPaused("broken"));
        Wording.Rest(State).Should().BeNull("it rests, and the program ends");
    }

    private CampaignPlaces Places => LabStations.OnePlace.For(State.Plan);

    private string? Show(string instrument, string property, string value, double minute)
    {
        Quantity.TryParse(value, out var quantity);
        _watch = _watch.With(instrument, property, new PropertyFrame(quantity!.Value, Quality.Good, 1, Start), Start.AddMinutes(minute)).At(Start.AddMinutes(minute));
        return _watch.Why;
    }

    private ImmutableArray<NextStep> Next() => State.Outstanding(_now, Places);

    private ActionRequest Act() => Next().OfType<NextStep.Act>().Single().Actions.Single();

    private ActionIntended Run()
    {
        var request = Act();
        Happens(request.Intent);
        End(request);
        return request.Intent;
    }

    private void End(ActionRequest request) => Happens(new ActionEnded(
        request.Intent.Action, 1, request.Intent.Step, request.Intent.Index, new ResultFrame(request.Intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, NoOutputs, [], _now, _now, 1)));

    private T Recorded<T>() where T : LabEvent
    {
        var happened = Next().Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<T>().Which;
        Happens(happened);
        return happened;
    }

    private void Happens(LabEvent happened)
    {
        _now += TimeSpan.FromSeconds(1);
        _entries.Add(new LedgerEntry(_entries.Count + 1, "cool-1", _now, happened, ""));
    }
}
