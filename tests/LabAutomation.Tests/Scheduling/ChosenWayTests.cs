using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Two cells, both busy, and a trial that is to be made at one of them.</summary>
public sealed class ChosenWayTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private readonly SchedulingState _lab = new[] { Task("left", "cell a", 10), Task("right", "cell b", 20) }.Aggregate(
        SchedulingState.Of(new LabLayout([new LabResource("cell a", "cell"), new LabResource("cell b", "cell")])),
        (state, task) => state.With(new SchedulingEvent.JobAdded(new Job(task.Name, "ada", [task]))).With(new SchedulingEvent.TaskStarted(new TaskKey(task.Name, task.Name), 0, Start)));

    [Fact]
    public void What_a_search_has_chosen_stands_as_long_as_things_go_as_planned()
    {
        var state = Following(_lab.With(new SchedulingEvent.JobAdded(new Job("c", "bob", [Task("make", "cell", 15)]))), way: 1, at: 20).With(new SchedulingEvent.TaskEnded(new TaskKey("left", "left"), Start.AddMinutes(10)));

        Planned(state, 10).Should().Be(("cell b", 20));
    }

    [Fact]
    public void Where_that_would_be_later_it_goes_where_it_ends_first()
    {
        var state = Following(_lab.With(new SchedulingEvent.JobAdded(new Job("c", "bob", [Task("make", "cell", 15)]))), way: 0, at: 10).With(new SchedulingEvent.TaskEnded(new TaskKey("right", "right"), Start.AddMinutes(12)));

        Planned(state, 12).Should().Be(("cell b", 12), "what runs at the other takes longer than expected");
        Planned(state.Following(Scheduler.Plan(state, Start.AddMinutes(12))), 12).Should().Be(("cell b", 12));
    }

    [Fact]
    public void That_holds_for_what_has_begun_too()
    {
        var job = new Job("c", "bob", [Task("dose", "cell", 1), Task("make", "cell", 15) with { After = [new Predecessor("dose", TimeSpan.FromHours(1))] }]);
        var state = _lab.With(new SchedulingEvent.JobAdded(job)).With(new SchedulingEvent.TaskStarted(new TaskKey("c", "dose"), 0, Start)).With(new SchedulingEvent.TaskEnded(new TaskKey("c", "dose"), Start.AddMinutes(1)));
        state = state.Following(Scheduler.Plan(state, Start.AddMinutes(1)));

        Planned(state, 1).Should().Be(("cell a", 10));
        Planned(state.With(new SchedulingEvent.TaskEnded(new TaskKey("right", "right"), Start.AddMinutes(12))), 12).Should().Be(("cell b", 12));
    }

    /// <summary>What a search has drawn by chance, and what was worth it once.</summary>
    [Fact]
    public void A_way_that_is_worth_nothing_is_left_to_the_plan_by_the_next_search()
    {
        var state = Enumerable.Range(0, 3).Aggregate(_lab, (lab, number) => lab.With(new SchedulingEvent.JobAdded(new Job($"other {number}", "eve", [Task("wait", "cell a", 1)]))));
        state = Following(state.With(new SchedulingEvent.JobAdded(new Job("c", "bob", [Task("make", "cell", 15)]))), way: 1, at: 20).With(new SchedulingEvent.TaskEnded(new TaskKey("left", "left"), Start.AddMinutes(5)));

        Planned(state, 5).Should().Be(("cell b", 20));
        Planned(state.Following(Scheduler.Improve(state, Start.AddMinutes(5), 1_000)!), 5).Resource.Should().Be("cell a");
    }

    /// <summary>Its first choice is overtaken by an urgent job, and the next search chooses it again for a later time.</summary>
    [Fact]
    public void What_a_search_has_found_is_waited_for_as_long_as_that_search_has_planned_it()
    {
        var state = Following(_lab.With(new SchedulingEvent.JobAdded(new Job("c", "bob", [Task("make", "cell", 15)]))), way: 1, at: 20);

        Planned(Following(state, way: 1, at: 26, isFound: true).With(new SchedulingEvent.TaskExpected(new TaskKey("right", "right"), Start.AddMinutes(26))), 0).Should().Be(("cell b", 26));
        Planned(Following(state, way: 1, at: 26, isFound: false).With(new SchedulingEvent.TaskExpected(new TaskKey("right", "right"), Start.AddMinutes(26))), 0).Should().Be(("cell a", 10), "another plan is no reason to wait longer");
    }

    /// <summary>Of two jobs at a third place the shorter one had better come first, which is worth next to nothing.</summary>
    [Fact]
    public void A_way_that_the_search_itself_has_drawn_for_nothing_is_no_reason_to_follow_it()
    {
        foreach (var others in Enumerable.Range(1, 4))
        {
            var state = _lab.Jobs.Values.OrderBy(job => job.Number).Aggregate(SchedulingState.Of(new LabLayout([.. _lab.Layout.Layout.Resources, new LabResource("oven", "bake")])), (lab, job) => lab.With(new SchedulingEvent.JobAdded(job.Shape.Job)));
            state = state.With(new SchedulingEvent.TaskStarted(new TaskKey("left", "left"), 0, Start)).With(new SchedulingEvent.TaskStarted(new TaskKey("right", "right"), 0, Start));
            state = Enumerable.Range(0, others).Aggregate(state, (lab, job) => lab.With(new SchedulingEvent.JobAdded(new Job($"{job}", "eve", [Task("make", "cell", 5)]))));
            state = new[] { 61, 60 }.Aggregate(state, (lab, minutes) => lab.With(new SchedulingEvent.JobAdded(new Job($"bake {minutes}", "eve", [Task("bake", "oven", minutes)]))));

            Scheduler.Improve(state, Start, 1_000).Should().BeNull();
        }
    }

    [Fact]
    public void One_job_without_a_choice_has_but_one_plan_and_none_is_searched_for()
    {
        var one = _lab.With(new SchedulingEvent.JobAdded(new Job("c", "bob", [Task("make", "cell a", 15)])));

        IsOnlyOne(one).Should().BeTrue();
        IsOnlyOne(_lab.With(new SchedulingEvent.JobAdded(new Job("c", "bob", [Task("make", "cell", 15)])))).Should().BeFalse("it may go to either cell");
        IsOnlyOne(one.With(new SchedulingEvent.JobAdded(new Job("d", "bob", [Task("make", "cell a", 5)])))).Should().BeFalse("either may come first");

        static bool IsOnlyOne(SchedulingState state) => OrderSearch.IsOnlyOne(new LabAutomation.Agents.Scheduling.Planning(state, Start.UtcTicks, int.MaxValue));
    }

    /// <summary>The last job's last task, as a search has chosen its way.</summary>
    private static SchedulingState Following(SchedulingState state, int way, int at, bool isFound = false)
    {
        var plan = Scheduler.Plan(state, Start);
        var made = plan[new TaskKey("c", "make")]!;
        var chosen = made with { Way = way, Start = Start.AddMinutes(at), End = Start.AddMinutes(at + 15), IsWayChosen = true };
        return state.Following(plan with { Tasks = plan.Tasks.Replace(made, chosen) }, isFound);
    }

    private static (string Resource, double Start) Planned(SchedulingState state, int now) =>
        Scheduler.Plan(state, Start.AddMinutes(now))[new TaskKey("c", "make")] is { } task ? (task.Resources.Single(), (task.Start - Start).TotalMinutes) : default;

    private static JobTask Task(string name, string need, int minutes) => new(name, [new Way([new Need(need)], TimeSpan.FromMinutes(minutes))]);
}
