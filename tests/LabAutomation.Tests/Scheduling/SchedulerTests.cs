using System.Collections.Immutable;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

public sealed class SchedulerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_short_job_goes_into_a_gap_and_delays_nobody()
    {
        var state = Lab(new LabResource("oven", "oven"), new LabResource("scale", "scale"))
            .Add(Job("long", Task("weigh", "scale", 10), Task("bake", "oven", 30, "weigh"), Task("weigh again", "scale", 5, "bake")))
            .Add(Job("short", Task("weigh", "scale", 20)));

        var plan = Scheduler.Plan(state, Now);

        Start(plan, "short", "weigh").Should().Be(10);
        Start(plan, "long", "weigh again").Should().Be(40);
    }

    [Fact]
    public void A_task_waits_where_what_follows_could_not_come_in_time_and_says_so()
    {
        var state = Lab(new LabResource("mixer", "mix"), new LabResource("meter", "measure"))
            .Add(Job("first", Task("measure", "measure", 60)))
            .Add(Job("second", Task("mix", "mix", 10), Task("measure", "measure", 5, "mix", hold: 15)));

        var plan = Scheduler.Plan(state, Now);

        Start(plan, "second", "mix").Should().Be(42.5, "half of the time is left over");
        Start(plan, "second", "measure").Should().Be(60);
        Find(plan, "second", "mix").Why.Should().Be(new WaitReason(WaitKind.Hold, "measure"));
        Find(plan, "second", "measure").Why.Should().Be(new WaitReason(WaitKind.Resource, "meter"));
    }

    [Fact]
    public void A_batch_starts_and_ends_together_and_has_one_setting()
    {
        var state = Lab(new LabResource("furnace", "bake", 2, IsBatch: true, SetUp: TimeSpan.FromMinutes(5)));
        foreach (var (name, setting) in new[] { ("a", "hot"), ("b", "cold"), ("c", "hot"), ("d", "hot") }) state = state.Add(Job(name, new JobTask("bake", [new Way([new Need("bake")], TimeSpan.FromMinutes(60), Setting: setting)])));

        var plan = Scheduler.Plan(state, Now);

        plan.Tasks.Select(task => (task.Task.Job, Minutes(task.Start))).Should().BeEquivalentTo([("a", 5), ("c", 5), ("b", 70), ("d", 135)]);
        plan.SetUps.Select(setUp => (setUp.Setting, Minutes(setUp.Start))).Should().Equal(("hot", 0), ("cold", 65), ("hot", 130));
    }

    [Fact]
    public void The_other_instrument_serves_while_one_is_out_and_nothing_does_while_both_are()
    {
        var state = Lab(new LabResource("one", "measure"), new LabResource("two", "measure")).Add(Job("job", Task("measure", "measure", 5)));

        var out1 = state.With(new SchedulingEvent.ResourceOut("one", Now));
        var out2 = out1.With(new SchedulingEvent.ResourceOut("two", Now));

        Find(Scheduler.Plan(state, Now), "job", "measure").Resources.Should().Equal("one");
        Find(Scheduler.Plan(out1, Now), "job", "measure").Resources.Should().Equal("two");
        Scheduler.Plan(out2, Now).Unplanned.Should().Equal(new UnplannedTask(new TaskKey("job", "measure"), new WaitReason(WaitKind.Out, "one")));
        Start(Scheduler.Plan(out2.With(new SchedulingEvent.ResourceBack("one")), Now), "job", "measure").Should().Be(0);
        var back = Scheduler.Plan(state.With(new SchedulingEvent.ResourceOut("one", Now, Now.AddMinutes(10))).With(new SchedulingEvent.ResourceOut("two", Now)), Now);
        Find(back, "job", "measure").Why.Should().Be(new WaitReason(WaitKind.Barred, "one"));
    }

    [Fact]
    public void Nothing_starts_that_would_reach_into_a_window_without_the_resource()
    {
        var state = Lab(new LabResource("person", "person")).Add(Job("job", Task("refill", "person", 30)))
            .With(new SchedulingEvent.ResourceOut("person", Now.AddMinutes(20), Now.AddMinutes(50)));

        Start(Scheduler.Plan(state, Now), "job", "refill").Should().Be(50);
    }

    [Fact]
    public void Owners_take_turns_and_a_higher_priority_goes_first()
    {
        var state = Lab(new LabResource("meter", "measure"));
        for (var number = 0; number < 3; number++) state = state.Add(Job($"a{number}", "a", 0, Task("measure", "measure", 10)));
        for (var number = 0; number < 3; number++) state = state.Add(Job($"b{number}", "b", 0, Task("measure", "measure", 10)));
        state = state.Add(Job("urgent", "a", 5, Task("measure", "measure", 10)));

        Scheduler.Plan(state, Now).Tasks.Select(task => task.Task.Job).Should().Equal("urgent", "a0", "b0", "a1", "b1", "a2", "b2");
    }

    /// <summary>A campaign that is nobody's has a share of its own, though it is called as somebody is.</summary>
    [Fact]
    public void The_lab_is_shared_between_people_first_and_then_between_the_campaigns_of_each()
    {
        var state = Lab(new LabResource("meter", "measure"));
        foreach (var (owner, principal) in new[] { ("a", "ada"), ("b", "ada"), ("c", "bob"), ("ada", null) })
            for (var number = 0; number < 2; number++) state = state.Add(Job($"{owner}{number}", owner, 0, Task("measure", "measure", 10)) with { Principal = principal });

        Scheduler.Plan(state, Now).Tasks.Select(task => task.Task.Job).Should().Equal("a0", "ada0", "c0", "b0", "ada1", "c1", "a1", "b1");
    }

    [Fact]
    public void What_a_campaign_of_somebody_has_used_counts_for_all_of_theirs()
    {
        var state = Lab(new LabResource("meter", "measure")).Add(Job("a0", "a", 0, Task("measure", "measure", 10)) with { Principal = "ada" }).Add(Job("b0", "b", 0, Task("measure", "measure", 10)) with { Principal = "ada" })
            .Add(Job("c0", "c", 0, Task("measure", "measure", 10)) with { Principal = "bob" });

        Scheduler.Plan(state.WithJobs(state.Jobs.Values, [new("a", TimeSpan.FromHours(1).Ticks), new("c", TimeSpan.FromMinutes(50).Ticks)]), Now).Tasks.Select(task => task.Task.Job).Should().Equal("c0", "b0", "a0");
    }

    [Fact]
    public void What_somebody_has_used_counts_though_the_campaign_that_used_it_has_nothing_to_do_now()
    {
        var state = Lab(new LabResource("meter", "measure")).Add(Job("b0", "b", 0, Task("measure", "measure", 10)) with { Principal = "ada" }).Add(Job("c0", "c", 0, Task("measure", "measure", 10)) with { Principal = "bob" });

        Scheduler.Plan(state, Now).Tasks.Select(task => task.Task.Job).Should().Equal("b0", "c0");
        var used = state with { Shares = state.Shares.Add(("ada", false), TimeSpan.FromHours(10).Ticks).Add(("bob", false), TimeSpan.FromHours(5).Ticks) };
        Scheduler.Plan(used, Now).Tasks.Select(task => task.Task.Job).Should().Equal("c0", "b0");
    }

    [Fact]
    public void The_lab_looks_again_when_what_is_waited_for_is_overdue_and_something_else_can_serve()
    {
        var (first, second) = (new Way([new Need("measure")], TimeSpan.FromMinutes(10)), new Way([new Need("slow")], TimeSpan.FromMinutes(40)));
        var state = Lab(new LabResource("meter-1", "measure"), new LabResource("meter-2", "slow")).Add(Job("a", Task("measure", "measure", 20)))
            .Add(new Job("b", "b", [new JobTask("measure", [first, second])])).With(new SchedulingEvent.TaskStarted(new TaskKey("a", "measure"), 0, Now));
        var (looks, plan) = (new List<double>(), Scheduler.Plan(state, Now));

        while (NextLook.After(plan, isUnheard: false, [], task => task.Job == "b") is { } look && looks.Count < 9)
        {
            looks.Add((look - Now).TotalMinutes);
            plan = Scheduler.Plan(state, look);
        }

        looks.Should().HaveCountLessThan(9).And.StartWith(20.5).And.BeInAscendingOrder();
        Find(plan, "b", "measure").Resources.Should().Equal("meter-2");
        NextLook.After(Scheduler.Plan(state, Now), isUnheard: false, [], _ => false).Should().BeNull("what has no other way is looked at when something ends");
    }

    [Fact]
    public void A_job_with_a_deadline_goes_before_its_equals_and_is_called_late_where_that_does_not_help()
    {
        var state = Lab(new LabResource("meter", "measure"))
            .Add(Job("early", Task("measure", "measure", 30)))
            .Add(Job("due", Task("measure", "measure", 10) with { StartBy = Now.AddMinutes(20) }));
        var busy = state.With(new SchedulingEvent.TaskStarted(new TaskKey("early", "measure"), 0, Now));

        Scheduler.Plan(state, Now).Tasks.Select(task => (task.Task.Job, task.IsLate)).Should().Equal(("due", false), ("early", false));
        Find(Scheduler.Plan(busy, Now), "due", "measure").IsLate.Should().BeTrue();
    }

    /// <summary>Each has to go where the other is; only the one with the nest as its next goal can make room.</summary>
    [Fact]
    public void Samples_that_stand_in_each_others_way_are_untangled()
    {
        var state = SchedulingState.Of(Places(("left", 1), ("right", 1), ("nest", 1)))
            .Add(Carried("one", "left", "right", "nest") with { SamplesAt = At("left") })
            .Add(Carried("two", "right", "nest", "left") with { SamplesAt = At("right") });

        var plan = Scheduler.Plan(state, Now);

        plan.Unplanned.Should().BeEmpty();
        Find(plan, "two", "to nest").Move!.Start.Should().BeBefore(Find(plan, "one", "to right").Move!.Start);
    }

    [Fact]
    public void Samples_that_cannot_pass_each_other_say_where_they_are_blocked()
    {
        var state = SchedulingState.Of(Places(("left", 1), ("right", 1)))
            .Add(Carried("one", "left", "right") with { SamplesAt = At("left") })
            .Add(Carried("two", "right", "left") with { SamplesAt = At("right") });

        Scheduler.Plan(state, Now).Unplanned.Where(task => task.Task.Task != $"to {state.Jobs[task.Task.Job].Shape.Job.SamplesAt["sample"]}").Select(task => (task.Task.Job, task.Why)).Should().Equal(("one", new WaitReason(WaitKind.Blocked, "right")), ("two", new WaitReason(WaitKind.Blocked, "left")));
    }

    /// <summary>One sample at a time is let between two places that lead into each other: two of them would block each other for good.</summary>
    [Fact]
    public void A_sample_is_not_let_in_where_it_could_not_get_out_again()
    {
        var state = SchedulingState.Of(Places(("left", 1), ("right", 1)))
            .Add(Carried("one", "left", "right", "left"))
            .Add(Carried("two", "right", "left", "right"));

        var plan = Scheduler.Plan(state, Now);

        plan.Unplanned.Should().BeEmpty();
        Find(plan, "two", "to right").Start.Should().BeOnOrAfter(Find(plan, "one", "to left again").Move!.End);
    }

    [Fact]
    public void Jobs_beyond_what_is_planned_ahead_are_told_so()
    {
        var state = Lab(new LabResource("meter", "measure")).Add(Job("a", Task("measure", "measure", 10))).Add(Job("b", Task("measure", "measure", 10)));

        var plan = Scheduler.Plan(state, Now, ahead: 1);

        plan.Tasks.Should().ContainSingle();
        plan.Unplanned.Should().ContainSingle().Which.Why.Kind.Should().Be(WaitKind.Later);
    }

    [Fact]
    public void An_overdue_task_is_expected_to_go_on_for_a_while()
    {
        var state = Lab(new LabResource("meter", "measure")).Add(Job("a", Task("measure", "measure", 20))).Add(Job("b", Task("measure", "measure", 10)))
            .With(new SchedulingEvent.TaskStarted(new TaskKey("a", "measure"), 0, Now));

        var plan = Scheduler.Plan(state, Now.AddMinutes(30));

        Start(plan, "b", "measure").Should().Be(40, "as long again as it has been overdue");
        plan.Due.Should().BeEmpty();
        plan.Next.Should().Be(Now.AddMinutes(40));
        Start(Scheduler.Plan(state, Now.AddMinutes(20)), "b", "measure").Should().Be(21);
    }

    [Theory]
    [InlineData("loop", "wait for each other")]
    [InlineData("unknown", "needs 'laser'")]
    [InlineData("missing", "after 'nothing'")]
    public void A_job_that_cannot_be_right_is_refused_with_the_reason(string fault, string says)
    {
        var job = fault switch
        {
            "loop" => Job("job", Task("a", "measure", 1, "b"), Task("b", "measure", 1, "a")),
            "unknown" => Job("job", Task("a", "laser", 1)),
            _ => Job("job", Task("a", "measure", 1, "nothing")),
        };

        FluentActions.Invoking(() => Lab(new LabResource("meter", "measure")).Add(job)).Should().Throw<ArgumentException>().WithMessage($"*'job'*{says}*");
    }

    private static Job Carried(string name, params string[] stops)
    {
        var names = stops.Select((stop, index) => Array.IndexOf(stops, stop) < index ? $"to {stop} again" : $"to {stop}").ToArray();
        return Job(name, [.. stops.Select((stop, index) => new JobTask(names[index], [new Way([], TimeSpan.FromMinutes(10), stop)]) { Sample = "sample" })]);
    }

    private static ImmutableSortedDictionary<string, string> At(string place) => ImmutableSortedDictionary<string, string>.Empty.Add("sample", place);

    private static LabLayout Places(params (string Name, int Capacity)[] places) => new(
        [new LabResource("arm", "carry")],
        [.. places.Select(place => new LabLocation(place.Name, place.Capacity))],
        [.. places.SelectMany(from => places.Where(to => to != from).Select(to => new Route(from.Name, to.Name, TimeSpan.FromMinutes(1), ["carry"])))]);

    private static SchedulingState Lab(params LabResource[] resources) => SchedulingState.Of(new LabLayout([.. resources]));

    private static Job Job(string name, params JobTask[] tasks) => Job(name, "owner", 0, tasks);

    private static Job Job(string name, string owner, int priority, params JobTask[] tasks) => new(name, owner, [.. tasks], priority);

    private static JobTask Task(string name, string need, int minutes, string? after = null, int? hold = null) =>
        new(name, [new Way([new Need(need)], TimeSpan.FromMinutes(minutes))]) { After = after is null ? [] : [new Predecessor(after, hold is { } most ? TimeSpan.FromMinutes(most) : null)] };

    private static PlannedTask Find(Schedule plan, string job, string task) => plan[new TaskKey(job, task)]!;

    private static double Start(Schedule plan, string job, string task) => Minutes(Find(plan, job, task).Start);

    private static double Minutes(DateTimeOffset at) => (at - Now).TotalMinutes;
}

internal static class SchedulingStates
{
    public static SchedulingState Add(this SchedulingState state, Job job) => state.With(new SchedulingEvent.JobAdded(job));
}
