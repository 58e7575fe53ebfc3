using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// Points within the bounds that keep the rules of a space, from places of the unit cube: whole and listed coordinates and what is used at all come from the
/// place, real ones from a walk in what the constraints leave of them.
/// </summary>
internal sealed class FeasibleDraw(SearchSpace space, UnitCube cube, RandomStream stream)
{
    private readonly FeasibleRepair _repair = new(space, cube, stream);

    /// <summary>Whether points must be made, because chance does not meet equations and hardly meets counts.</summary>
    public static bool IsNeeded(SearchSpace space, UnitCube cube) =>
        space.Pool is null && (space.Rules.Counts.Length > 0 || space.Rules.Linear.Any(constraint => constraint.IsEquation)
            || space.Rules.Nonlinear.Any(constraint => constraint.IsEquation) || (space.Rules.Linear.Length + space.Rules.Nonlinear.Length > 0 && IsRare(space, cube)));

    private static bool IsRare(SearchSpace space, UnitCube cube)
    {
        const int Probes = 64;
        var places = new QuasiRandomPlaces(space.Dimensions.Length, seed: 1);
        var place = new double[space.Dimensions.Length];
        for (var probe = 0u; probe < Probes; probe++)
        {
            places.Read(probe, place);
            if (space.IsFeasible(cube.At(place))) return false;
        }
        return true;
    }

    /// <returns>Null where this place leads to no feasible point.</returns>
    public Point? From(ReadOnlySpan<double> place)
    {
        var coordinates = cube.At(place).Coordinates.ToBuilder();
        foreach (var limit in space.Rules.Counts) Choose(limit.At(space.Rules, coordinates.ToArray()), coordinates);
        var point = space.Settled(new Point(coordinates.ToImmutable()));
        if (space.Rules.Nonlinear.Length > 0)
        {
            if (_repair.Mend(point) is not { } mended) return null;
            var system = new ConstraintSystem(space, cube, mended);
            var u = system.Read(mended);
            ConstraintWalk.Wander(system, u, Math.Max(2, system.Size), stream);
            point = system.Write(u);
            return space.IsFeasible(point) ? point : mended;
        }
        if (Polytope.About(space, point) is { } polytope)
        {
            var u = polytope.Read(point);
            if (!polytope.Repair(u)) return _repair.Mend(point);
            polytope.Wander(u, 2 * polytope.Size + 6, stream);
            point = polytope.Write(point, u);
        }
        else point = Balanced(point);
        return _repair.Mend(point);
    }

    /// <summary>Keeps as many as may be used, drawn at random; the others are zero.</summary>
    private void Choose(CountLimit limit, ImmutableArray<double>.Builder coordinates)
    {
        var wanted = limit.Fewest + stream.NextIndex(limit.Most - limit.Fewest + 1);
        var order = limit.Dimensions.OrderBy(_ => stream.NextBits()).ToArray();
        // What is held is used or not, whatever is drawn.
        if (!space.Held.IsEmpty) order = [.. order.OrderBy(d => !space.Held.ContainsKey(d) ? 1 : coordinates[d] != 0 ? 0 : 2)];
        for (var k = 0; k < order.Length; k++)
        {
            if (space.Held.ContainsKey(order[k])) continue;
            if (k >= wanted) coordinates[order[k]] = 0;
            else if (coordinates[order[k]] == 0) coordinates[order[k]] = NonZero(space.Dimensions[order[k]]);
        }
    }

    private double NonZero(SearchDimension dimension)
    {
        if (dimension is RealDimension real) return real.Low + (real.High - real.Low) * (1e-3 + 0.999 * stream.NextUniform());
        var count = UnitCube.ValuesOf(dimension)!.Value;
        for (var attempt = 0; attempt < 64; attempt++)
            if (UnitCube.ValueAt(dimension, (long)(stream.NextUniform() * count)) is not 0 and var value) return value;
        return 0;
    }

    /// <summary>Equations where no real number may move: one of the numbers is what the others leave, or as near to that as it can be.</summary>
    private Point Balanced(Point point)
    {
        foreach (var constraint in space.Rules.LinearAt(point).Where(constraint => constraint.IsEquation && !constraint.Holds(point)))
        {
            int[] parts = [.. Enumerable.Range(0, point.Coordinates.Length).Where(d => constraint.Coefficients[d] != 0 && !space.Held.ContainsKey(d) && space.IsActive(point, d))];
            if (parts.Length == 0) continue;
            var balance = parts[stream.NextIndex(parts.Length)];
            var rest = Enumerable.Range(0, point.Coordinates.Length).Where(d => d != balance && constraint.Coefficients[d] != 0).Sum(d => constraint.Coefficients[d] * point[d]);
            var wanted = (constraint.Low - rest) / constraint.Coefficients[balance];
            point = new Point(point.Coordinates.SetItem(balance, Nearest(space.Dimensions[balance], wanted)));
        }
        return point;
    }

    private static double Nearest(SearchDimension dimension, double wanted) => dimension switch
    {
        IntegerDimension i => Math.Clamp(Math.Round(wanted), i.Low, i.High),
        DiscreteDimension v => v.Values.MinBy(value => Math.Abs(value - wanted)),
        FidelityDimension f => f.Values.MinBy(value => Math.Abs(value - wanted)),
        RealDimension r => Math.Clamp(wanted, r.Low, r.High),
        _ => throw new ArgumentException($"dimension '{dimension.Name}' has no numbers, and is part of an equation"),
    };
}
