using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// A point near by that keeps all rules and conditions. Real coordinates go where the slopes of what is missed lead; of the others, those that
/// a missed condition depends on change one at a time to what leaves least missed, with a random one now and then: S. Minton et al.,
/// "Minimizing conflicts", Artificial Intelligence 58, 1992. Of a long list that value is found by bisection.
/// </summary>
internal sealed class FeasibleRepair(SearchSpace space, UnitCube cube, RandomStream stream)
{
    private const int Changes = 60;
    private const int MostValues = 24;

    /// <summary>Of a long list, between the ends of which a rule may change from met to missed.</summary>
    private const int Parts = 16;

    private const double Chance = 0.1;
    private const double Slack = 1e-9;

    private readonly Rule[] _rules = Rules(space);
    private readonly bool _hasLists = Enumerable.Range(0, space.Dimensions.Length).Any(d => IsListed(space, d));
    private readonly double[] _slopes = new double[space.Dimensions.Length];

    /// <returns>Null where none was found.</returns>
    public Point? Mend(Point point)
    {
        if (space.IsFeasible(point)) return point;
        if (_rules.Length == 0) return null;
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
        double[] at = [.. point.Coordinates];
        Rule[] missed = [.. _rules.Where(rule => rule.Missed(at, _slopes) > Slack)];
        if (missed.Length == 0) return null;
        var wanted = missed[stream.NextIndex(missed.Length)];
        int[] parts = [.. wanted.Dimensions.Where(d => IsListed(space, d))];
        if (parts.Length == 0) return null;
        if (stream.NextUniform() < Chance) parts = [parts[stream.NextIndex(parts.Length)]];
        var (part, best, least) = (-1, 0.0, double.PositiveInfinity);
        foreach (var d in parts)
        {
            var touched = _rules.Where(rule => rule.Dimensions.Contains(d)).ToArray();
            var (home, count) = (at[d], UnitCube.ValuesOf(space.Dimensions[d])!.Value);
            var before = touched.Sum(rule => rule.Missed(at, _slopes));
            foreach (var k in count <= MostValues ? Enumerable.Range(0, (int)count).Select(k => (long)k) : Promising(wanted, at, d, count))
            {
                at[d] = UnitCube.ValueAt(space.Dimensions[d], k);
                if (at[d] == home) continue;
                // Of changes that are as good, any.
                var change = 1e-6 * stream.NextUniform() - before;
                foreach (var rule in touched) change += rule.Missed(at, _slopes);
                if (change < least) (part, best, least) = (d, at[d], change);
            }
            at[d] = home;
        }
        return part < 0 ? null : space.Settled(new Point(point.Coordinates.SetItem(part, best)));
    }

    /// <summary>
    /// Numbers of values of a long list that are worth looking at: on both sides of where a rule begins to hold or the two sides of an equation are equal,
    /// which is what the other coordinates leave of this one; the neighbours; some at random.
    /// </summary>
    private List<long> Promising(Rule rule, double[] at, int d, long count)
    {
        var (home, numbers) = (at[d], new List<long>());
        var (from, before) = (0L, Excess(0));
        for (var k = 1; k <= Parts; k++)
        {
            var to = (long)((double)k / Parts * (count - 1));
            var after = Excess(to);
            if (before < 0 ? after >= 0 : before >= 0 && after < 0)
            {
                var (low, high) = (from, to);
                while (high - low > 1)
                    if (low + (high - low) / 2 is var middle && Excess(middle) < 0 == before < 0) low = middle;
                    else high = middle;
                numbers.AddRange([low, high]);
            }
            (from, before) = (to, after);
        }
        at[d] = home;
        if (space.Dimensions[d] is IntegerDimension i) numbers.AddRange([Math.Max(0, (long)home - i.Low - 1), Math.Min(count - 1, (long)home - i.Low + 1)]);
        while (numbers.Count < MostValues) numbers.Add((long)(stream.NextUniform() * count));
        return numbers;

        double Excess(long number)
        {
            at[d] = UnitCube.ValueAt(space.Dimensions[d], number);
            return rule.Excess(at, _slopes);
        }
    }

    private static Rule[] Rules(SearchSpace space) =>
    [
        .. space.Rules.Counts.Select(limit => new Rule((at, _) => limit.At(space.Rules, at).Holds(at) ? 0 : 1, IsEquation: false, Deciding(space, limit.Dimensions))),
        .. space.Rules.Linear.Select(constraint => new Rule((at, slopes) => constraint.At(space.Rules, at)?.Excess(at, slopes) ?? 0, constraint.IsEquation,
            Deciding(space, [.. Enumerable.Range(0, space.Dimensions.Length).Where(d => constraint.Coefficients[d] != 0)]))),
        .. space.Rules.Nonlinear.Select(constraint => new Rule((at, slopes) => constraint.At(space.Rules, at)?.Excess(at, slopes) ?? 0, constraint.IsEquation, Deciding(space, constraint.Dimensions))),
    ];

    /// <summary>With those that decide whether they count.</summary>
    private static ImmutableArray<int> Deciding(SearchSpace space, ImmutableArray<int> dimensions)
    {
        var all = dimensions;
        for (var k = 0; k < all.Length; k++)
            foreach (var activation in space.Rules.Activations)
                if (activation.Dimension == all[k] && !all.Contains(activation.Parent)) all = all.Add(activation.Parent);
        return all;
    }

    private static bool IsListed(SearchSpace space, int d) => !space.Held.ContainsKey(d) && UnitCube.ValuesOf(space.Dimensions[d]) is > 1;

    private sealed record Rule(Excess Excess, bool IsEquation, ImmutableArray<int> Dimensions)
    {
        public double Missed(double[] at, double[] slopes)
        {
            var excess = Excess(at, slopes);
            return IsEquation ? Math.Abs(excess) : Math.Max(0, excess);
        }
    }
}
