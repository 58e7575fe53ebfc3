namespace LabAutomation.Learning.Diagnosis;

/// <summary>
/// Points from whose values Sobol indices follow: some spread evenly over the feasible space, and for each parameter as many in which it
/// alone takes another value that is feasible with the rest. This holds for parameters that constraints tie together, too: S. Kucherenko
/// et al., "Sobol' indices for problems defined in non-rectangular domains", Reliab. Eng. Syst. Saf. 167, 2017.
/// </summary>
internal sealed class SensitivityDesign
{
    private const int Attempts = 16, Classes = 32, PerClass = 10, Search = 100_000;
    private const int SpreadPurpose = 21, MovePurpose = 22;

    private readonly int[] _dimensions;
    private readonly Point[] _spread;

    /// <summary>Per dimension of <see cref="_dimensions"/> and spread point the place of the moved point among all; −1 where there is none.</summary>
    private readonly int[][] _moved;

    private SensitivityDesign(int[] dimensions, Point[] spread, int[][] moved, Point[] points)
        => (_dimensions, _spread, _moved, Points) = (dimensions, spread, moved, points);

    /// <summary>Where values are wanted.</summary>
    public Point[] Points { get; }

    /// <summary>Of the parameters that are chosen.</summary>
    public IReadOnlyList<int> Dimensions => _dimensions;

    /// <param name="count">Of spread points; fewer where the feasible part is hard to find.</param>
    public static SensitivityDesign Of(SearchSpace space, UnitCube cube, int count, int seed)
    {
        int[] dimensions = [.. Enumerable.Range(0, space.Dimensions.Length).Where(d => !space.Held.ContainsKey(d))];
        var stream = new RandomStream(seed, MovePurpose);
        var pairs = Pairs(space, cube, count, (int)new RandomStream(seed, SpreadPurpose).NextBits(), stream);
        Point[] spread = [.. pairs.Select(pair => pair.Here)];
        var points = new List<Point>(spread);
        var moved = dimensions.Select(_ => new int[spread.Length]).ToArray();
        for (var i = 0; i < spread.Length; i++)
            for (var k = 0; k < dimensions.Length; k++)
            {
                var point = Other(space, cube, spread, i, dimensions[k], pairs[i].Elsewhere[dimensions[k]], stream);
                moved[k][i] = point is null ? -1 : points.Count;
                if (point is not null) points.Add(point);
            }
        return new SensitivityDesign(dimensions, spread, moved, [.. points]);
    }

    /// <summary>First-order and total index of each of <see cref="Dimensions"/>, and the standard deviation over the space.</summary>
    /// <param name="values">One a point of <see cref="Points"/>.</param>
    /// <param name="range">Of what was measured, in the unit of the values: what varies by a ten-thousand-millionth of it does not vary.</param>
    public (double[] First, double[] Total, double Sd) Indices(double[] values, double range)
    {
        var n = _spread.Length;
        var (first, total) = (new double[_dimensions.Length], new double[_dimensions.Length]);
        if (n < 2) return (first, total, 0);
        var mean = values.AsSpan(0, n).ToArray().Average();
        var variance = 0.0;
        for (var i = 0; i < n; i++) variance += (values[i] - mean) * (values[i] - mean) / (n - 1);
        if (!(Math.Sqrt(variance) > 1e-10 * range)) return (first, total, 0);
        for (var k = 0; k < _dimensions.Length; k++)
        {
            first[k] = Math.Clamp(1 - WithinClasses(values, _dimensions[k]) / variance, 0, 1);
            var squares = 0.0;
            // M. Jansen, "Analysis of variance designs for model output", Comput. Phys. Commun. 117, 1999.
            for (var i = 0; i < n; i++)
                if (_moved[k][i] >= 0) squares += 0.5 * Math.Pow(values[i] - values[_moved[k][i]], 2);
            total[k] = Math.Clamp(squares / n / variance, 0, 1);
        }
        return (first, total, Math.Sqrt(variance));
    }

    /// <summary>The variance that is left within classes of like coordinates, unbiased.</summary>
    private double WithinClasses(double[] values, int dimension)
    {
        var n = _spread.Length;
        var order = Enumerable.Range(0, n).OrderBy(i => _spread[i][dimension]).ToArray();
        var distinct = _spread.Select(point => point[dimension]).Distinct().Take(Classes + 1).Count();
        var classes = Math.Clamp(n / PerClass, 1, Classes);
        var isCountable = distinct <= Classes;
        var (squares, freedom) = (0.0, 0);
        for (var start = 0; start < n;)
        {
            var end = start + 1;
            if (isCountable) while (end < n && _spread[order[end]][dimension] == _spread[order[start]][dimension]) end++;
            else end = (int)((long)(start * (long)classes / n + 1) * n / classes) is var next && next > start ? Math.Min(n, next) : start + 1;
            var mean = 0.0;
            for (var i = start; i < end; i++) mean += values[order[i]] / (end - start);
            for (var i = start; i < end; i++) squares += Math.Pow(values[order[i]] - mean, 2);
            freedom += end - start - 1;
            start = end;
        }
        return freedom > 0 ? squares / freedom : 0;
    }

    /// <summary>Feasible points, evenly spread; of a pool, rows in a random order.</summary>
    public static Point[] Spread(SearchSpace space, UnitCube cube, int count, int seed)
    {
        if (space.Pool is not { } pool) return [.. SpaceFilling.Candidates(space, cube, count, seed)];
        var order = new Permutation(pool.Length, seed);
        return [.. Enumerable.Range(0, pool.Length).Select(k => pool[(int)order[k]]).Where(space.IsFeasible).Take(count)];
    }

    /// <summary>Points with other places for their coordinates: both halves of one sequence of twice the dimensions, so that they are even together, too.</summary>
    private static List<(Point Here, Point Elsewhere)> Pairs(SearchSpace space, UnitCube cube, int count, int seed, RandomStream stream)
    {
        var pairs = new List<(Point, Point)>(count);
        var d = space.Dimensions.Length;
        var (sequence, place) = (new QuasiRandomPlaces(2 * d, seed), new double[2 * d]);
        if (space.Pool is not null || FeasibleDraw.IsNeeded(space, cube))
        {
            foreach (var point in Spread(space, cube, count, seed))
            {
                for (var k = 0; k < d; k++) place[k] = stream.NextUniform();
                pairs.Add((point, cube.At(place.AsSpan(0, d))));
            }
            return pairs;
        }
        for (var attempt = 0u; pairs.Count < count && attempt < (pairs.Count == 0 ? Search : 16 * count); attempt++)
        {
            sequence.Read(attempt, place);
            if (cube.At(place.AsSpan(0, d)) is var point && space.IsFeasible(point)) pairs.Add((point, cube.At(place.AsSpan(d, d))));
        }
        return pairs;
    }

    private static Point? Other(SearchSpace space, UnitCube cube, Point[] spread, int from, int dimension, double first, RandomStream stream)
    {
        // Rows of a pool have the values that they have, and so have mixtures.
        var isBorrowed = space.Pool is not null || Exchange.IsBound(space, dimension);
        var place = new double[space.Dimensions.Length];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var coordinate = first;
            if (isBorrowed) coordinate = spread[stream.NextIndex(spread.Length)][dimension];
            else if (attempt > 0)
            {
                place[dimension] = stream.NextUniform();
                coordinate = cube.At(place)[dimension];
            }
            if (Exchange.With(space, spread[from], dimension, coordinate) is { } point) return point;
        }
        return null;
    }
}
