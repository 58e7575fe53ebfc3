namespace LabAutomation.Learning;

/// <summary>Points that do not look at values: uniformly random ones, and ones spread evenly by a scrambled Sobol sequence.</summary>
internal static class SpaceFilling
{
    /// <summary>How many places are tried before a space without a list of points is called infeasible.</summary>
    private const int Attempts = 100_000;

    /// <summary>The same where places are mended, each of which is worth many.</summary>
    private const int Mendings = 400;

    /// <summary>Up to this many points a finite space is searched from end to end before it is called exhausted.</summary>
    public const long Searchable = 1L << 22;

    private const int RandomPurpose = 1, SobolPurpose = 2, DrawPurpose = 14;

    /// <exception cref="SpaceExhaustedException"/>
    public static Point Random(TrialLog log, int seed)
    {
        var stream = new RandomStream(seed, RandomPurpose, log.Count);
        var place = new double[log.Space.Dimensions.Length];
        var draw = FeasibleDraw.IsNeeded(log.Space, log.Cube) ? new FeasibleDraw(log.Space, log.Cube, stream) : null;
        for (var attempt = 0; attempt < (draw is null ? Attempts : Mendings); attempt++)
        {
            var point = draw is not null ? draw.From(Uniform(stream, place))
                : log.Catalogue is { } all ? all[(long)(stream.NextUniform() * all.Count)] : log.Cube.At(Uniform(stream, place));
            if (point is not null && log.IsNew(point)) return point;
        }
        return Remaining(log, stream, draw is not null);
    }

    /// <summary>
    /// Where the space has no list, feasible point number <see cref="TrialLog.Count"/> of the sequence or the next that is new, so that the
    /// points of a campaign are those of one sequence whatever was observed; else the open point nearest to a point of the sequence.
    /// </summary>
    /// <exception cref="SpaceExhaustedException"/>
    public static Point Spread(TrialLog log, int seed)
    {
        var places = new QuasiRandomPlaces(log.Space.Dimensions.Length, seed);
        var place = new double[log.Space.Dimensions.Length];
        if (log.Space.Pool is not null) return NearestRow(log, places, place);
        var draw = FeasibleDraw.IsNeeded(log.Space, log.Cube) ? new FeasibleDraw(log.Space, log.Cube, new RandomStream(seed, DrawPurpose)) : null;
        var isWalked = draw is null && log.Catalogue is null;
        var (first, found) = isWalked && log.Space.IsWhole ? (log.Count, log.Count)       // all of them feasible
            : isWalked && log.Passed.Seed == seed && log.Passed.Feasible <= log.Count ? (log.Passed.Places, log.Passed.Feasible) : (0, 0);
        for (var attempt = first; attempt < (draw is null ? Attempts : Mendings) + log.Count; attempt++)
        {
            if (isWalked && found == log.Count) log.Passed = (seed, attempt, found);
            places.Read((uint)attempt, place);
            var point = draw is null ? log.Cube.At(place) : draw.From(place);
            if (point is not null && log.Space.IsFeasible(point) && (log.Catalogue is not null || found++ >= log.Count) && !log.IsTried(point)) return point;
        }
        return Remaining(log, new RandomStream(seed, SobolPurpose, log.Count), draw is not null);
    }

    /// <summary>Up to <paramref name="count"/> feasible points of a sequence; fewer where the feasible part is small.</summary>
    public static List<Point> Candidates(SearchSpace space, UnitCube cube, int count, int seed)
    {
        var places = new QuasiRandomPlaces(space.Dimensions.Length, seed);
        var place = new double[space.Dimensions.Length];
        var points = new List<Point>(count);
        var draw = FeasibleDraw.IsNeeded(space, cube) ? new FeasibleDraw(space, cube, new RandomStream(seed, DrawPurpose)) : null;
        for (var attempt = 0; points.Count < count && attempt < Math.Max(16 * count, points.Count == 0 ? draw is null ? Attempts : Mendings : 0); attempt++)
        {
            places.Read((uint)attempt, place);
            var point = draw is null ? cube.At(place) : draw.From(place);
            if (point is not null && space.IsFeasible(point)) points.Add(point);
        }
        return points;
    }

    private static Point NearestRow(TrialLog log, QuasiRandomPlaces places, double[] place)
    {
        places.Read((uint)log.Count, place);
        var (wanted, columns) = (new double[log.Cube.Width], new double[log.Cube.Width]);
        log.Cube.Encode(log.Cube.At(place), wanted);
        // The rows may cover a part of the bounds only: the sequence goes over that part.
        var (low, high) = (Enumerable.Repeat(double.PositiveInfinity, wanted.Length).ToArray(), Enumerable.Repeat(double.NegativeInfinity, wanted.Length).ToArray());
        foreach (var row in log.Space.Pool!.Value)
        {
            log.Cube.Encode(row, columns);
            System.Numerics.Tensors.TensorPrimitives.Min(low, columns, low);
            System.Numerics.Tensors.TensorPrimitives.Max(high, columns, high);
        }
        for (var d = 0; d < log.Cube.Dimensions.Length; d++)
            if (log.Cube.ColumnsOf(d) == 1 && log.Cube.FirstColumnOf(d) is var c) wanted[c] = low[c] + wanted[c] * (high[c] - low[c]);
        Point? nearest = null;
        var least = double.PositiveInfinity;
        foreach (var row in log.Space.Pool!.Value)
        {
            if (!log.IsOpen(row)) continue;
            log.Cube.Encode(row, columns);
            var distance = System.Numerics.Tensors.TensorPrimitives.Distance(wanted, columns);
            if (distance < least) (nearest, least) = (row, distance);
        }
        return nearest ?? throw log.Exhausted(Attempts);
    }

    /// <summary>Goes through a finite space from a random place on.</summary>
    private static Point Remaining(TrialLog log, RandomStream stream, bool mended)
    {
        if (log.Catalogue is not { Count: <= Searchable and > 0 } all) throw log.Exhausted(mended ? Mendings : Attempts, mended);
        var start = (long)(stream.NextUniform() * all.Count);
        for (var k = 0L; k < all.Count; k++)
            if (all[(start + k) % all.Count] is var point && log.IsOpen(point)) return point;
        throw log.Exhausted(Attempts);
    }

    private static double[] Uniform(RandomStream stream, double[] place)
    {
        for (var d = 0; d < place.Length; d++) place[d] = stream.NextUniform();
        return place;
    }
}
