namespace LabAutomation.Learning;

/// <summary>A space with what is known of it and how much each point is worth trying.</summary>
/// <param name="incumbents">Encoded rows about which a search looks closely.</param>
/// <param name="threads">At most so many work at a time; the answer is the same.</param>
internal sealed class Prospect(TrialLog log, IAcquisition acquisition, double[] incumbents, int seed, int threads = 1)
{
    /// <summary>Products with more points are searched, not gone through; pools are always gone through.</summary>
    private const long Listable = 20_000;

    /// <summary>The most promising point that may be suggested as new.</summary>
    /// <exception cref="SpaceExhaustedException"/>
    public (Point Point, double Score) Untried() => log.Catalogue is { } all && (log.Space.Pool is not null || all.Count <= Listable)
        ? new Exhaustive(log, all, acquisition, threads).Best()
        : new AcquisitionSearch(log, incumbents, acquisition, seed, threads).Best();

    /// <summary>The most promising point that was measured.</summary>
    /// <exception cref="SpaceExhaustedException">No measured point satisfies the constraints.</exception>
    public (Point Point, double Score) Tried()
    {
        Point[] points = [.. log.History.Where(observation => observation.Value is not null).Select(observation => observation.Point).Where(point => log.Space.IsFeasible(point) && log.Space.IsRow(point)).Distinct()];
        if (points.Length == 0) throw new SpaceExhaustedException("all points were tried, and none that satisfies the constraints gave a value");
        var (rows, scores) = (new double[points.Length * log.Cube.Width], new double[points.Length]);
        for (var i = 0; i < points.Length; i++) log.Cube.Encode(points[i], rows.AsSpan(i * log.Cube.Width, log.Cube.Width));
        acquisition.Score(rows, scores);
        var best = Array.IndexOf(scores, scores.Max());
        return (points[best], scores[best]);
    }
}
