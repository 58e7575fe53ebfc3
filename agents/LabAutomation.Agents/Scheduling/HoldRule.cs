namespace LabAutomation.Agents.Scheduling;

/// <summary>When the task before a hold has to begin for the hold to be kept, and what is kept free for a sample whose hold runs.</summary>
internal sealed class HoldRule(Board board)
{
    /// <summary>The task before that would have to be later for a hold to be kept, and when it would have to start; -1 where all are kept as well as they can be.</summary>
    public (int Before, long Start) Broken(int job, int task, in Candidate best, Care care)
    {
        foreach (var (before, hold) in board.Jobs[job].Shape.Tasks[task].After)
        {
            ref readonly var earlier = ref board.Slots[board.FirstTask[job] + before];
            if (hold < 0 || earlier.Stage != SlotStage.Placed) continue;

            // What lies between takes its time wherever the two are: where that is longer than the hold, it is broken by no more than it must.
            var busy = Between(job, before, task, best);
            var least = busy + Filling(job, task);
            var most = Math.Max(hold, least);
            var start = best.Start - (care == Care.Ample ? Math.Max(busy + ((most - busy) / 2), least) : most) - (earlier.End - earlier.Start);
            if (start <= earlier.Start && care == Care.Ample) start = InAnyCase(job, before, task, best, most);

            // What has its own time running is not made late so that what follows may take longer than expected.
            if (care == Care.Ample && Lateness.Running(board, job, before) is var latest && start > latest) start = Math.Max(best.Start - most - (earlier.End - earlier.Start), latest);
            if (start > earlier.Start) return (before, start);
        }

        return (-1, 0);
    }

    /// <summary>How long a batch is kept open that a task opens: no longer than a quarter of the time in which it has to begin itself.</summary>
    public long Filling(int job, int task)
    {
        var wait = board.Waits[board.FirstTask[job] + task];
        if (wait == 0) return 0;
        foreach (var (before, hold) in board.Jobs[job].Shape.Tasks[task].After)
        {
            if (hold < 0) continue;
            var left = board.Slots[board.FirstTask[job] + before] is { Stage: SlotStage.Fixed } earlier ? hold - Math.Max(0, board.Now - earlier.End) : hold;
            wait = Math.Min(wait, Math.Max(0, left) / 4);
        }

        return wait;
    }

    /// <summary>By how much the tasks of a unit whose hold runs are too late, ticks.</summary>
    public long Over(int job, int[] tasks)
    {
        var over = 0L;
        foreach (var task in tasks)
            if (board.Slots[board.FirstTask[job] + task] is { Stage: SlotStage.Placed } slot) over += Math.Max(0, slot.Start - Lateness.Held(board, job, task));
        return over;
    }

    /// <summary>Keeps free what a unit needs before a hold that runs is over, those tasks too that lie between.</summary>
    /// <param name="tasks">Of the unit.</param>
    /// <param name="only">The one that has been placed; -1: all of them.</param>
    public void Guard(int job, int[] tasks, int only)
    {
        if (!IsAnyHeld(job, tasks)) return;
        var shape = board.Jobs[job].Shape;
        Span<long> latest = tasks.Length <= 64 ? stackalloc long[tasks.Length] : new long[tasks.Length];
        for (var index = tasks.Length - 1; index >= 0; index--)
        {
            var task = tasks[index];
            latest[index] = Lateness.Held(board, job, task);
            ref readonly var slot = ref board.Slots[board.FirstTask[job] + task];
            if (slot.Stage != SlotStage.Placed) continue;
            var way = shape.Tasks[task].Ways[slot.Way];
            for (var next = index + 1; next < tasks.Length; next++)
                if (latest[next] < Ticks.Never && IsAfter(shape.Tasks[tasks[next]], task)) latest[index] = Math.Min(latest[index], latest[next] - LongestMove(job, tasks[next], task) - Longest(slot, way));
            if (latest[index] >= Ticks.Never || (only >= 0 && task != only)) continue;
            foreach (var resource in way.Resources) board.Guard(resource, slot.Start, slot.End, latest[index]);
            if (slot.Carrier >= 0) board.Guard(slot.Carrier, slot.MoveStart, slot.MoveEnd, latest[index] - (slot.MoveEnd - slot.MoveStart) - board.CarriageOver(slot.Carrier));
        }
    }

    private bool IsAnyHeld(int job, int[] tasks)
    {
        foreach (var task in tasks)
            if (Lateness.Held(board, job, task) < Ticks.Never) return true;
        return false;
    }

    /// <summary>As long as what is placed may take, with what it takes to bring its resources to their settings.</summary>
    private static long Longest(in Slot slot, WayShape way) => way.Longest + (slot.End - slot.Start - way.Duration);

    private static bool IsAfter(TaskShape task, int before)
    {
        foreach (var (earlier, _) in task.After)
            if (earlier == before) return true;
        return false;
    }

