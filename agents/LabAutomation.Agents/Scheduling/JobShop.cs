namespace LabAutomation.Agents.Scheduling;

/// <summary>A lab in which each task that waits needs one resource for itself and follows one other at most: the job-shop problem of the literature. Times are ticks from now.</summary>
internal sealed class JobShop
{
    private readonly int[] _job;

    private JobShop(int[] job, int[] machine, long[] duration, long[] head, bool[] follows, int machines) =>
        (_job, Machine, Duration, Head, Follows, Machines) = (job, machine, duration, head, follows, machines);

    public int[] Machine { get; }

    public long[] Duration { get; }

    /// <summary>No start before.</summary>
    public long[] Head { get; }

    /// <summary>It comes after the operation with the index before.</summary>
    public bool[] Follows { get; }

    public int Machines { get; }

    public int Operations => Machine.Length;

    /// <param name="order">Jobs as often as they have units that wait.</param>
    public static bool TryRead(Board board, int[] order, out JobShop shop)
    {
        var (job, machine, duration, head, follows) = (new List<int>(), new List<int>(), new List<long>(), new List<long>(), new List<bool>());
        shop = null!;
        if (order.Length == 0) return false;
        for (var index = 0; index < board.Jobs.Length; index++)
        {
            var shape = board.Jobs[index].Shape;
            if (shape.Job.Priority != board.Jobs[0].Shape.Job.Priority) return false;
            for (var task = 0; task < shape.Tasks.Length; task++)
            {
                if (!board.IsWaiting(index, task)) continue;
                if (!IsOperation(board, index, task, shape.Tasks[task])) return false;
                var way = shape.Tasks[task].Ways[0];
                var isFirst = shape.Tasks[task].After.Length == 0 || !board.IsWaiting(index, task - 1);
                var ready = Math.Max(board.Now, shape.Tasks[task].NotBefore);
                if (isFirst && shape.Tasks[task].After.Length > 0) ready = Math.Max(ready, board.Slots[board.FirstTask[index] + task - 1].End);
                ready = board.Tracks[way.Resources[0]].Earliest(ready, ready, way.Duration, 1, null);
                job.Add(index);
                machine.Add(way.Resources[0]);
                duration.Add(way.Duration);
                head.Add(ready - board.Now);
                follows.Add(!isFirst);
            }
        }

        shop = new JobShop([.. job], [.. machine], [.. duration], [.. head], [.. follows], board.Tracks.Length);
        return head.TrueForAll(ready => ready < Ticks.Never) && job.Count == order.Length;
    }

    /// <summary>Jobs by the starts of their operations.</summary>
    public int[] Order(long[] starts) => [.. Enumerable.Range(0, Operations).OrderBy(operation => starts[operation]).ThenBy(operation => operation).Select(operation => _job[operation])];

    private static bool IsOperation(Board board, int job, int task, TaskShape shape)
    {
        if (shape.Ways is not [{ Resources: [var resource], Setting: null }] || shape.Sample >= 0 || shape.StartBy < Ticks.Never) return false;
        if (board.Layout.Resources[resource] is not { Capacity: 1, IsBatch: false }) return false;
        return shape.After is [] || shape.After is [(var before, -1)] && before == task - 1 && (before == 0 || !board.IsWaiting(job, before) || board.Jobs[job].Shape.Tasks[before].After.Length == 1);
    }
}
