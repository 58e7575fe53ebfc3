using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// A point near by that keeps all rules and conditions. Real coordinates go where the slopes of what is missed lead; of the others, those that
/// a missed condition depends on change one at a time to what leaves least missed, with a random one now and then: S. Minton et al.,
/// "Minimizing conflicts", Artificial Intelligence 58, 1992.
/// </summary>
internal sealed class FeasibleRepair(SearchSpace space, UnitCube cube, RandomStream stream)
{
    private const int Changes = 60;
    private const int MostValues = 24;
    private const double Chance = 0.1;

    private readonly bool _hasWays = space.Rules.Nonlinear.Length + space.Rules.Linear.Length > 0;
    private readonly bool _hasLists = Enumerable.Range(0, space.Dimensions.Length).Any(d => IsListed(space, d));

    /// <returns>Null where none was found.</returns>
    public Point? Mend(Point point)
    {
        if (space.IsFeasible(point)) return point;
        if (!_hasWays) return null;
        for (var change = 0; change < Changes; change++)
        {
            point = Met(point);
            if (space.IsFeasible(point)) return point;
            if (!_hasLists || Changed(point) is not { } other) return null;
            point = other;
        }
        return null;
    }

    /// <summary>With real coordinates where they miss least.</summary>
    private Point Met(Point point)
    {
        var system = new ConstraintSystem(space, cube, point);
        if (system.Size == 0) return point;
        var u = system.Read(point);
        return system.Meet(u) ? system.Write(u) : point;
    }

    private Point? Changed(Point point)
    {
        var missed = Conditions(point).Where(condition => condition.Missed > 1e-9).Select(condition => condition.Dimensions).ToArray();
        if (missed.Length == 0) return null;
        int[] parts = [.. missed[stream.NextIndex(missed.Length)].Where(d => IsListed(space, d))];
        if (parts.Length == 0) return null;
        if (stream.NextUniform() < Chance) parts = [parts[stream.NextIndex(parts.Length)]];
        var (best, least) = ((Point?)null, double.PositiveInfinity);
        foreach (var d in parts)
        {
            var count = UnitCube.ValuesOf(space.Dimensions[d])!.Value;
            for (var k = 0; k < Math.Min(count, MostValues); k++)
            {
                var value = UnitCube.ValueAt(space.Dimensions[d], count <= MostValues ? k : (long)(stream.NextUniform() * count));
                if (value == point[d]) continue;
                var other = space.Settled(new Point(point.Coordinates.SetItem(d, value)));
                // Of changes that are as good, any.
                var left = Conditions(other).Sum(condition => condition.Missed) + 1e-6 * stream.NextUniform();
                if (left < least) (best, least) = (other, left);
            }
        }
        return best;
    }

    private IEnumerable<(double Missed, ImmutableArray<int> Dimensions)> Conditions(Point point)
    {
        var slopes = new double[point.Coordinates.Length];
        foreach (var limit in space.Rules.Counts) yield return (limit.Holds(point) ? 0 : 1, limit.Dimensions);
        foreach (var constraint in space.Rules.Linear)
        {
            var excess = constraint.Excess(point, slopes);
            yield return (constraint.IsEquation ? Math.Abs(excess) : Math.Max(0, excess), [.. Enumerable.Range(0, slopes.Length).Where(d => constraint.Coefficients[d] != 0)]);
        }
        foreach (var constraint in space.Rules.Nonlinear)
        {
            var excess = constraint.Excess(point.Coordinates.AsSpan(), slopes);
            yield return (constraint.IsEquation ? Math.Abs(excess) : Math.Max(0, excess), constraint.Dimensions);
        }
    }

    private static bool IsListed(SearchSpace space, int d) => !space.Held.ContainsKey(d) && UnitCube.ValuesOf(space.Dimensions[d]) is > 1;
}
