namespace LabAutomation.Learning;

/// <summary>
/// Scores every open point of a finite space. Of a large one every point is scored by the most probable member of the model, and those that
/// are best by it are scored by all members.
/// </summary>
internal static class Exhaustive
{
    private const int Chunk = 4096, Kept = 1024;

    /// <exception cref="SpaceExhaustedException"/>
    public static (Point Point, double Score) Best(TrialLog log, Catalogue all, IAcquisition acquisition)
    {
        var isLarge = all.Count > 4 * Kept;
        var best = Leaders(log, all, isLarge ? acquisition.Leading : acquisition, isLarge ? Kept : 1);
        if (best.Count == 0) throw log.Exhausted(0);
        if (!isLarge) return best[0];
        var (width, scores) = (acquisition.Width, new double[best.Count]);
        var rows = new double[best.Count * width];
        for (var i = 0; i < best.Count; i++) log.Cube.Encode(best[i].Point, rows.AsSpan(i * width, width));
        acquisition.Score(rows, scores);
        var most = Array.IndexOf(scores, scores.Max());
        return (best[most].Point, scores[most]);
    }

    /// <summary>The best open points in the order of the catalogue; of equal ones the first.</summary>
    private static List<(Point Point, double Score)> Leaders(TrialLog log, Catalogue all, IAcquisition acquisition, int count)
    {
        var (points, rows, scores) = (new List<Point>(Chunk), new double[Chunk * acquisition.Width], new double[Chunk]);
        var leaders = new PriorityQueue<(Point Point, double Score, long Number), (double, long)>();
        var seen = 0L;
        for (var number = 0L; number < all.Count; number++)
        {
            if (all[number] is var point && log.IsOpen(point))
            {
                log.Cube.Encode(point, rows.AsSpan(points.Count * acquisition.Width, acquisition.Width));
                points.Add(point);
            }
            if (points.Count == 0 || (points.Count < Chunk && number < all.Count - 1)) continue;
            acquisition.Score(rows.AsSpan(0, points.Count * acquisition.Width), scores.AsSpan(0, points.Count));
            for (var i = 0; i < points.Count; i++, seen++)
            {
                if (leaders.Count == count && scores[i] <= leaders.Peek().Score) continue;
                leaders.Enqueue((points[i], scores[i], seen), (scores[i], -seen));
                if (leaders.Count > count) leaders.Dequeue();
            }
            points.Clear();
        }
        return [.. leaders.UnorderedItems.Select(item => item.Element).OrderBy(leader => leader.Number).Select(leader => (leader.Point, leader.Score))];
    }
}
