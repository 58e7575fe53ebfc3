using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Instruments that take time to be set otherwise, as part of the step that needs it.</summary>
public sealed class SetUpTests : SynthesisStage
{
    private static readonly LabStations Slow = Lab with { Instruments = [.. Lab.Instruments.Select(instrument => instrument.Name == "doser" ? instrument with { SetUp = TimeSpan.FromMinutes(20), SetUpBy = [new("dose", "target")] } : instrument)] };

    [Fact]
    public void What_needs_another_setting_takes_longer_with_all_that_it_needs_and_not_before_its_sample_is_there()
    {
        var lab = new LabLayout(
            [new LabResource("meter", "measure", SetUp: TimeSpan.FromMinutes(5)) { IsSetUpInTask = true }, new LabResource("lamp", "light"), new LabResource("arm", "carry")],
            [new LabLocation("here", 1), new LabLocation("there", 1)], [new Route("here", "there", TimeSpan.FromMinutes(2), ["carry"])]);
        var job = new Job("a", "a", [new JobTask("measure", [new Way([new Need("measure", Setting: "red"), new Need("light")], TimeSpan.FromMinutes(10), "there")]) { Sample = "sample" }]) { SamplesAt = ImmutableSortedDictionary<string, string>.Empty.Add("sample", "here") };
        var state = SchedulingState.Of(lab).Add(job).Add(new Job("b", "b", [new JobTask("light", [new Way([new Need("light")], TimeSpan.FromMinutes(1))])]));

        var plan = Scheduler.Plan(state, _now);

        var measure = plan[new TaskKey("a", "measure")]!;
        (Minutes(measure.Start), Minutes(measure.End)).Should().Be((2, 17));
        plan.SetUps.Should().BeEmpty("nobody but the task does it");
        Minutes(plan[new TaskKey("b", "light")]!.Start).Should().Be(0);
        var running = state.With(new SchedulingEvent.MoveStarted(measure.Task, "there", "arm", _now)).With(new SchedulingEvent.MoveEnded(measure.Task, _now)).With(new SchedulingEvent.TaskStarted(measure.Task, 0, _now));
        Minutes(Scheduler.Plan(running, _now)[measure.Task]!.End).Should().Be(15);
        running.Resource("meter").Setting.Should().Be("red");
    }

    [Fact]
    public void An_order_is_chosen_in_which_less_has_to_be_set()
    {
        var state = SchedulingState.Of(new LabLayout([new LabResource("meter", "meter", SetUp: TimeSpan.FromMinutes(5)) { IsSetUpInTask = true }]));
        foreach (var (name, setting) in new[] { ("a", "red"), ("b", "blue"), ("c", "red"), ("d", "blue") })
            state = state.Add(new Job(name, "owner", [new JobTask("measure", [new Way([new Need("meter", Setting: setting)], TimeSpan.FromMinutes(10))])]));

        Minutes(Scheduler.Plan(state, _now).End).Should().Be(60);
        var better = Scheduler.Improve(state, _now, effort: 1000)!;

        Minutes(better.End).Should().Be(50);
        better.Tasks.Select(task => task.Task.Job).Should().Equal("a", "c", "b", "d");
    }

    [Fact]
    public void What_does_not_matter_to_a_task_stays_as_it_is()
    {
        var state = SchedulingState.Of(new LabLayout([new LabResource("meter", "meter", SetUp: TimeSpan.FromMinutes(5)) { IsSetUpInTask = true }]));
        foreach (var (name, setting) in new[] { ("a", "red"), ("b", null), ("c", "red") })
            state = state.Add(new Job(name, "owner", [new JobTask("measure", [new Way([new Need("meter", Setting: setting)], TimeSpan.FromMinutes(10))])]));

        Minutes(Scheduler.Plan(state.With(new SchedulingEvent.SetUpEnded("meter", "red", _now)), _now).End).Should().Be(30);
        Minutes(Scheduler.Plan(state, _now).End).Should().Be(35);
    }

    [Fact]
    public void A_batch_is_not_set_in_its_tasks() =>
        FluentActions.Invoking(() => SchedulingState.Of(new LabLayout([new LabResource("oven", "oven", 4, IsBatch: true, TimeSpan.FromMinutes(5)) { IsSetUpInTask = true }]))).Should().Throw<ArgumentException>().WithMessage("resource 'oven' is a batch*");

