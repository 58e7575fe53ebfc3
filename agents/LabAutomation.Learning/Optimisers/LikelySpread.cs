namespace LabAutomation.Learning;

/// <summary>Where to try while nearly nothing but failures is known: of places spread over the space the one that is likeliest to succeed.</summary>
internal static class LikelySpread
{
    private const int Places = 512;
    private const int Purpose = 17;

    /// <summary>Null where none of the places is new.</summary>
    public static Point? Of(TrialLog log, FailureRisk risk, int seed)
    {
        var (best, most) = ((Point?)null, double.NegativeInfinity);
        var row = new double[log.Cube.Width];
        foreach (var point in Candidates(log, seed))
        {
            if (!log.IsNew(point)) continue;
            log.Cube.Encode(point, row);
            if (risk.Success(row) is var chance && chance > most) (best, most) = (point, chance);
        }
        return best;
    }

    /// <summary>Others with each trial, so that none is out of reach.</summary>
    private static IEnumerable<Point> Candidates(TrialLog log, int seed)
    {
        if (log.Space.Pool is not { } pool) return SpaceFilling.Candidates(log.Space, log.Cube, Places, (int)RandomStream.Mix((uint)seed * 0x100000001UL + (uint)log.Count + Purpose));
        var step = Math.Max(1, pool.Length / Places);
        return Enumerable.Range(0, pool.Length).Where(k => (k + log.Count) % step == 0).Select(k => pool[k]).Where(log.Space.IsFeasible);
    }
}
