using LabAutomation.Agents.Scheduling;
using LabAutomation.Benchmarks.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>The long forms are the benchmarks `job-shop` and `lab-scheduling`.</summary>
public sealed class ImproveTests
{
    [Theory]
    [InlineData("ft06", 2_000)]
    [InlineData("la01", 2_000)]
    [InlineData("la05", 2_000)]
    [InlineData("la17", 30_000)]
    public void A_job_shop_is_solved_to_its_proven_optimum(string name, int steps)
    {
        var instance = JobShopInstance.Read(name);
        var state = instance.State();

        var found = Scheduler.Improve(state, JobShopInstance.Start, new SearchBudget(steps));

        ScheduleCheck.Complaints(state, found).Should().BeEmpty();
        found.Makespan.TotalSeconds.Should().Be(instance.Optimum);
    }

    [Fact]
    public void The_lab_keeps_an_improved_order_when_it_plans_anew()
    {
        var state = JobShopInstance.Read("ft06").State();

        var following = state.Following(Scheduler.Improve(state, JobShopInstance.Start, new SearchBudget(2_000)));

        Scheduler.Plan(state, JobShopInstance.Start).Makespan.TotalSeconds.Should().BeGreaterThan(55);
        Scheduler.Plan(following, JobShopInstance.Start).Makespan.TotalSeconds.Should().Be(55);
    }

    [Theory]
    [InlineData("mix")]
    [InlineData("read")]
    public void It_keeps_it_though_something_that_is_kept_back_has_no_place_in_it(string held)
    {
        var jobs = JobShopInstance.Read("ft06").State();
        var state = jobs.Jobs.Values.OrderBy(job => job.Number).Aggregate(SchedulingState.Of(jobs.Layout.Layout), (lab, job) => lab.With(new SchedulingEvent.JobAdded(job.Shape.Job with { Owner = job.Number % 2 == 0 ? "ada" : "bob" })));
        var resource = new Need(state.Layout.Resources[0].Name);
        var kept = new Job("kept", "bob", [new JobTask("mix", [new Way([resource], TimeSpan.FromSeconds(1))]), new JobTask("read", [new Way([resource], TimeSpan.FromSeconds(1))]) { After = [new Predecessor("mix", null)] }]);
        var following = state.Following(Scheduler.Improve(state, JobShopInstance.Start, new SearchBudget(2_000))).With(new SchedulingEvent.JobAdded(kept)) with { Held = [new TaskKey("kept", "mix"), new TaskKey("kept", held)] };

        var plan = Scheduler.Plan(following, JobShopInstance.Start);

        plan.Makespan.TotalSeconds.Should().Be(55);
        plan.Unplanned.Select(left => left.Task.Task).Should().Equal("mix", "read");
    }

    /// <summary>Whoever keeps it back: a resource that is out, or a place that a sample does not leave.</summary>
    [Fact]
    public void It_keeps_it_though_something_that_cannot_be_planned_has_no_place_in_it()
    {
        var jobs = JobShopInstance.Read("ft06").State();
        var state = jobs.Jobs.Values.OrderBy(job => job.Number).Aggregate(SchedulingState.Of(new LabLayout([.. jobs.Layout.Layout.Resources, new LabResource("broken", "break")])), (lab, job) => lab.With(new SchedulingEvent.JobAdded(job.Shape.Job with { Owner = job.Number % 2 == 0 ? "ada" : "bob" })));
        state = state.With(new SchedulingEvent.ResourceOut("broken", JobShopInstance.Start)).With(new SchedulingEvent.JobAdded(new Job("stuck", "bob", [new JobTask("mix", [new Way([new Need("broken")], TimeSpan.FromSeconds(1))])])));
        var found = Scheduler.Improve(state, JobShopInstance.Start, new SearchBudget(2_000));
        var following = state.Following(found);

        var plan = Scheduler.Plan(following, JobShopInstance.Start);

        found.Makespan.Should().BeLessThan(Scheduler.Plan(state, JobShopInstance.Start).Makespan);
        plan.Makespan.Should().Be(found.Makespan);
        plan.Unplanned.Should().ContainSingle().Which.Task.Job.Should().Be("stuck");
        var mended = following.With(new SchedulingEvent.ResourceBack("broken"));
        Scheduler.Plan(mended, JobShopInstance.Start)[new TaskKey("stuck", "mix")]!.Start.Should().Be(JobShopInstance.Start, "it has its turn once it can be planned");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_lab_with_holds_and_batches_is_done_earlier_than_by_greedy_dispatch(int seed)
    {
        var state = LabProblem.Make(seed);

        var found = Scheduler.Improve(state, LabProblem.Start, new SearchBudget(300));

        ScheduleCheck.Complaints(state, found).Should().BeEmpty();
        found.Tasks.Should().NotContain(task => task.IsLate);
        (found.Makespan / GreedyDispatch.Best(state, LabProblem.Start)).Should().BeLessThan(0.95);
    }

    [Fact]
    public void Jobs_of_a_higher_priority_stay_first()
    {
        var state = LabProblem.Make(0).With(new SchedulingEvent.JobAdded(new Job("urgent", "person", [new JobTask("mix", [new Way([new Need("mix")], TimeSpan.FromMinutes(30))])], 1)));

        var found = Scheduler.Improve(state, LabProblem.Start, new SearchBudget(100));

        found[new TaskKey("urgent", "mix")]!.Start.Should().Be(LabProblem.Start);
    }
}
