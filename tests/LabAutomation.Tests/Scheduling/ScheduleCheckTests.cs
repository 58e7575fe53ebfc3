using LabAutomation.Agents.Scheduling;
using LabAutomation.Benchmarks.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>A check that finds nothing wrong must be able to find something.</summary>
public sealed class ScheduleCheckTests
{
    private static readonly SchedulingState State = LabProblem.Make(1);

    private static readonly Schedule Plan = Scheduler.Plan(State, LabProblem.Start);

    [Fact]
    public void Every_single_task_that_is_moved_an_hour_earlier_is_noticed()
    {
        ScheduleCheck.Complaints(State, Plan).Should().BeEmpty();

        for (var index = 0; index < Plan.Tasks.Length; index++)
        {
            var task = Plan.Tasks[index];
            var moved = Plan with { Tasks = Plan.Tasks.SetItem(index, task with { Start = task.Start.AddHours(-1), End = task.End.AddHours(-1) }) };

            ScheduleCheck.Complaints(State, moved).Should().NotBeEmpty($"{task.Task} was moved");
        }
    }

    [Fact]
    public void A_broken_hold_a_full_place_a_mixed_batch_and_a_missing_task_are_noticed()
    {
        var dried = Plan.Tasks.First(task => task.Task.Task == "dry");
        var baked = Plan.Tasks.First(task => task.Task.Task == "bake");

        Complain(dried, dried with { Start = dried.Start.AddHours(2), End = dried.End.AddHours(2) }).Should().Contain($"{dried.Task} is late");
        Complain(dried, dried with { Move = null }).Should().Contain($"nobody carries the sample to {dried.Task}");
        Complain(baked, baked with { Setting = "200 °C" }).Should().Contain(complaint => complaint.Contains("in a way that it does not allow", StringComparison.Ordinal));
        ScheduleCheck.Complaints(State, Plan with { Tasks = Plan.Tasks.Remove(baked) }).Should().Contain($"{baked.Task} is neither planned nor is a reason given");
    }

    private static List<string> Complain(PlannedTask task, PlannedTask changed) => ScheduleCheck.Complaints(State, Plan with { Tasks = Plan.Tasks.Replace(task, changed) });
}
