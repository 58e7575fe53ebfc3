using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// Looks for the best-scoring point of a space that cannot be listed: many spread and perturbed candidates, gradient ascent on real
/// dimensions from the best of them, single changes of the others, and a last polish by small feasible steps, which follows
/// constraints where a gradient only runs into them. Only feasible points are ever scored.
/// </summary>
internal sealed class AcquisitionSearch
{
    private const int SpreadCount = 2048, NearCount = 640, Starts = 8, NearStarts = 4, PolishRounds = 4, PolishCount = 64;

    /// <summary>Of many candidates as many are scored by all members of the model; the others are sifted out by the leading one.</summary>
    private const int Sifted = 64;

    /// <summary>Candidates scored at once by one thread.</summary>
    private const int Part = 256;

    private const int SpreadPurpose = 10, NearPurpose = 11, RepairPurpose = 15;

    private readonly TrialLog _log;
    private readonly UnitCube _cube;
    private readonly IAcquisition _acquisition;
    private readonly RandomStream _stream;
    private readonly int _threads;
    private readonly int _spreadSeed;
    private readonly double[] _incumbents;
    private readonly int[] _real;
    private readonly FeasibleRepair _repair;

    /// <param name="incumbents">Encoded rows of the places about which candidates are sought, one after another.</param>
    /// <param name="threads">At most so many work at a time; the answer is the same.</param>
    public AcquisitionSearch(TrialLog log, double[] incumbents, IAcquisition acquisition, int seed, int threads = 1)
    {
        _threads = threads;
        (_log, _cube, _acquisition) = (log, log.Cube, acquisition);
        _stream = new RandomStream(seed, NearPurpose);
        _spreadSeed = (int)new RandomStream(seed, SpreadPurpose).NextBits();
        _repair = Repair(0);
        _incumbents = incumbents;
        _real = [.. Enumerable.Range(0, _cube.Dimensions.Length)
            .Where(d => _cube.Dimensions[d] is RealDimension { } r && r.High > r.Low && !log.Space.Held.ContainsKey(d))];
    }

    /// <exception cref="SpaceExhaustedException">No feasible point was found.</exception>
    public (Point Point, double Score) Best()
    {
        var spread = Scored(SpaceFilling.Candidates(_log.Space, _cube, SpreadCount, _spreadSeed));
        var near = Scored(NearIncumbents());
        if (spread.Count + near.Count == 0)
            throw new SpaceExhaustedException(
                "no feasible point was found among candidates spread over the space and around the best trials; check the constraints");
        Place[] starts = [.. spread.Take(Starts), .. near.Take(NearStarts)];
        var reached = new Place[starts.Length];
        Threads.Run(starts.Length, _threads, start => reached[start] = Climb(starts[start], Repair(start + 1)));
        var climbed = reached.OrderByDescending(place => place.Score).ToList();
        climbed[0] = Polish(climbed[0]);
        Place[] open = [.. climbed.Concat(near).Concat(spread).OrderByDescending(place => place.Score).Where(place => !_log.IsTried(place.Point))];
        if ((open.FirstOrDefault(place => !_log.IsCrowded(place.Point)) ?? open.FirstOrDefault()) is { } best) return (best.Point, best.Score);
        return (SpaceFilling.Random(_log, _spreadSeed), double.NegativeInfinity);
    }

    /// <summary>Each climb has one of its own, so that what it draws does not depend on the others.</summary>
    private FeasibleRepair Repair(int number) => new(_log.Space, _cube, new RandomStream(_spreadSeed, RepairPurpose, number));

    private Place Climb(Place start, FeasibleRepair repair)
    {
        var place = Ascend(start);
        for (var round = 0; round < 4 && _real.Length < _cube.Dimensions.Length; round++)
        {
            var changed = Scored(SingleChanges(place.Point, repair)).FirstOrDefault();
            if (changed is null || changed.Score <= place.Score) break;
            place = Ascend(changed);
        }
        return place;
    }

