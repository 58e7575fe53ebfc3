using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Scheduling;

/// <summary>What campaigns declare, and what the lab grants them: the rules, without actors, clock or bus.</summary>
public sealed class LabScheduleTests
{
    private const string Synthesis = """
        campaign: synthesis
        parallel: 8
        constants: { target: 1 }
        goal: { maximise: colour_L, until: { reached: 90, trials: 8 } }
        parameters:
          warmth: { kind: discrete, values: [700 °C, 800 °C] }
        workflow:
          - step: dose
            actions: [ { instrument: doser, command: dose, with: { target: =target } } ]
          - step: heat
            actions: [ { instrument: furnace, command: heat, with: { temperature: =warmth, duration: 4 h } } ]
          - step: measure
            within: 1 h
            actions: [ { instrument: eye, command: acquire, with: { integration: 50 ms }, as: reading } ]
          - step: store
            always: true
            at: bin
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }
        """;

    private static readonly LabStations Lab = new(
    [
        new("doser", "doser", null, "doser"), new("furnace-a", "furnace", null, "furnace-a", IsBatch: true), new("furnace-b", "furnace", null, "furnace-b", IsBatch: true),
        new("eye", "eye", null, "eye"), new("arm", "arm", null),
    ])
    {
        Locations = [new("doser", [1]), new("furnace-a", [11, 12]), new("furnace-b", [21, 22]), new("eye", [31]), new("bin", [99], IsOutlet: true)],
        Transports = [new("arm", "transfer", ["doser", "furnace-a", "furnace-b", "eye", "bin"], TimeSpan.FromSeconds(40))],
    };

    private readonly LabSchedule _schedule = new(Lab);
    private readonly SortedDictionary<string, DeclaringCampaign> _campaigns = new(StringComparer.Ordinal);
    private DateTimeOffset _now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_step_begins_where_nobody_else_is_and_is_not_granted_twice()
    {
        Propose("a", 700);
        Propose("a", 700);

        var granted = Plan();
        granted.Should().ContainSingle().Which.Should().BeOfType<Grant.Begin>().Which.Should().BeEquivalentTo(new { Trial = 1, Step = "dose", Position = 1, IsShared = false });
        Plan().Should().BeEmpty("the first has the doser, whether its campaign has heard so or not");
    }

    [Fact]
    public void What_was_declined_is_granted_again_when_it_is_wanted_again()
    {
        Propose("a", 700);
        var first = Plan().Single();

        _schedule.Declare(_campaigns["a"].Declare(first.Number));

        Plan().Should().ContainSingle().Which.Step.Should().Be("dose");
    }

