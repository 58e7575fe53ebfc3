namespace LabAutomation.Learning.Advising;

/// <summary>First trials where advice expects the best, kept apart from each other and from what was tried.</summary>
internal static class AdvisedSpread
{
    private const int Places = 2048, Purpose = 18;

    /// <summary>The place that is preferred most, the less so the nearer a trial is: of these the one furthest from all trials. Null where no place is new.</summary>
    public static Point? Of(TrialLog log, PreferenceMap map, int seed)
    {
        var tried = log.History.Select(trial => trial.Point).Concat(log.Pending).Select(point => Encoded(log.Cube, point)).ToArray();
        var (best, most) = ((Point?)null, 0.0);
        foreach (var point in Candidates(log, seed))
        {
            if (!log.IsNew(point)) continue;
            var row = Encoded(log.Cube, point);
            var worth = map.Of(point) * tried.Select(other => System.Numerics.Tensors.TensorPrimitives.Distance<double>(row, other)).Append(1).Min();
            if (worth > most) (best, most) = (point, worth);
        }
        return best;
    }

    /// <summary>In an order that depends on the seed, so that equals do not always fall to the same.</summary>
    private static IEnumerable<Point> Candidates(TrialLog log, int seed)
    {
        var mixed = (int)RandomStream.Mix((uint)seed * 0x100000001UL + Purpose);
        if (log.Space.Pool is not { } pool) return SpaceFilling.Candidates(log.Space, log.Cube, Places, mixed);
        var order = new Permutation(pool.Length, mixed);
        return Enumerable.Range(0, pool.Length).Select(k => pool[(int)order[k]]).Where(log.Space.IsFeasible);
    }

    private static double[] Encoded(UnitCube cube, Point point)
    {
        var row = new double[cube.Width];
        cube.Encode(point, row);
        return row;
    }
}
