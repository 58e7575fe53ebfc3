namespace LabAutomation.Agents.Scheduling;

/// <summary>Starts after the last good moment.</summary>
internal static class Lateness
{
    public static bool IsLate(Board board, int job, int task)
    {
        ref readonly var slot = ref board.Slots[board.FirstTask[job] + task];
        if (slot.Stage != SlotStage.Placed) return false;
        var shape = board.Jobs[job].Shape.Tasks[task];
        if (slot.Start > shape.StartBy) return true;
        foreach (var (before, hold) in shape.After)
            if (hold >= 0 && slot.Start - board.Slots[board.FirstTask[job] + before].End > hold) return true;
        return false;
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