    /// <summary>What lies between two tasks is done with the sample in any case, and so is the carriage to the second: ticks, as expected.</summary>
    private long Between(int job, int before, int task, in Candidate best)
    {
        var shape = board.Jobs[job].Shape;
        var carried = best.Carrier < 0 || shape.Tasks[task].PreviousOfSample < before ? 0 : best.MoveEnd - best.MoveStart;
        if (task == before + 1) return carried;
        Span<long> ends = task - before <= 64 ? stackalloc long[task - before] : new long[task - before];
        ends[0] = 0;
        for (var between = before + 1; between < task; between++)
        {
            ref readonly var slot = ref board.Slots[board.FirstTask[job] + between];
            ends[between - before] = From(shape.Tasks[between], before, ends) is >= 0 and var from ? from + slot.End - slot.Start + Move(job, between, before) : -1;
        }

        return Math.Max(0, From(shape.Tasks[task], before, ends)) + carried;
    }

    /// <returns>How long after the end of the first all that a task waits for has ended; -1 where it does not wait for the first.</returns>
    private static long From(TaskShape task, int before, ReadOnlySpan<long> ends)
    {
        var from = -1L;
        foreach (var (earlier, _) in task.After)
            if (earlier >= before) from = Math.Max(from, ends[earlier - before]);
        return from;
    }

    /// <summary>Of its sample to a task, where that waits for another one.</summary>
    private long Move(int job, int task, int before) =>
        board.Slots[board.FirstTask[job] + task] is { Stage: SlotStage.Placed, Carrier: >= 0 } slot && board.Jobs[job].Shape.Tasks[task].PreviousOfSample >= before ? slot.MoveEnd - slot.MoveStart : 0;

    private long LongestMove(int job, int task, int before) => Move(job, task, before) is > 0 and var move ? move + board.CarriageOver(board.Slots[board.FirstTask[job] + task].Carrier) : 0;

    /// <summary>
    /// When the task before has to start for a hold to be kept though everything that is in the way of the second, and of what lies between, takes as long as it may, and the first no longer than it must. What has taken
    /// longer than that already has to be over
    /// before: as long as it runs it is expected to end later than now, so the first does not begin.
    /// </summary>
    private long InAnyCase(int job, int before, int task, in Candidate best, long hold)
    {
        var (shape, first) = (board.Jobs[job].Shape, board.FirstTask[job]);
        var since = board.Slots[first + before].Start;

        // The last good moment of the second, if the first is as short as it may be. What takes longer than the hold takes all of it.
        var last = since + hold + shape.Tasks[before].Ways[board.Slots[first + before].Way].Shortest;
        var (start, left) = (since, hold);
        foreach (var resource in shape.Tasks[task].Ways[best.Way].Resources) start = Math.Max(start, InAnyCase(job, before, task, resource, best.Start, last));
        if (best.Carrier >= 0)
        {
            left = Math.Max(0, left - (best.MoveEnd - best.MoveStart + board.CarriageOver(best.Carrier)));
            start = Math.Max(start, InAnyCase(job, before, task, best.Carrier, best.MoveStart, last - hold + left));
        }

        if (task == before + 1) return start;
        Span<long> lefts = task - before <= 64 ? stackalloc long[task - before] : new long[task - before];
        for (var between = task - 1; between > before; between--)
        {
            // How much of the hold is left when it has to begin; none of it counts where the second does not wait for it.
            ref long mine = ref lefts[between - before];
            mine = IsAfter(shape.Tasks[task], between) ? left : -1;
            for (var next = between + 1; next < task; next++)
                if (lefts[next - before] >= 0 && IsAfter(shape.Tasks[next], between)) mine = mine < 0 ? lefts[next - before] : Math.Min(mine, lefts[next - before]);
            if (mine < 0 || board.Slots[first + between] is not { Stage: SlotStage.Placed } slot) continue;
            var way = shape.Tasks[between].Ways[slot.Way];
            mine = Math.Max(0, mine - Longest(slot, way));
            foreach (var resource in way.Resources) start = Math.Max(start, InAnyCase(job, before, between, resource, slot.Start, last - hold + mine));
            if (slot.Carrier < 0) continue;
            mine = Math.Max(0, mine - (slot.MoveEnd - slot.MoveStart + board.CarriageOver(slot.Carrier)));
            start = Math.Max(start, InAnyCase(job, before, between, slot.Carrier, slot.MoveStart, last - hold + mine));
        }

        return start;
    }

    /// <param name="free">When the resource is used for the task, as planned.</param>
    /// <param name="last">The last good moment for that.</param>
    private long InAnyCase(int job, int before, int task, int resource, long free, long last)
    {
        var since = board.Slots[board.FirstTask[job] + before].Start;

        // What the job itself does there before is in nobody's way.
        var from = since;
        for (var own = before; own < task; own++) from = Math.Max(from, UsedUntil(job, own, resource));
        var latest = board.Tracks[resource].Latest(from, free, out var unsure);
        return Math.Max(latest == from ? since : latest - last + since, unsure);
    }

    private long UsedUntil(int job, int task, int resource)
    {
        ref readonly var slot = ref board.Slots[board.FirstTask[job] + task];
        if (slot.Stage != SlotStage.Placed) return long.MinValue;
        if (Array.IndexOf(board.Jobs[job].Shape.Tasks[task].Ways[slot.Way].Resources, resource) >= 0) return slot.End;
        return slot.Carrier == resource ? slot.MoveEnd : long.MinValue;
    }
}
