using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Holds over several steps and one after the other, and holds that are shorter than what lies between.</summary>
public sealed class HoldChainTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private readonly SchedulingState _lab = SchedulingState.Of(new LabLayout([new LabResource("mixer", "mixer"), new LabResource("rinser", "rinser"), new LabResource("meter", "meter"), new LabResource("balance", "balance")]));

    [Fact]
    public void A_hold_that_is_shorter_than_what_lies_between_is_missed_by_as_little_as_can_be()
    {
        var state = Running(_lab.Add(new Job("busy", "owner", [Task("measure", "meter", 50)])), "busy", "measure", 0)
            .Add(new Job("sample", "owner", [Task("mix", "mixer", 10), Task("rinse", "rinser", 8) with { After = [After("mix")] }, Task("measure", "meter", 5) with { After = [After("rinse"), After("mix", 5)] }]));

        var plan = Scheduler.Plan(state, Now);

        (Start(plan, "mix"), Start(plan, "rinse"), Start(plan, "measure"), plan[new TaskKey("sample", "measure")]!.IsLate).Should().Be((32, 42, 50, true));
    }

    [Fact]
    public void A_carriage_that_takes_longer_than_the_hold_is_waited_for_as_shortly_as_can_be()
    {
        var lab = SchedulingState.Of(new LabLayout([new LabResource("mixer", "mixer"), new LabResource("arm", "arm"), new LabResource("meter", "meter")])
        {
            Locations = [new LabLocation("bench", 1), new LabLocation("stage", 1)],
            Routes = [new Route("bench", "stage", TimeSpan.FromMinutes(3), ["arm"])],
        });
        var state = Enumerable.Range(0, 12).Aggregate(lab, (before, number) => before.Add(new Job($"{number}", "owner",
            [At("bench", Task("mix", "mixer", 10)), At("stage", Task("measure", "meter", 20)) with { After = [After("mix", 2)] }])));

        var plan = Scheduler.Plan(state, Now);

        plan.Tasks.Where(task => task.Task.Task == "measure").Select(task => (task.Start - plan[new TaskKey(task.Task.Job, "mix")]!.End).TotalMinutes).Should().Equal(Enumerable.Repeat(3.0, 12));

        static JobTask At(string location, JobTask task) => task with { Sample = "sample", Ways = [task.Ways[0] with { Location = location }] };
    }

    /// <summary>The balance is expected back in time, and may take much longer: that is no reason to let a sample be late whose time runs.</summary>
    [Fact]
    public void No_step_of_a_chain_is_late_so_that_what_comes_at_its_end_may_take_longer()
    {
        var weigh = Task("weigh", "balance", 50, longest: 110);
        var job = new Job("sample", "owner", [Task("mix", "mixer", 10), Task("rinse", "rinser", 10) with { After = [After("mix", 20)] }, Task("measure", "meter", 10) with { After = [After("rinse", 20)] }, Task("weigh", "balance", 10) with { After = [After("measure", 20)] }]);
        var state = Running(_lab.Add(job).Add(new Job("busy", "owner", [weigh])), "busy", "weigh", 0);
        state = Running(state, "sample", "mix", -25).With(new SchedulingEvent.TaskEnded(new TaskKey("sample", "mix"), Now.AddMinutes(-15)));

        var plan = Scheduler.Plan(state, Now);

        plan.Tasks.Should().NotContain(task => task.IsLate);
        (Start(plan, "rinse"), Start(plan, "measure"), Start(plan, "weigh")).Should().Be((5, 35, 50), "as late as they may, so that the balance may come as late as it can");
    }

    /// <summary>The meter is at another's measurement, which may take an hour; so may ours, and it is to be over when the balance has to begin.</summary>
    [Theory]
    [InlineData(60, 30)]
    [InlineData(20, 0)]
    public void It_is_mixed_when_what_lies_between_can_be_done_in_time_in_any_case(int longest, int starts)
    {
        var state = Running(_lab.Add(new Job("busy", "owner", [Task("measure", "meter", 10, longest)])), "busy", "measure", 0).Add(Weighed(longest));

        Start(Scheduler.Plan(state, Now), "mix").Should().Be(starts);
    }

    [Theory]
    [InlineData(60, 40)]
    [InlineData(25, 0)]
    public void Nothing_that_might_be_in_its_way_goes_before_what_lies_between(int longest, int starts)
    {
        var state = Running(_lab.Add(Weighed(60)), "sample", "mix", 0).Add(new Job("other", "owner", [Task("measure", "meter", 8, longest)]));

        var plan = Scheduler.Plan(state, Now);

        (plan[new TaskKey("other", "measure")]!.Start - Now).TotalMinutes.Should().Be(starts);
    }

    /// <summary>Stirring and heating on one plate: how long the first may take is no reason to wait, since the time counts from its end.</summary>
    [Fact]
    public void What_a_job_does_itself_on_an_instrument_is_not_in_its_way()
    {
        var state = _lab.Add(new Job("sample", "owner", [Task("mix", "mixer", 10, longest: 100), Task("heat", "mixer", 10) with { After = [After("mix", 5)] }]))
            .Add(new Job("other", "owner", [Task("stir", "mixer", 15) with { NotBefore = Now.AddMinutes(20) }]));

        (Start(Scheduler.Plan(state, Now), "mix"), Start(Scheduler.Plan(state, Now), "heat")).Should().Be((0, 10));
    }

    [Fact]
    public void A_batch_is_not_kept_open_until_its_sample_is_late()
    {
        var state = SchedulingState.Of(new LabLayout([new LabResource("mixer", "mixer"), new LabResource("oven", "oven", 4, IsBatch: true) { FillFor = TimeSpan.FromMinutes(30) }]))
            .Add(new Job("sample", "owner", [Task("mix", "mixer", 10), Task("bake", "oven", 60) with { After = [After("mix", 20)] }]));

        var plan = Scheduler.Plan(state, Now);

        (Start(plan, "mix"), Start(plan, "bake")).Should().Be((0, 15));
        Start(Scheduler.Plan(Running(state, "sample", "mix", 0), Now), "bake").Should().Be(15);
        var mixed = Running(state, "sample", "mix", -28).With(new SchedulingEvent.TaskEnded(new TaskKey("sample", "mix"), Now.AddMinutes(-16)));
        Start(Scheduler.Plan(mixed, Now), "bake").Should().Be(1, "of four minutes that are left");
    }

    [Fact]
    public void What_cannot_begin_for_what_follows_it_says_so()
    {
        var state = _lab.Add(new Job("sample", "owner", [Task("mix", "mixer", 10), Task("measure", "meter", 5) with { After = [After("mix", 5)] }, Task("weigh", "balance", 5) with { After = [After("measure", 5)] }])).With(new SchedulingEvent.ResourceOut("meter", Now));

        Scheduler.Plan(state, Now).Unplanned.Select(left => (left.Task.Task, left.Why)).Should().Equal(
            ("mix", new WaitReason(WaitKind.Follower, "measure")), ("measure", new WaitReason(WaitKind.Out, "meter")), ("weigh", new WaitReason(WaitKind.Predecessor, "measure")));
    }

    private static Job Weighed(int longest) => new("sample", "owner", [Task("mix", "mixer", 30), Task("measure", "meter", 10, longest) with { After = [After("mix")] }, Task("weigh", "balance", 10) with { After = [After("measure"), After("mix", 60)] }]);

    private static JobTask Task(string name, string need, int minutes, int? longest = null) => new(name, [new Way([new Need(need)], TimeSpan.FromMinutes(minutes)) { Longest = TimeSpan.FromMinutes(longest ?? minutes), Shortest = TimeSpan.FromMinutes(minutes) }]);

    private static Predecessor After(string task, int? hold = null) => new(task, hold is { } minutes ? TimeSpan.FromMinutes(minutes) : null);

    private static SchedulingState Running(SchedulingState state, string job, string task, int since) => state.With(new SchedulingEvent.TaskStarted(new TaskKey(job, task), 0, Now.AddMinutes(since)));

    private static double Start(Schedule plan, string task) => (plan[new TaskKey("sample", task)]!.Start - Now).TotalMinutes;
}