    [Fact]
    public void A_sample_is_carried_before_the_step_and_stands_at_both_ends_meanwhile()
    {
        Propose("a", 700);
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));

        var carry = Plan().Should().ContainSingle().Which.Should().BeOfType<Grant.Carry>().Which;
        (carry.Step, carry.From, carry.To, carry.Carrier, carry.Command).Should().Be(("heat", 1, 11, "arm", "transfer"));
        carry.Duration.TotalSeconds.Should().Be(40);

        Propose("b", 800);
        Plan().Should().BeEmpty("the doser's position is taken until the sample has left it");
    }

    [Fact]
    public void Why_a_sample_was_not_carried_earlier_is_handed_over_with_its_carriage_and_not_again_with_the_step()
    {
        var lab = Lab with
        {
            Instruments = [.. Lab.Instruments, new("doser-b", "doser", null, "doser-b")],
            Locations = [.. Lab.Locations, new("doser-b", [2])],
            Transports = [new("arm", "transfer", ["doser", "doser-b", "furnace-a", "furnace-b", "eye", "bin"], TimeSpan.FromSeconds(40))],
        };
        var (schedule, granted) = (new LabSchedule(lab), new List<(string Campaign, Grant Grant)>());
        foreach (var (campaign, warmth) in new[] { ("a", 700.0), ("b", 800) }) Propose(campaign, warmth, schedule, lab);
        for (var minute = 0; minute < 30; minute++)
        {
            foreach (var one in schedule.Plan(_now).SelectMany(together => together))
            {
                granted.Add(one);
                Do(one.Campaign, one.Grant, schedule);
            }

            if (minute == 4) Propose("c", 700, schedule, lab);
            Pass(TimeSpan.FromMinutes(1), schedule, isHeated: minute > 14);
        }

        IEnumerable<string> Waits<T>(string campaign) where T : Grant => granted.Where(one => one.Campaign == campaign && one.Grant is T { Step: "heat" }).Select(one => one.Grant).Should().ContainSingle().Which.Waited.Select(wait => wait.Words);
        Waits<Grant.Carry>("a").Should().BeEmpty();
        Waits<Grant.Carry>("b").Should().Equal("arm is busy carrying");
        Waits<Grant.Carry>("c").Should().Contain("furnace-a and furnace-b have other samples in them");
        Waits<Grant.Begin>("c").Should().NotContain("furnace-a and furnace-b have other samples in them", "the carriage says so");
    }

    [Fact]
    public void A_carriage_is_planned_as_the_last_ones_were()
    {
        var action = ActionId.Derive("a", 9, "heat", -1, 1);
        _schedule.Hear(new SchedulerMessage.Concluded("a", "arm", action, new ResultFrame(action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], _now, _now.AddSeconds(90), 1), _now) { IsCarriage = true });
        Propose("a", 700);
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));

        var carry = (Grant.Carry)Plan().Single();
        carry.Duration.TotalSeconds.Should().Be(90);
        Do(carry);
        Plan();

        _schedule.Followed![new TaskKey("a/1", "heat")]!.Start.Should().Be(_now.AddSeconds(90));
    }

    [Fact]
    public void Any_furnace_serves_and_what_needs_the_same_but_comes_too_late_waits_where_it_is_in_nobodys_way()
    {
        foreach (var (campaign, warmth) in new[] { ("a", 700.0), ("b", 800) }) Propose(campaign, warmth);
        var (begun, all) = (new List<IReadOnlyList<(string, Grant)>>(), new List<(string Campaign, Grant Grant)>());
        for (var k = 0; k < 100; k++)
        {
            foreach (var together in _schedule.Plan(_now))
            {
                if (together[0].Grant is Grant.Begin { Step: "heat" }) begun.Add(together);
                all.AddRange(together);
                foreach (var (campaign, grant) in together) Do(campaign, grant);
            }

            Pass(TimeSpan.FromSeconds(30));
            if (begun.Count > 0 && !_campaigns.ContainsKey("c")) Propose("c", 700);
        }

        begun.Select(batch => batch.Select(one => one.Item1).Single()).Should().Equal("a", "b");
        begun.SelectMany(batch => batch).Should().OnlyContain(one => ((Grant.Begin)one.Item2).IsShared);
        all.Where(one => one.Campaign == "c").Select(one => one.Grant.Step).Should().Equal(["dose"], "a furnace that runs is not opened");
        _schedule.Followed!.Unplanned.Should().Contain(left => left.Task == new TaskKey("c/1", "heat"));
    }

    /// <summary>The plan that comes first to mind heats each as soon as it can, and the third four hours later.</summary>
    [Fact]
    public void Samples_that_need_the_same_are_heated_together_where_everything_ends_earlier_so()
    {
        foreach (var (campaign, warmth) in new[] { ("a", 700.0), ("b", 800), ("c", 700) }) Propose(campaign, warmth);
        var begun = new List<string>();
        for (var k = 0; k < 100; k++)
        {
            foreach (var together in _schedule.Plan(_now))
            {
                if (together[0].Grant is Grant.Begin { Step: "heat" }) begun.Add(string.Join(" and ", together.Select(one => one.Campaign).Order(StringComparer.Ordinal)));
                foreach (var (campaign, grant) in together) Do(campaign, grant);
            }

            Pass(TimeSpan.FromSeconds(30));
        }

        begun.Should().BeEquivalentTo("a and c", "b");
    }

    [Fact]
    public void Who_stands_in_a_furnace_with_a_sample_that_rests_hears_so_and_does_not_wait_for_ever()
    {
        var waiting = Lab with { Instruments = [.. Lab.Instruments.Select(instrument => instrument.IsBatch ? instrument with { FillFor = TimeSpan.FromMinutes(30) } : instrument)] };
        var schedule = new LabSchedule(waiting);
        foreach (var campaign in (string[])["a", "b"]) Propose(campaign, 700, schedule, waiting);
        var (isAtRest, heats) = (false, 0);
        for (var k = 0; k < 400; k++)
        {
            foreach (var (campaign, grant) in schedule.Plan(_now).SelectMany(together => together))
            {
                Do(campaign, grant, schedule);
                heats += grant is Grant.Begin { Step: "heat" } ? 1 : 0;
                if (isAtRest || grant is not Grant.Carry { Step: "heat" } || campaign != "b") continue;
                isAtRest = true;
                _campaigns["a"].Rest();
                schedule.Declare(_campaigns["a"].Declare());
            }

            Pass(TimeSpan.FromSeconds(30), schedule);
        }

        (isAtRest, heats).Should().Be((true, 0), "whatever stands in a furnace is heated, and one of the two rests");
        schedule.Obstructed().Select(one => one.Campaign).Should().Equal("b");
        schedule.Next.Should().BeNull("there is nothing to be looked at by the clock");
    }

    [Fact]
    public void A_furnace_that_waits_to_be_filled_begins_with_all_that_came_and_at_the_time_that_was_set()
    {
        var waiting = Lab with { Instruments = [.. Lab.Instruments.Select(instrument => instrument.IsBatch ? instrument with { FillFor = TimeSpan.FromMinutes(30) } : instrument)] };
        var schedule = new LabSchedule(waiting);
        foreach (var campaign in (string[])["a", "c"]) Propose(campaign, 700, schedule, waiting);
        var (since, heats) = (_now, new List<(DateTimeOffset At, int Members)>());
        for (var k = 0; k < 400 && heats.Count == 0; k++)
        {
            foreach (var together in schedule.Plan(_now))
            {
                if (together[0].Grant is Grant.Begin { Step: "heat" }) heats.Add((_now, together.Length));
                foreach (var (campaign, grant) in together) Do(campaign, grant, schedule);
            }

            Pass(TimeSpan.FromSeconds(10), schedule);
        }

        heats.Should().ContainSingle().Which.Members.Should().Be(2);
        (heats[0].At - since).Should().BeGreaterThan(TimeSpan.FromMinutes(25)).And.BeLessThan(TimeSpan.FromMinutes(45));
    }

    [Fact]
    public void A_campaign_that_rests_begins_nothing_and_its_sample_keeps_its_place()
    {
        Propose("a", 700);
        Do(Plan().Single());
        _campaigns["a"].Rest();
        Pass(TimeSpan.FromMinutes(1));
        Propose("b", 700);

        Plan().Should().BeEmpty();
        _schedule.Followed!.Unplanned.Should().Contain(left => left.Task.Job == "b/1" && left.Why.Kind == WaitKind.Blocked);
    }

    [Fact]
    public void Who_waits_for_a_campaign_that_rests_hears_so_even_where_that_one_has_left_something_running()
    {
        Propose("a", 700);
        Do(Plan().Single());
        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare());
        Propose("b", 700);

        Plan().Should().BeEmpty();
        _schedule.Obstructed().Should().ContainSingle().Which.Should().Be(("b", "its trials wait for a, at rest with samples in their way; nothing else goes on in the lab"));
    }

    [Fact]
    public void What_stands_in_a_furnace_beside_a_sample_that_rests_does_not_begin_and_its_campaign_hears_so()
    {
        var lab = Lab with
        {
            Instruments = [.. Lab.Instruments.Where(instrument => instrument.Name != "furnace-b").Select(instrument => instrument.IsBatch ? instrument with { FillFor = TimeSpan.FromMinutes(30) } : instrument)],
            Locations = [.. Lab.Locations.Where(location => location.Name != "furnace-b")],
            Transports = [Lab.Transports[0] with { Between = ["doser", "furnace-a", "eye", "bin"] }],
        };
        var schedule = new LabSchedule(lab);
        foreach (var campaign in (string[])["a", "b"])
        {
            Propose(campaign, 700, schedule, lab);
            foreach (var _ in (string[])["dose", "to the furnace"])
            {
                Do(campaign, schedule.Plan(_now).Single().Single().Grant, schedule);
                Pass(TimeSpan.FromMinutes(1), schedule);
            }
        }

        _campaigns["a"].Rest();
        schedule.Declare(_campaigns["a"].Declare());
        Pass(TimeSpan.FromMinutes(40), schedule);

        schedule.Plan(_now).Should().BeEmpty("a's sample is not to be heated with it");
        schedule.Next.Should().BeNull();
        schedule.Obstructed().Should().Equal([("b", "its trials wait for a, at rest with samples in their way; nothing else goes on in the lab")]);

        Propose("c", 800, schedule, lab);
        Do("c", schedule.Plan(_now).Single().Single().Grant, schedule);
        schedule.Plan(_now).Should().BeEmpty();
        schedule.Obstructed().Should().BeEmpty("c is at work");

        schedule.Declare(_campaigns["b"].Declare() with { WantsRest = true }).Should().BeTrue();
        schedule.Plan(_now).Should().BeEmpty();
        schedule.Obstructed().Should().ContainSingle("whoever wants to rest need not wait for c").Which.Campaign.Should().Be("b");
    }

    [Fact]
    public void What_was_granted_of_a_trial_before_its_values_were_edited_is_granted_of_the_edited_one()
    {
        Propose("a", 700);
        var stale = Plan().Single();
        _campaigns["a"].Happens(new QueueChanged("ada", "operator", "too cold", 1, Values: new TrialValues([new("warmth", TrialValue.Of(Quantity.Of(800, "°C")))])), _now);
        _schedule.Declare(_campaigns["a"].Declare());

        var granted = Plan().Should().ContainSingle().Which;
        (granted.Step, granted.Job).Should().Be(("dose", _campaigns["a"].JobOf(1)));
        granted.Job.Should().NotBeSameAs(stale.Job);
    }

    [Fact]
    public void Who_cannot_begin_for_what_follows_hears_why_that_cannot()
    {
        var text = Synthesis.Replace("constants: { target: 1 }\n", "", StringComparison.Ordinal).Replace("=target", "=warmth", StringComparison.Ordinal)
            .Replace("  - step: heat\n    actions: [ { instrument: furnace, command: heat, with: { temperature: =warmth, duration: 4 h } } ]\n", "", StringComparison.Ordinal);
        foreach (var campaign in (string[])["a", "b"]) _campaigns[campaign] = new DeclaringCampaign(campaign, text, Lab, _now);
        Propose("a", 700);
        foreach (var _ in (string[])["dose", "to the eye", "measure"])
        {
            Do("a", Plan().Single());
            Pass(TimeSpan.FromMinutes(1));
        }

        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare());
        Propose("b", 700);
        _schedule.Declare(_campaigns["b"].Declare() with { WantsRest = true });

        Plan().Should().BeEmpty();
        _schedule.Obstructed().Should().Equal([("b", "'dose' of b/1 cannot begin: 'measure' could not be done after it, since eye is taken by a sample that cannot leave")]);
    }

    [Fact]
    public void What_waits_for_itself_elsewhere_does_not_silence_that()
    {
        Propose("a", 700);
        Do(Plan().Single());
        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare());
        Propose("b", 700);
        Propose("c", 700);
        _campaigns["c"].Hold();
        _schedule.Declare(_campaigns["c"].Declare());

        Plan().Should().BeEmpty();
        _schedule.Obstructed().Select(one => one.Campaign).Should().Equal(["b"], "c begins when it is let go");

        _schedule.Declare(_campaigns["c"].Declare() with { Trials = [], ComesBack = true });
        Plan().Should().BeEmpty();
        _schedule.Obstructed().Select(one => one.Campaign).Should().Equal("b");

        _campaigns["c"].LetGo();
        var wanting = _campaigns["c"].Declare();
        _schedule.Supply = ImmutableSortedDictionary<string, double>.Empty.Add("ceria", 1);
        _schedule.Declare(wanting with { Trials = [.. wanting.Trials.Select(trial => trial with { Draws = [Ceria("dose", 5)] })] });
        Plan().Should().BeEmpty();
        _schedule.Short.Should().ContainSingle().Which.Campaign.Should().Be("c");
        _schedule.Obstructed().Select(one => one.Campaign).Should().Equal(["b"], "c begins when somebody has refilled");
    }

    [Fact]
    public void Who_waits_for_a_sample_of_a_campaign_that_comes_back_need_not_rest()
    {
        Propose("a", 700);
        Do(Plan().Single());
        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare() with { ComesBack = true });
        Propose("b", 700);

        Plan().Should().BeEmpty();
        _schedule.Obstructed().Should().BeEmpty();
    }

    [Fact]
    public void Where_an_instrument_is_barred_another_serves()
    {
        var lab = WithBreaker("furnace-a");
        var schedule = new LabSchedule(lab);
        schedule.Hear(Failure("furnace-a"))!.Phase.Should().Be(BreakerPhase.Open);
        Propose("a", 700, schedule, lab);
        Do("a", schedule.Plan(_now).Single().Single().Grant, schedule);
        Pass(TimeSpan.FromMinutes(1), schedule);

        schedule.Plan(_now).Single().Single().Grant.Should().BeOfType<Grant.Carry>().Which.To.Should().Be(21);
    }

    [Fact]
    public void Where_nothing_else_serves_it_is_waited_for_and_tried_after_its_cool_down()
    {
        var lab = WithBreaker("doser");
        var schedule = new LabSchedule(lab);
        var until = schedule.Hear(Failure("doser"))!.Until!.Value;
        Propose("a", 700, schedule, lab);

        schedule.Plan(_now).Should().BeEmpty();
        schedule.Next.Should().Be(until);
        schedule.Obstructed().Should().BeEmpty("it comes back by itself");
        schedule.Followed!.Tasks[0].Why.ToString().Should().Be("doser is given nothing to do for a while");
        var grant = schedule.Plan(until).Single().Single().Grant;
        grant.Step.Should().Be("dose");
        schedule.Probes("a", grant, until).Should().ContainSingle().Which.Should().Be(new BreakerChanged("doser", BreakerPhase.HalfOpen, "'dose' of a/1 is the probe", until));
        schedule.Probes("a", grant, until).Should().BeEmpty("there is one probe");
    }

    [Fact]
    public void A_sample_that_a_hand_took_stands_nowhere_and_its_trial_is_over()
    {
        Propose("a", 700);
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));
        Do(Plan().Should().ContainSingle().Which.Should().BeOfType<Grant.Carry>().Which);
        _campaigns["a"].Lose();
        Propose("b", 800);
        _schedule.Declare(_campaigns["a"].Declare());
        Plan().Should().BeEmpty("nobody knows where the sample is, and both its places are taken");

        _campaigns["a"].GiveUp();
        _campaigns["a"].Happens(new SampleTaken(1, "arm", "ada", "it hung in the gripper"), _now);
        _campaigns["a"].Happens(new CampaignResumed("lab resume"), _now);
        _schedule.Declare(_campaigns["a"].Declare());

        Plan().Should().ContainSingle().Which.Step.Should().Be("dose");
        _campaigns["a"].Next(_now).First().Should().BeOfType<NextStep.Record>().Which.Event.Should().Be(new TrialAbandoned(1, "its sample is lost: ada took it by hand from arm: it hung in the gripper"));
    }

    [Fact]
    public void Who_may_not_enter_one_furnace_goes_to_the_other()
    {
        Propose("a", 700);
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));
        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare());
        Propose("b", 700);
        Do("b", Plan().Single());
        Pass(TimeSpan.FromMinutes(1));

        Plan().Should().ContainSingle().Which.Should().BeOfType<Grant.Carry>().Which.To.Should().Be(21, "a's sample is not to be heated with it");
    }

    [Fact]
    public void A_sample_does_not_go_where_it_and_another_would_be_in_each_others_way_for_ever()
    {
        var lab = Lab with { Instruments = [.. Lab.Instruments.Where(instrument => instrument.Name != "furnace-b")], Locations = [.. Lab.Locations.Where(location => location.Name != "furnace-b")], Transports = [Lab.Transports[0] with { Between = ["doser", "furnace-a", "eye", "bin"] }] };
        var schedule = new LabSchedule(lab);
        var text = Synthesis.Replace("  - step: heat", "  - step: look\n    actions: [ { instrument: eye, command: acquire, with: { integration: 50 ms } } ]\n  - step: heat", StringComparison.Ordinal);
        foreach (var campaign in (string[])["a", "b"]) _campaigns[campaign] = new DeclaringCampaign(campaign, text, lab, _now);
        Propose("a", 700, schedule, lab);
        foreach (var _ in (string[])["dose", "to the eye", "look", "to the furnace"])
        {
            Do("a", schedule.Plan(_now).Single().Single().Grant, schedule);
            Pass(TimeSpan.FromMinutes(1), schedule);
        }

        Propose("b", 700, schedule, lab);
        var steps = new List<string>();
        for (var k = 0; k < 12; k++)
        {
            foreach (var (campaign, grant) in schedule.Plan(_now).SelectMany(together => together))
            {
                steps.Add($"{campaign} {grant.Step}{(grant is Grant.Carry ? ": carry" : "")}");
                Do(campaign, grant, schedule);
            }

            Pass(TimeSpan.FromMinutes(1), schedule);
        }

        steps.Should().Equal(["a heat", "b dose"], "b's sample could not leave the eye: what is heated goes there next, and nothing is put beside it");
    }

    [Fact]
    public void Who_came_first_stays_first_when_durations_are_learnt()
    {
        _schedule.Supply = ImmutableSortedDictionary<string, double>.Empty.Add("ceria", 1);
        foreach (var campaign in (string[])["z", "a"])
        {
            Propose(campaign, 700);
            _schedule.Declare(Drawing(_campaigns[campaign].Declare()));
            _schedule.Plan(_now).Should().BeEmpty();
        }

        _schedule.Short.Select(waits => waits.Campaign).Should().Equal("z", "a");
        var declared = Drawing(_campaigns["z"].Declare());
        var job = declared.Trials[0].Job;
        var heated = declared.Trials[0] with { Trial = 2, Job = job with { Name = "z/2", Tasks = [job.Tasks.First(task => task.Name == "heat") with { After = [] }] }, Tasks = [new TaskStanding(TaskPhase.Done, 0, _now - TimeSpan.FromHours(5), _now, IsWhole: true)], Draws = [] };
        _schedule.Declare(declared with { Trials = [.. declared.Trials, heated] }).Should().BeTrue("how long it takes to heat is new");
        _schedule.Plan(_now);

        _schedule.Short.Select(waits => waits.Campaign).Should().Equal("z", "a");

        static SchedulerMessage.Declare Drawing(SchedulerMessage.Declare declared) => declared with { Trials = [.. declared.Trials.Select(trial => trial with { Draws = [Ceria("dose", 5)] })] };
    }

    [Fact]
    public void A_step_keeps_to_the_furnace_whose_gas_is_reserved_for_it_where_there_is_not_enough_for_another()
    {
        Propose("a", 700);
        Propose("b", 700);
        _schedule.Supply = ImmutableSortedDictionary<string, double>.Empty.Add("gas-a", 1).Add("gas-b", 1);
        StepDraws either = new("heat", [.. new[] { "a", "b" }.Select(one => new WayDraws([$"furnace-{one}"], ImmutableSortedDictionary<string, double>.Empty.Add($"gas-{one}", 1)))]);
        foreach (var campaign in _campaigns.Values)
        {
            var declared = campaign.Declare();
            _schedule.Declare(declared with { Trials = [.. declared.Trials.Select(trial => trial with { Draws = [either] })] });
        }

        _schedule.Plan(_now);

        _schedule.Short.Should().BeEmpty("there is a furnace with gas for each");
        _schedule.Followed!.Tasks.Where(task => task.Task.Task == "heat").OrderBy(task => task.Task.Job, StringComparer.Ordinal).Select(task => task.Resources.Single()).Should().Equal("furnace-a", "furnace-b");
    }

    private static StepDraws Ceria(string step, double amount) => new(step, [new WayDraws([], ImmutableSortedDictionary<string, double>.Empty.Add("ceria", amount))]);

    private static LabStations WithBreaker(string name) =>
        Lab with { Instruments = [.. Lab.Instruments.Select(instrument => instrument.Name == name ? instrument with { Breaker = new BreakerLimits(1, TimeSpan.FromHours(1), TimeSpan.FromMinutes(10)) } : instrument)] };

    private SchedulerMessage.Concluded Failure(string instrument)
    {
        var action = ActionId.Derive("a", 9, "heat", 0, 1);
        return new SchedulerMessage.Concluded("a", instrument, action, new ResultFrame(action, ActionStatus.Failed, CauseCode.HardwareFault, "broken", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], _now, _now, 1), _now);
    }

    private void Propose(string campaign, double warmth, LabSchedule? schedule = null, LabStations? lab = null)
    {
        if (!_campaigns.TryGetValue(campaign, out var declaring)) _campaigns[campaign] = declaring = new DeclaringCampaign(campaign, Synthesis, lab ?? Lab, _now);
        declaring.Propose(new TrialValues([new("warmth", TrialValue.Of(Quantity.Of(warmth, "°C")))]), _now);
        (schedule ?? _schedule).Declare(declaring.Declare());
    }

    private IReadOnlyList<Grant> Plan() => [.. _schedule.Plan(_now).SelectMany(together => together).Select(one => one.Grant)];

    private void Do(Grant grant) => Do(_campaigns.Keys.Single(), grant);

    private void Do(string campaign, Grant grant, LabSchedule? schedule = null)
    {
        _campaigns[campaign].Begin(grant, _now);
        (schedule ?? _schedule).Declare(_campaigns[campaign].Declare(grant.Number));
    }

    /// <summary>What runs for a minute has ended; heating goes on, unless it is said to be over.</summary>
    private void Pass(TimeSpan time, LabSchedule? schedule = null, bool isHeated = false)
    {
        _now += time;
        foreach (var declaring in _campaigns.Values)
        {
            declaring.End(_now, isHeated);
            (schedule ?? _schedule).Declare(declaring.Declare());
        }
    }
}
