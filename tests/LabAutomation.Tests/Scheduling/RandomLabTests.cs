using LabAutomation.Agents.Scheduling;
using LabAutomation.Benchmarks.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Rules that hold in any lab, looked at by a check that shares no code with the planner.</summary>
public sealed class RandomLabTests
{
    public static TheoryData<int> Twenties => [.. Enumerable.Range(0, 10).Select(number => 20 * number)];

    [Theory]
    [MemberData(nameof(Twenties))]
    public void A_plan_books_nothing_twice_keeps_every_rule_and_leaves_nothing_out(int first)
    {
        foreach (var lab in Labs(first, 20))
        {
            var plan = Scheduler.Plan(lab.State, RandomLab.Start);

            ScheduleCheck.Complaints(lab.State, plan).Should().BeEmpty();
            plan.Unplanned.Should().BeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Twenties))]
    public void Nobody_is_late_without_being_late_alone_too_unless_it_had_a_deadline(int first)
    {
        foreach (var lab in Labs(first, 20, hasDeadlines: false))
        {
            var late = Scheduler.Plan(lab.State, RandomLab.Start).Tasks.Where(task => task.IsLate).Select(task => task.Task.Job).Distinct();

            late.Where(job => !IsLateAlone(lab, job)).Should().BeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Twenties))]
    public void A_lab_in_which_tasks_take_longer_and_resources_fail_finishes_every_job_and_breaks_no_rule(int first)
    {
        foreach (var lab in Labs(first, 10))
        {
            var rollout = null as LabRollout;
            var complaints = new List<string>();
            rollout = new LabRollout(SchedulingState.Of(lab.Layout), RandomLab.Start, new Random(first), 0.5)
            {
                OnPlan = (_, plan) => complaints.AddRange(plan.Unplanned.IsEmpty ? ScheduleCheck.Complaints(lab.Layout, lab.Jobs, rollout!.Whole(plan), mayBeLate: true) : []),
            };

            var left = rollout.Run(lab.Events());

            left.Unplanned.Should().BeEmpty();
            rollout.State.Jobs.Should().BeEmpty();
            rollout.Done.Should().HaveCount(lab.Jobs.Sum(job => job.Tasks.Length));
            complaints.Should().BeEmpty();
            ScheduleCheck.Complaints(lab.Layout, lab.Jobs, rollout.Done, mayBeLate: true).Should().BeEmpty();
        }
    }

    /// <summary>What may be in the way of a sample that is waited for goes behind it, and not onto what stands there.</summary>
    [Theory]
    [MemberData(nameof(Twenties))]
    public void Nothing_is_booked_twice_where_things_may_take_longer_than_expected(int first)
    {
        foreach (var lab in Labs(first, 10, varies: true))
        {
            var rollout = null as LabRollout;
            var complaints = new List<string>();
            rollout = new LabRollout(SchedulingState.Of(lab.Layout), RandomLab.Start, new Random(first), 0.5)
            {
                OnPlan = (_, plan) => complaints.AddRange(plan.Unplanned.IsEmpty ? ScheduleCheck.Complaints(lab.Layout, lab.Jobs, rollout!.Whole(plan), mayBeLate: true) : []),
            };

            rollout.Run(lab.Events()).Unplanned.Should().BeEmpty();
            complaints.Should().BeEmpty();
        }
    }

    [Fact]
    public void A_lab_that_goes_as_planned_keeps_every_hold_though_it_plans_anew_after_every_event()
    {
        foreach (var lab in Labs(0, 60, hasDeadlines: false).Where(lab => !lab.Jobs.Any(job => IsLateAlone(lab, job.Name))))
        {
            var rollout = new LabRollout(lab.State, RandomLab.Start, new Random(0), 0);

            rollout.Run([]);

            ScheduleCheck.Complaints(lab.Layout, lab.Jobs, rollout.Done, mayBeLate: false).Should().BeEmpty();
        }
    }

    [Fact]
    public void What_is_done_or_runs_is_never_moved()
    {
        foreach (var lab in Labs(0, 30))
        {
            var running = new Dictionary<TaskKey, DateTimeOffset>();
            var moved = new List<TaskKey>();
            var rollout = null as LabRollout;
            rollout = new LabRollout(lab.State, RandomLab.Start, new Random(1), 0.5)
            {
                OnPlan = (_, plan) =>
                {
                    moved.AddRange(plan.Tasks.Select(task => task.Task).Intersect(rollout!.Done.Select(task => task.Task)));
                    foreach (var task in plan.Tasks.Where(task => task.IsRunning))
                        if (!running.TryAdd(task.Task, task.Start) && running[task.Task] != task.Start) moved.Add(task.Task);
                },
            };

            rollout.Run([]);

            moved.Should().BeEmpty();
        }
    }

    [Fact]
    public void The_same_state_and_seed_give_the_same_plan()
    {
        foreach (var lab in Labs(0, 20))
        {
            Scheduler.Plan(lab.State, RandomLab.Start).Should().BeEquivalentTo(Scheduler.Plan(lab.State, RandomLab.Start), options => options.WithStrictOrdering());
            Scheduler.Improve(lab.State, RandomLab.Start, new SearchBudget(40, 3)).End.Should().Be(Scheduler.Improve(lab.State, RandomLab.Start, new SearchBudget(40, 3)).End);
        }
    }

    [Fact]
    public void An_improved_plan_keeps_the_rules_and_ends_no_later()
    {
        foreach (var lab in Labs(0, 30, hasDeadlines: false))
        {
            var improved = Scheduler.Improve(lab.State, RandomLab.Start, new SearchBudget(60));

            ScheduleCheck.Complaints(lab.State, improved).Should().BeEmpty();
            improved.End.Should().BeOnOrBefore(Scheduler.Plan(lab.State, RandomLab.Start).End);
        }
    }

    [Theory]
    [MemberData(nameof(Twenties))]
    public void Where_instruments_are_set_in_the_course_of_tasks_a_plan_keeps_every_rule_and_a_lab_that_follows_it_does(int first)
    {
        foreach (var lab in Enumerable.Range(first, 10).Select(seed => new RandomLab(seed, hasDeadlines: false, setsUpInTasks: true)))
        {
            ScheduleCheck.Complaints(lab.State, Scheduler.Plan(lab.State, RandomLab.Start)).Should().BeEmpty();
            ScheduleCheck.Complaints(lab.State, Scheduler.Improve(lab.State, RandomLab.Start, new SearchBudget(20))).Should().BeEmpty();
            var complaints = new List<string>();
            var rollout = null as LabRollout;
            rollout = new LabRollout(SchedulingState.Of(lab.Layout), RandomLab.Start, new Random(first), 0.5)
            {
                OnPlan = (_, plan) => complaints.AddRange(plan.Unplanned.IsEmpty ? ScheduleCheck.Complaints(lab.Layout, lab.Jobs, rollout!.Whole(plan), mayBeLate: true) : []),
            };

            rollout.Run(lab.Events()).Unplanned.Should().BeEmpty();
            complaints.Should().BeEmpty();
        }
    }

    private static bool IsLateAlone(RandomLab lab, string job) =>
        Scheduler.Plan(SchedulingState.Of(lab.Layout).With(new SchedulingEvent.JobAdded(lab.Jobs.First(one => one.Name == job))), RandomLab.Start).Tasks.Any(task => task.IsLate);

    private static IEnumerable<RandomLab> Labs(int first, int number, bool? hasDeadlines = null, bool varies = false) =>
        Enumerable.Range(first, number).Select(seed => new RandomLab(seed, hasDeadlines ?? seed % 2 == 0, varies));
}
