using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Writes down what stands on a board.</summary>
internal static class ScheduleWriter
{
    public static Schedule Write(Board board, SchedulingState state)
    {
        var planned = new List<(long Start, int Job, int Task)>(board.Slots.Length);
        var unplanned = ImmutableArray.CreateBuilder<UnplannedTask>();
        for (var job = 0; job < board.Jobs.Length; job++)
        {
            for (var task = 0; task < board.Jobs[job].Tasks.Length; task++)
            {
                ref readonly var slot = ref board.Slots[board.FirstTask[job] + task];
                if (slot.Stage == SlotStage.Waiting) unplanned.Add(new UnplannedTask(board.Jobs[job].Shape.Tasks[task].Key, Reason(board, state, job, slot)));
                else if (board.Jobs[job].Tasks[task].Phase != TaskPhase.Done) planned.Add((slot.Start, job, task));
            }
        }

        planned.Sort();
        var tasks = ImmutableArray.CreateBuilder<PlannedTask>(planned.Count);
        foreach (var (_, job, task) in planned) tasks.Add(Task(board, state, job, task));
        return new Schedule(Ticks.Instant(board.Now), tasks.MoveToImmutable(), unplanned.ToImmutable(), SetUps(board, state, planned));
    }

    private static PlannedTask Task(Board board, SchedulingState state, int job, int task)
    {
        ref readonly var slot = ref board.Slots[board.FirstTask[job] + task];
        var shape = board.Jobs[job].Shape.Tasks[task];
        var way = shape.Ways[slot.Way];
        var runs = slot.Stage == SlotStage.Fixed;
        var at = runs ? way.Location : shape.Sample < 0 ? -1 : slot.At;
        var move = runs || slot.Carrier < 0
            ? null
            : new PlannedMove(board.Layout.Locations[slot.From].Name, board.Layout.Locations[slot.At].Name, board.Layout.Resources[slot.Carrier].Name, Ticks.Instant(slot.MoveStart), Ticks.Instant(slot.MoveEnd));
        var isOpen = !runs && (board.Waits[board.FirstTask[job] + task] > 0 || board.Opens[board.FirstTask[job] + task] > 0) && way.Resources.Any(resource => board.Layout.Resources[resource].IsBatch);
        return new PlannedTask(
            shape.Key, slot.Way, way.Names, at < 0 ? null : board.Layout.Locations[at].Name, way.Setting, Ticks.Instant(slot.Start), Ticks.Instant(slot.End), move,
            runs ? default : Reason(board, state, job, slot), runs, Lateness.IsLate(board, job, task))
        {
            Opens = isOpen ? Ticks.Instant(slot.Start) : null,
            IsWayChosen = !runs && board.Preferred[board.FirstTask[job] + task] == slot.Way,
        };
    }

    private static WaitReason Reason(Board board, SchedulingState state, int job, in Slot slot) => new(slot.Why is WaitKind.Resource or WaitKind.Carrier && IsOut(board, state, slot) ? WaitKind.Barred : slot.Why, slot.Why switch
    {
        WaitKind.Predecessor or WaitKind.Follower or WaitKind.Hold or WaitKind.WouldBlock or WaitKind.NotBefore => board.Jobs[job].Shape.Tasks[slot.On].Key.Task,
        WaitKind.Resource or WaitKind.Carrier or WaitKind.Out => board.Layout.Resources[slot.On].Name,
        WaitKind.Location or WaitKind.Blocked or WaitKind.NoRoute => board.Layout.Locations[slot.On].Name,
        _ => null,
    });

    /// <summary>Whether it is out, and comes back no earlier than when it is to be used.</summary>
    private static bool IsOut(Board board, SchedulingState state, Slot slot) =>
        state.Resource(board.Layout.Resources[slot.On].Name).Out.Any(window => window.From <= board.Now && window.Until > board.Now && window.Until <= (slot.Why == WaitKind.Carrier ? slot.MoveStart : slot.Start));

    private static ImmutableArray<PlannedSetUp> SetUps(Board board, SchedulingState state, List<(long Start, int Job, int Task)> planned)
    {
        var setUps = ImmutableArray.CreateBuilder<PlannedSetUp>();
        for (var index = 0; index < board.Layout.Resources.Length; index++)
        {
            var resource = board.Layout.Resources[index];
            if (resource.SetUp == TimeSpan.Zero || resource.IsSetUpInTask) continue;
            var setting = state.Resource(resource.Name).Setting;
            foreach (var (start, job, task) in planned)
            {
                ref readonly var slot = ref board.Slots[board.FirstTask[job] + task];
                var way = board.Jobs[job].Shape.Tasks[task].Ways[slot.Way];
                if (way.Setting is null || !way.Resources.Contains(index)) continue;
                if (way.Setting != setting && slot.Stage == SlotStage.Placed) setUps.Add(new PlannedSetUp(resource.Name, way.Setting, Ticks.Instant(start - resource.SetUp.Ticks), Ticks.Instant(start)));
                setting = way.Setting;
            }
        }

        setUps.Sort((one, other) => (one.Start, one.Resource).CompareTo((other.Start, other.Resource)));
        return setUps.ToImmutable();
    }
}
