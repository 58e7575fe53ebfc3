using System.Collections.Immutable;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>Why a step waited, from plan to plan.</summary>
public sealed class WaitBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);
    private static readonly TaskKey Measure = new("sample", "measure");

    [Fact]
    public void A_reason_that_is_over_runs_on_no_longer()
    {
        var state = SchedulingState.Of(new LabLayout([new LabResource("meter", "measure")])).With(new SchedulingEvent.JobAdded(new Job("sample", "owner", [new JobTask("measure", [new Way([new Need("meter")], TimeSpan.FromMinutes(5))])])));
        var book = new WaitBook();

        Take(state.With(new SchedulingEvent.ResourceOut("meter", Now)), 0);
        Take(state, 1, new WaitReason(WaitKind.None, null));
        Take(state, 2, new WaitReason(WaitKind.Predecessor, "mix"));
        Take(state.With(new SchedulingEvent.ResourceOut("meter", Now)), 3);

        book.Of(Measure).Should().Equal(new StepWait(Now, "meter is out, for nobody knows how long"), new StepWait(Now.AddMinutes(1), ""), new StepWait(Now.AddMinutes(3), "meter is out, for nobody knows how long"));

        void Take(SchedulingState at, int minutes, WaitReason? why = null)
        {
            var plan = Scheduler.Plan(at, Now.AddMinutes(minutes));
            if (why is { } reason) plan = plan with { Tasks = [.. plan.Tasks.Select(task => task with { Start = task.Start.AddMinutes(1), Why = reason })] };
            book.Take(plan, at.Jobs, ImmutableDictionary<TaskKey, string[]>.Empty, name => name, _ => null);
        }
    }
}