    /// <summary>Gradient ascent on the real columns, the others held.</summary>
    private Place Ascend(Place start)
    {
        int[] moving = [.. _real.Where(d => _log.Space.MayMove(start.Point, d)).Select(_cube.FirstColumnOf)];
        if (moving.Length == 0) return start;
        var rules = _log.Space.Rules;
        if (rules.Nonlinear.Length > 0 && (rules.Nonlinear.Any(one => one.IsEquation) || rules.Linear.Any(one => one.IsEquation))) return Keep(start);
        if (rules.Nonlinear.Length == 0 && Polytope.About(_log.Space, start.Point) is { } polytope) return Follow(polytope, start);
        var row = new double[_cube.Width];
        _cube.Encode(start.Point, row);
        var slope = new double[_cube.Width];
        var x = moving.Select(column => row[column]).ToArray();
        var score = -new BoundedLbfgs(new double[x.Length], [.. Enumerable.Repeat(1.0, x.Length)]) { Iterations = 40, GradientTolerance = 1e-6 }
            .Minimise(Descent, x);
        Place(x);
        var point = _cube.Decode(row);
        var reached = score > start.Score && _log.Space.IsFeasible(point) ? new Place(point, score) : start;
        // What backtracks at a curved wall stops short of it.
        return rules.Nonlinear.Length > 0 ? Keep(reached) : reached;

        double Descent(ReadOnlySpan<double> at, Span<double> gradient)
        {
            Place(at);
            if (!_log.Space.IsFeasible(_cube.Decode(row))) return double.PositiveInfinity;
            var value = _acquisition.ScoreWithSlopes(row, slope);
            for (var i = 0; i < at.Length; i++) gradient[i] = -slope[moving[i]];
            return -value;
        }

        void Place(ReadOnlySpan<double> at)
        {
            for (var i = 0; i < at.Length; i++) row[moving[i]] = at[i];
        }
    }

    /// <summary>Gradient ascent along constraints of any form.</summary>
    private Place Keep(Place start)
    {
        var (row, slope) = (new double[_cube.Width], new double[_cube.Width]);
        var system = new ConstraintSystem(_log.Space, _cube, start.Point);
        int[] columns = [.. system.Columns];
        var u = system.Read(start.Point);
        var score = -new ConstrainedAscent(system, Descent).Climb(u);
        var point = system.Write(u);
        return score > start.Score && _log.Space.IsFeasible(point) ? new Place(point, score) : start;

        double Descent(ReadOnlySpan<double> at, Span<double> gradient)
        {
            _cube.Encode(system.Write(at), row);
            var value = _acquisition.ScoreWithSlopes(row, slope);
            for (var k = 0; k < columns.Length; k++) gradient[k] = -slope[columns[k]];
            return -value;
        }
    }

    /// <summary>Gradient ascent along linear constraints.</summary>
    private Place Follow(Polytope polytope, Place start)
    {
        var (row, slope) = (new double[_cube.Width], new double[_cube.Width]);
        var u = polytope.Read(start.Point);
        var score = -new PolytopeAscent(polytope, Descent).Climb(u);
        var point = polytope.Write(start.Point, u);
        return score > start.Score && _log.Space.IsFeasible(point) ? new Place(point, score) : start;

        double Descent(ReadOnlySpan<double> at, Span<double> gradient)
        {
            _cube.Encode(polytope.Write(start.Point, at), row);
            var value = _acquisition.ScoreWithSlopes(row, slope);
            polytope.Slopes(at, _cube, slope, gradient);
            TensorPrimitives.Negate(gradient, gradient);
            return -value;
        }
    }

    private Place Polish(Place place)
    {
        var scale = 0.05;
        for (var round = 0; round < PolishRounds; round++, scale *= 0.25)
        {
            var better = Scored(Perturbed(place.Point, PolishCount, () => scale)).FirstOrDefault();
            if (better is not null && better.Score > place.Score) place = Ascend(better);
        }
        return place;
    }

    private List<Point> NearIncumbents()
    {
        var points = new List<Point>();
        var incumbents = _incumbents.Length / _cube.Width;
        for (var i = 0; i < incumbents; i++)
            points.AddRange(Perturbed(_cube.Decode(_incumbents.AsSpan(i * _cube.Width, _cube.Width)), NearCount / incumbents,
                () => Math.Pow(10, -0.7 - 3.3 * _stream.NextUniform())));
        return points;
    }

    /// <summary>
    /// Feasible points about one: real dimensions move by a normal step, about one other dimension in each point takes another value.
    /// </summary>
    private List<Point> Perturbed(Point centre, int count, Func<double> scale)
    {
        var points = new List<Point>(count);
        var (home, row) = (new double[_cube.Width], new double[_cube.Width]);
        _cube.Encode(centre, home);
        var others = _cube.Dimensions.Length - _real.Length;
        for (var attempt = 0; attempt < 4 * count && points.Count < count; attempt++)
        {
            home.CopyTo(row, 0);
            var size = scale();
            foreach (var d in _real)
                if (_log.Space.MayMove(centre, d)) row[_cube.FirstColumnOf(d)] = Math.Clamp(row[_cube.FirstColumnOf(d)] + size * _stream.NextNormal(), 0, 1);
            var coordinates = _cube.Decode(row).Coordinates.ToBuilder();
            for (var d = 0; d < coordinates.Count; d++)
                if (!_log.Space.Held.ContainsKey(d) && UnitCube.ValuesOf(_cube.Dimensions[d]) is { } values && _stream.NextUniform() * others < 1)
                    coordinates[d] = UnitCube.ValueAt(_cube.Dimensions[d], (long)(_stream.NextUniform() * values));
            foreach (var limit in _log.Space.Rules.Counts) Exchange(limit, coordinates);
            var point = Mended(_log.Space.Settled(new Point(coordinates.ToImmutable())), _repair);
            if (_log.Space.IsFeasible(point)) points.Add(point);
        }
        return points;
    }

