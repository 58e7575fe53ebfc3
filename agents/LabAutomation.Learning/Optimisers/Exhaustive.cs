namespace LabAutomation.Learning;

/// <summary>Scores every open point of a finite space.</summary>
internal static class Exhaustive
{
    private const int Chunk = 4096;

    /// <exception cref="SpaceExhaustedException"/>
    public static (Point Point, double Score) Best(TrialLog log, Catalogue all, IAcquisition acquisition)
    {
        var (points, rows, scores) = (new List<Point>(Chunk), new double[Chunk * acquisition.Width], new double[Chunk]);
        Point? best = null;
        var most = double.NegativeInfinity;
        for (var number = 0L; number < all.Count; number++)
        {
            if (all[number] is var point && log.IsOpen(point))
            {
                log.Cube.Encode(point, rows.AsSpan(points.Count * acquisition.Width, acquisition.Width));
                points.Add(point);
            }
            if (points.Count == 0 || (points.Count < Chunk && number < all.Count - 1)) continue;
            acquisition.Score(rows.AsSpan(0, points.Count * acquisition.Width), scores.AsSpan(0, points.Count));
            for (var i = 0; i < points.Count; i++)
                if (best is null || scores[i] > most) (best, most) = (points[i], scores[i]);
            points.Clear();
        }
        return best is null ? throw log.Exhausted(0) : (best, most);
    }
}
