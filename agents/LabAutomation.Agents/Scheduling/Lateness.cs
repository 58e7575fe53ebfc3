namespace LabAutomation.Agents.Scheduling;

/// <summary>Starts after the last good moment.</summary>
internal static class Lateness
{
    public static bool IsLate(Board board, int job, int task) => Of(board, job, task) > 0;

    /// <summary>By how much a task that is placed starts too late, ticks; 0 where it is in time.</summary>
    public static long Of(Board board, int job, int task)
    {
        ref readonly var slot = ref board.Slots[board.FirstTask[job] + task];
        return slot.Stage == SlotStage.Placed ? Math.Max(0, slot.Start - Latest(board, job, task)) : 0;
    }

    /// <summary>The last good moment, as far as what is placed before says; <see cref="Ticks.Never"/> where any will do.</summary>
    public static long Latest(Board board, int job, int task)
    {
        var shape = board.Jobs[job].Shape.Tasks[task];
        var latest = shape.StartBy;
        foreach (var (before, hold) in shape.After)
            if (hold >= 0 && board.Slots[board.FirstTask[job] + before].Stage != SlotStage.Waiting) latest = Math.Min(latest, board.Slots[board.FirstTask[job] + before].End + hold);
        return latest;
    }

    /// <summary>The last good moment of a task whose hold runs: what is before it is done, or under way. <see cref="Ticks.Never"/> for others.</summary>
    public static long Held(Board board, int job, int task)
    {
        var latest = Ticks.Never;
        foreach (var (before, hold) in board.Jobs[job].Shape.Tasks[task].After)
            if (hold >= 0 && board.Slots[board.FirstTask[job] + before] is { Stage: SlotStage.Fixed } earlier) latest = Math.Min(latest, earlier.End + hold);
        return latest;
    }

    /// <summary>The last good moment of a task that follows one whose hold runs, each within a hold of the one before: all of them as late as they may be. <see cref="Ticks.Never"/> for others.</summary>
    public static long Running(Board board, int job, int task)
    {
        var latest = Held(board, job, task);
        foreach (var (before, hold) in board.Jobs[job].Shape.Tasks[task].After)
            if (hold >= 0 && board.Slots[board.FirstTask[job] + before] is { Stage: SlotStage.Placed } earlier && Running(board, job, before) is < Ticks.Never and var first) latest = Math.Min(latest, first + earlier.End - earlier.Start + hold);
        return latest;
    }

    public static bool IsAny(Board board)
    {
        for (var job = 0; job < board.Jobs.Length; job++)
            if (IsLate(board, job)) return true;
        return false;
    }

    public static int Count(Board board)
    {
        var count = 0;
        for (var job = 0; job < board.Jobs.Length; job++)
            for (var task = 0; task < board.Jobs[job].Tasks.Length; task++)
                if (IsLate(board, job, task)) count++;
        return count;
    }

    /// <summary>The order with late jobs before others of their priority.</summary>
    public static int[] First(Board board, int[] order) =>
        [.. order.OrderByDescending(job => board.Jobs[job].Shape.Job.Priority).ThenByDescending(job => IsLate(board, job))];

    private static bool IsLate(Board board, int job)
    {
        for (var task = 0; task < board.Jobs[job].Tasks.Length; task++)
            if (IsLate(board, job, task)) return true;
        return false;
    }
}
