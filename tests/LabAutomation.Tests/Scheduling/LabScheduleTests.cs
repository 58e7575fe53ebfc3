using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Scheduling;

/// <summary>What campaigns declare, and what the lab grants them: the rules, without actors, clock or bus.</summary>
public sealed class LabScheduleTests : SynthesisStage
{
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
}
