using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// What a good dispatcher does that does not look ahead beyond holds: whatever can start first is started, whole chains of tasks that are held together, joining batches that have room. Among equals comes
/// what was there first, or what has most or least left to do; and as a fourth rule, strictly in the order of arrival, with gaps filled.
/// </summary>
internal static class GreedyDispatch
{
    /// <summary>The makespan of the best of the four.</summary>
    public static TimeSpan Best(SchedulingState state, DateTimeOffset now)
    {
        TimeSpan[] spans = [Scheduler.Plan(state, now).Makespan, Span(state, now, _ => 0), Span(state, now, job => -job.Shape.Work), Span(state, now, job => job.Shape.Work)];
        return spans.Min();
    }

    private static TimeSpan Span(SchedulingState state, DateTimeOffset now, Func<JobProgress, long> rank)
    {
        var board = new Planning(state, now.UtcTicks, int.MaxValue).Board;
        var placer = new Placer(board);
        var next = new int[board.Jobs.Length];
        while (true)
        {
            var (chosen, first) = (-1, (Begin: long.MaxValue, Rank: 0L));
            for (var job = 0; job < next.Length; job++)
            {
                if (next[job] == board.Jobs[job].Shape.Units.Length) continue;
                var mark = board.Mark;
                if (!placer.Place(job, next[job])) continue;
                var begin = (board.Jobs[job].Shape.Units[next[job]].Min(task => board.Slots[board.FirstTask[job] + task].Start), rank(board.Jobs[job]));
                board.Return(mark);
                board.TakeBack(job, next[job]);
                if (begin.CompareTo(first) < 0) (chosen, first) = (job, begin);
            }

            if (chosen < 0) break;
            placer.Place(chosen, next[chosen]++);
        }

        return new TimeSpan(board.Slots.Max(slot => slot.End) - board.Now);
    }
}
