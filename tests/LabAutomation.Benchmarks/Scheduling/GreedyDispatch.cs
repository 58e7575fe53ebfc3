using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// What a good dispatcher does that does not look ahead beyond holds. Either whatever can start first is started, of equals what was there first, or jobs are taken strictly in the order of their arrival and
/// gaps filled. Tasks that are held together go as one, and a batch that has room is joined.
/// </summary>
internal static class GreedyDispatch
{
    /// <summary>The shorter makespan of the two.</summary>
    public static TimeSpan Best(SchedulingState state, DateTimeOffset now)
    {
        var (byArrival, byStart) = (Scheduler.Plan(state, now).Makespan, ByStart(state, now));
        return byArrival < byStart ? byArrival : byStart;
    }

    private static TimeSpan ByStart(SchedulingState state, DateTimeOffset now)
    {
        var board = new Planning(state, now.UtcTicks, int.MaxValue).Board;
        var placer = new Placer(board);
        var next = new int[board.Jobs.Length];
        while (true)
        {
            var (chosen, first) = (-1, long.MaxValue);
            for (var job = 0; job < next.Length; job++)
            {
                if (next[job] == board.Jobs[job].Shape.Units.Length) continue;
                var mark = board.Mark;
                if (!placer.Place(job, next[job])) continue;
                var begin = board.Jobs[job].Shape.Units[next[job]].Min(task => board.Slots[board.FirstTask[job] + task].Start);
                board.Return(mark);
                board.TakeBack(job, next[job]);
                if (begin < first) (chosen, first) = (job, begin);
            }

            if (chosen < 0) break;
            placer.Place(chosen, next[chosen]++);
        }

        return new TimeSpan(board.Slots.Max(slot => slot.End) - board.Now);
    }
}