    /// <summary>What is expected to run for longer is on record as such.</summary>
    [Fact]
    public void The_first_dose_is_taken_to_need_the_set_up_and_the_second_of_the_same_powder_is_not()
    {
        var schedule = new LabSchedule(Slow);
        Propose("a", 700, schedule, Slow);
        Propose("a", 700, schedule, Slow);

        var first = Begin(schedule);
        first.SetUp.Should().Equal("doser");
        Minutes(schedule.Followed![new TaskKey("a/1", "dose")]!.End).Should().Be(21);
        Do("a", first, schedule);
        _now += TimeSpan.FromMinutes(2);
        schedule.Plan(_now);
        Minutes(schedule.Followed![new TaskKey("a/1", "dose")]!.End).Should().Be(21);
        Pass(TimeSpan.FromMinutes(19), schedule);
        Do("a", schedule.Plan(_now).SelectMany(together => together).Select(one => one.Grant).OfType<Grant.Carry>().Single(), schedule);
        Pass(TimeSpan.FromMinutes(1), schedule);

        Begin(schedule).SetUp.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void After_a_restart_the_record_says_how_it_is_set(double target, bool isChanged)
    {
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("target", new Quantity(target, Unit.One));
        var before = new ActionIntended(ActionId.Derive("old", 1, "dose", 0, 1), 1, "dose", 0, "doser", "dose", arguments, _now);
        var schedule = new LabSchedule(Slow, settings: [new LedgerEntry(1, "old", _now, before, "")]);
        Propose("a", 700, schedule, Slow);

        Begin(schedule).SetUp.Any().Should().Be(isChanged);
    }

    /// <summary>An argument that is left out has the value that it has by default.</summary>
    [Fact]
    public void An_instrument_is_set_by_the_arguments_that_the_lab_names()
    {
        var meter = new PlacedInstrument("meter", "meter", null) { SetUp = TimeSpan.FromMinutes(1), SetUpBy = [new("acquire", "wavelength"), new("acquire", "slit")] };
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("wavelength", Quantity.Of(500, "nm")).Add("averages", new Quantity(8, Unit.One));

        meter.SettingFor("acquire", arguments).Should().Be("acquire.wavelength 500 nm; acquire.slit as by default");
        meter.SettingFor("home", arguments).Should().BeNull();
        (meter with { SetUp = TimeSpan.Zero }).SettingFor("acquire", arguments).Should().BeNull();
    }

    [Theory]
    [InlineData(1260, 60)]
    [InlineData(60, 60)]
    public void Of_what_an_action_took_only_the_work_is_learnt(double took, double expected)
    {
        var (place, arguments) = (new ActionPlace("dose", 0), ImmutableSortedDictionary<string, Quantity>.Empty);
        var intent = new ActionIntended(ActionId.Derive("a", 1, "dose", 0, 1), 1, "dose", 0, "doser", "dose", arguments, _now, SetUp: 1200);
        var result = new ResultFrame(intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], _now, _now.AddSeconds(took), 1);
        var ended = new ActionEnded(intent.Action, 1, "dose", 0, result);

        ActionDurations.Unknown.With(intent).With(ended).Of(place, arguments).TotalSeconds.Should().Be(expected);
        LearntDurations.Of([intent], [ended], Slow).OnTop("doser", "dose")!.Value.Expected.TotalSeconds.Should().Be(expected);
    }

    /// <summary>In virtual time: two campaigns that need the spectrometer set otherwise, and four cells.</summary>
    [Fact]
    public void Two_campaigns_take_turns_less_often_where_a_shared_instrument_takes_long_to_be_set()
    {
        int Changes(params (string, string)[] more)
        {
            var end = Episode.Run(new EpisodeSetup([SharedCells.ColourMatch(8, parallel: 4, averages: 8, name: "ada"), SharedCells.ColourMatch(8, parallel: 4, averages: 16, name: "bob")], SharedCells.Lab(4, more)), 3, []);
            end.Violations.Should().BeEmpty();
            var measured = end.States.SelectMany(state => state.Trials).SelectMany(trial => trial.Actions.Values).Where(action => action.Intent.Step == "measure").OrderBy(action => action.IntendedAt).Select(action => action.Intent).ToArray();
            measured.Should().HaveCount(16);
            var changes = measured.Zip(measured.Skip(1)).Count(pair => !pair.First.Arguments["averages"].Equals(pair.Second.Arguments["averages"]));
            measured.Count(intent => intent.SetUp is not null).Should().Be(more.Length == 0 ? 0 : changes + 1);
            return changes;
        }

        Changes(("Instruments:24:SetUp", "600"), ("Instruments:24:SetUpBy:0", "acquire.averages")).Should().BeLessThan(Changes());
    }

    private Grant.Begin Begin(LabSchedule schedule) => schedule.Plan(_now).SelectMany(together => together).Select(one => one.Grant).OfType<Grant.Begin>().Single(begin => begin.Step == "dose");

    private static double Minutes(DateTimeOffset at) => (at - new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero)).TotalMinutes;
}
