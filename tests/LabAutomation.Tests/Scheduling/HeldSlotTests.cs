using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Samples that have to be measured in time, where things take longer or shorter than expected.</summary>
public sealed class HeldSlotTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private readonly SchedulingState _lab = SchedulingState.Of(new LabLayout([new LabResource("mixer", "mix"), new LabResource("other mixer", "mix"), new LabResource("meter", "measure")]));

    /// <summary>The one that comes after it could begin to mix at once, and its measurement would not leave room for the other before.</summary>
    [Fact]
    public void A_sample_that_is_late_is_not_passed_by_one_that_is_not_even_mixed()
    {
        var rinsed = Job("next", Task("rinse", "mix", 1), Task("mix", "mix", 10, "rinse") with { After = [new Predecessor("rinse", TimeSpan.FromHours(1))] }, Measure(30, hold: 15));
        var state = Running(_lab.Add(rinsed).Add(Job("late", Task("mix", "mix", 10), Measure(30, hold: 15))).Add(Job("first", Task("measure", "measure", 5))), ("first", "measure"));
        state = Done(Running(Done(Running(state, ("next", "rinse")), ("next", "rinse")), ("late", "mix"), -60), ("late", "mix"), -50);

        var plan = Scheduler.Plan(state, Now);

        (Start(plan, "late", "measure"), plan[new TaskKey("late", "measure")]!.IsLate).Should().Be((5, true));
        plan[new TaskKey("next", "measure")]!.IsLate.Should().BeFalse();
    }

    [Fact]
    public void Of_two_that_wait_the_one_whose_time_is_over_first_is_measured_first()
    {
        var state = _lab.Add(Job("patient", Task("mix", "mix", 10), Measure(8, hold: 60))).Add(Job("urgent", Task("mix", "mix", 10), Measure(8, hold: 5)));
        state = Done(Running(Done(Running(state, ("patient", "mix"), -10), ("patient", "mix")), ("urgent", "mix"), -10), ("urgent", "mix"));

        Scheduler.Plan(state, Now).Tasks.Select(task => task.Task.Job).Should().Equal("urgent", "patient");
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(30, 11)]
    public void Nothing_that_might_be_in_its_way_goes_before_a_sample_that_is_being_mixed(int longest, int starts)
    {
        var state = Running(_lab.Add(Job("held", Task("mix", "mix", 10), Measure(1, hold: 5))), ("held", "mix"))
            .Add(Job("other", new JobTask("measure", [new Way([new Need("measure")], TimeSpan.FromMinutes(8)) { Longest = TimeSpan.FromMinutes(longest) }])));

        Start(Scheduler.Plan(state, Now), "other", "measure").Should().Be(starts);
    }

    /// <summary>Behind what is waited for stands something else, and somebody else's sample.</summary>
    [Theory]
    [InlineData(false, 40)]
    [InlineData(true, 52)]
    public void What_goes_behind_it_goes_where_there_is_room(bool isAnotherWaitedFor, int starts)
    {
        var late = new JobTask("measure", [new Way([new Need("measure")], TimeSpan.FromMinutes(5)) { Longest = TimeSpan.FromMinutes(50) }]);
        var state = Running(_lab.Add(Job("held", Task("mix", "mix", 10), Measure(10, hold: 5))), ("held", "mix")).Add(Job("there", Task("measure", "measure", 20) with { NotBefore = Now.AddMinutes(20) }));
        if (isAnotherWaitedFor) state = Running(state.Add(Job("next", Task("mix", "other mixer", 50), Measure(2, hold: 1))), ("next", "mix"));

        Start(Scheduler.Plan(state.Add(Job("long", late)), Now), "long", "measure").Should().Be(starts);
    }

    [Theory]
    [InlineData(20, 10, 2.5)]     // half of the time is left over
    [InlineData(60, 10, 35)]     // the meter may be busy for an hour
    [InlineData(20, 2, 3)]     // it may be mixed in two minutes
    [InlineData(60, 2, 43)]
    public void It_is_mixed_when_the_meter_is_free_in_time_in_any_case(int longest, int shortest, double starts)
    {
        var busy = new JobTask("measure", [new Way([new Need("measure")], TimeSpan.FromMinutes(20)) { Longest = TimeSpan.FromMinutes(longest) }]);
        var mix = new JobTask("mix", [new Way([new Need("mix")], TimeSpan.FromMinutes(10)) { Shortest = TimeSpan.FromMinutes(shortest) }]);
        var state = Running(_lab.Add(Job("busy", busy)), ("busy", "measure")).Add(Job("sample", mix, Measure(5, hold: 15)));

        Start(Scheduler.Plan(state, Now), "sample", "mix").Should().Be(starts);
    }

    /// <summary>What is done in between takes its time in any case, and half of the rest is left over.</summary>
    [Fact]
    public void A_hold_over_several_steps_is_kept_as_one_between_two()
    {
        var (rinse, measure) = (Task("rinse", "other mixer", 8, "mix"), Task("measure", "measure", 5, "rinse"));
        var state = Running(_lab.Add(Job("busy", Task("measure", "measure", 30))), ("busy", "measure"))
            .Add(Job("sample", Task("mix", "mixer", 10), rinse, measure with { After = [.. measure.After, new Predecessor("mix", TimeSpan.FromMinutes(15))] }));

        var plan = Scheduler.Plan(state, Now);

        (Start(plan, "sample", "mix"), Start(plan, "sample", "measure")).Should().Be((8.5, 30));
    }

    [Fact]
    public void Nothing_is_mixed_while_the_meter_does_what_has_taken_longer_than_it_may()
    {
        var state = Running(_lab.Add(Job("busy", Task("measure", "measure", 20))), ("busy", "measure"), -25).Add(Job("sample", Task("mix", "mix", 10), Measure(5, hold: 15)));

        Scheduler.Plan(state, Now).Due.Should().BeEmpty();
        Scheduler.Plan(Done(state, ("busy", "measure")), Now).Due.Should().ContainSingle().Which.Task.Task.Should().Be("mix");
    }

    /// <summary>How long it takes to weigh nobody knows: the meter is not kept from a sample that waits for it so that the balance is free for that one in any case.</summary>
    [Fact]
    public void A_sample_whose_time_is_nearly_over_is_weighed_before_one_that_can_still_wait_to_be_measured()
    {
        var weigh = new JobTask("weigh", [new Way([new Need("other mixer")], TimeSpan.FromMinutes(60)) { Longest = TimeSpan.FromMinutes(600) }]) { After = [new Predecessor("measure", TimeSpan.FromMinutes(10))] };
        var state = Running(_lab.Add(Job("next", Task("mix", "mix", 30), Measure(10, hold: 20), weigh)).Add(Job("late", Task("mix", "mix", 10), Measure(10, hold: 20), weigh)), ("late", "mix"), -20);
        state = Running(Done(Running(Done(state, ("late", "mix"), -10), ("late", "measure"), -10), ("late", "measure")), ("next", "mix"));

        var plan = Scheduler.Plan(state, Now);

        plan.Tasks.Should().NotContain(task => task.IsLate);
        (Start(plan, "late", "weigh"), Start(plan, "next", "measure"), Start(plan, "next", "weigh")).Should().Be((0, 50, 60));
    }

    private static Job Job(string name, params JobTask[] tasks) => new(name, "owner", [.. tasks]);

    private static JobTask Task(string name, string need, int minutes, string? after = null) =>
        new(name, [new Way([new Need(need)], TimeSpan.FromMinutes(minutes))]) { After = after is null ? [] : [new Predecessor(after, null)] };

    private static JobTask Measure(int minutes, int hold) => Task("measure", "measure", minutes) with { After = [new Predecessor("mix", TimeSpan.FromMinutes(hold))] };

    private static SchedulingState Running(SchedulingState state, (string Job, string Task) task, int since = 0) => state.With(new SchedulingEvent.TaskStarted(new TaskKey(task.Job, task.Task), 0, Now.AddMinutes(since)));

    private static SchedulingState Done(SchedulingState state, (string Job, string Task) task, int at = 0) => state.With(new SchedulingEvent.TaskEnded(new TaskKey(task.Job, task.Task), Now.AddMinutes(at)));

    private static double Start(Schedule plan, string job, string task) => (plan[new TaskKey(job, task)]!.Start - Now).TotalMinutes;
}