    /// <summary>Now and then one of what is used makes room for one of what is not.</summary>
    private void Exchange(CountLimit limit, ImmutableArray<double>.Builder coordinates)
    {
        if (_stream.NextUniform() > 0.3) return;
        int[] used = [.. limit.Dimensions.Where(d => coordinates[d] != 0)], unused = [.. limit.Dimensions.Where(d => coordinates[d] == 0)];
        if (used.Length == 0 || unused.Length == 0) return;
        var (from, to) = (used[_stream.NextIndex(used.Length)], unused[_stream.NextIndex(unused.Length)]);
        var share = _cube.Dimensions[from] is RealDimension r && _cube.Dimensions[to] is RealDimension t ? Math.Clamp(coordinates[from], t.Low, t.High) : (double?)null;
        (coordinates[to], coordinates[from]) = (share ?? UnitCube.ValueAt(_cube.Dimensions[to], (long)(_stream.NextUniform() * (UnitCube.ValuesOf(_cube.Dimensions[to]) ?? 1))), 0);
    }

    /// <summary>
    /// Every feasible point that differs in one countable dimension; of long ranges, the neighbours and an even choice of the rest.
    /// </summary>
    private List<Point> SingleChanges(Point centre, FeasibleRepair repair)
    {
        const int Most = 32;
        var points = new List<Point>();
        for (var d = 0; d < _cube.Dimensions.Length; d++)
        {
            if (UnitCube.ValuesOf(_cube.Dimensions[d]) is not { } values || values < 2 || _log.Space.Held.ContainsKey(d)) continue;
            var numbers = values <= Most
                ? Enumerable.Range(0, (int)values).Select(k => (double)k)
                : Enumerable.Range(0, Most).Select(k => Math.Floor(k * (values - 1.0) / (Most - 1)));
            var all = numbers.Select(k => UnitCube.ValueAt(_cube.Dimensions[d], (long)k)).ToList();
            if (values > Most && _cube.Dimensions[d] is IntegerDimension i)
                all.AddRange([Math.Max(i.Low, centre[d] - 1), Math.Min(i.High, centre[d] + 1)]);
            foreach (var value in all)
            {
                var point = Mended(_log.Space.Settled(new Point(centre.Coordinates.SetItem(d, value))), repair);
                if (value != centre[d] && _log.Space.IsFeasible(point)) points.Add(point);
            }
        }
        return points;
    }

    /// <summary>Near by and on what the constraints leave, where there are such.</summary>
    private Point Mended(Point point, FeasibleRepair repair)
    {
        if (_log.Space.Rules.Nonlinear.Length > 0) return repair.Mend(point) ?? point;
        if (_log.Space.Rules.Linear.IsEmpty || _log.Space.Rules.Hold(point) || Polytope.About(_log.Space, point) is not { } polytope) return point;
        var u = polytope.Read(point);
        return polytope.Repair(u) ? polytope.Write(point, u) : point;
    }

    /// <summary>Best first; of many only the best.</summary>
    private List<Place> Scored(List<Point> points)
    {
        var (rows, scores) = (new double[points.Count * _cube.Width], new double[points.Count]);
        for (var i = 0; i < points.Count; i++) _cube.Encode(points[i], rows.AsSpan(i * _cube.Width, _cube.Width));
        var isMany = points.Count > 4 * Sifted;
        var acquisition = isMany ? _acquisition.Leading : _acquisition;
        Threads.Run((points.Count + Part - 1) / Part, isMany ? _threads : 1, part =>
        {
            var (start, count) = (part * Part, Math.Min(Part, points.Count - part * Part));
            acquisition.Score(rows.AsSpan(start * _cube.Width, count * _cube.Width), scores.AsSpan(start, count));
        });
        List<Place> places = [.. points.Zip(scores, (point, score) => new Place(point, score)).OrderByDescending(place => place.Score)];
        return isMany ? Scored([.. places.Take(Sifted).Select(place => place.Point)]) : places;
    }

    private sealed record Place(Point Point, double Score);
}
