namespace LabAutomation.Learning;

/// <summary>
/// Scores every open point of a finite space. Of a large one every point is scored by the most probable member of the model, and those that
/// are best by it are scored by all members.
/// </summary>
/// <param name="threads">At most so many work at a time; the answer is the same.</param>
internal sealed class Exhaustive(TrialLog log, Catalogue all, IAcquisition acquisition, int threads = 1)
{
    private const int Chunk = 1024, ChunksOfPart = 64, Kept = 1024;

    /// <exception cref="SpaceExhaustedException"/>
    public (Point Point, double Score) Best()
    {
        var isLarge = all.Count > 4 * Kept;
        var best = Leaders(isLarge ? acquisition.Leading : acquisition, isLarge ? Kept : 1);
        if (best.Length == 0) throw log.Exhausted(0);
        if (!isLarge) return (all[best[0].Number], best[0].Score);
        Point[] points = [.. best.Select(leader => all[leader.Number])];
        var (rows, scores) = (new double[points.Length * acquisition.Width], new double[points.Length]);
        for (var i = 0; i < points.Length; i++) log.Cube.Encode(points[i], rows.AsSpan(i * acquisition.Width, acquisition.Width));
        acquisition.Score(rows, scores);
        var most = Array.IndexOf(scores, scores.Max());
        return (points[most], scores[most]);
    }

    /// <summary>The best open points in the order of the catalogue; of equal ones the first.</summary>
    private (long Number, double Score)[] Leaders(IAcquisition by, int count)
    {
        var parts = new PriorityQueue<(long, double), (double, long)>[(int)((all.Count + Chunk * ChunksOfPart - 1) / (Chunk * ChunksOfPart))];
        Threads.Run(parts.Length, threads, part => parts[part] = Leaders(by, count, (long)part * Chunk * ChunksOfPart));
        return [.. parts.SelectMany(part => part.UnorderedItems).OrderByDescending(item => item.Priority).Take(count)
            .Select(item => item.Element).OrderBy(leader => leader.Item1)];
    }

    private PriorityQueue<(long Number, double Score), (double, long)> Leaders(IAcquisition by, int count, long start)
    {
        var (width, rows, scores, numbers) = (by.Width, new double[Chunk * by.Width], new double[Chunk], new long[Chunk]);
        var leaders = new PriorityQueue<(long, double), (double, long)>();
        var end = Math.Min(all.Count, start + Chunk * ChunksOfPart);
        for (var number = start; number < end;)
        {
            var filled = 0;
            for (; number < end && filled < Chunk; number++)
            {
                var point = all[number];
                if (!log.IsOpen(point)) continue;
                log.Cube.Encode(point, rows.AsSpan(filled * width, width));
                numbers[filled++] = number;
            }
            by.Score(rows.AsSpan(0, filled * width), scores.AsSpan(0, filled));
            for (var i = 0; i < filled; i++)
            {
                // A score that is no number is as good as none.
                var score = double.IsNaN(scores[i]) ? double.NegativeInfinity : scores[i];
                if (leaders.Count == count && leaders.TryPeek(out _, out var least) && score <= least.Item1) continue;
                leaders.Enqueue((numbers[i], score), (score, -numbers[i]));
                if (leaders.Count > count) leaders.Dequeue();
            }
        }
        return leaders;
    }
}
