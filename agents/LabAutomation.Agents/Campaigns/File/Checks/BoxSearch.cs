using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The smallest value of an expression over the part of a box where conditions hold, by branch and bound.</summary>
internal static class BoxSearch
{
    private const int MostBoxes = 5_000;

    /// <summary>How far the bound may stay below the smallest value that was found, as a share of the larger of the two.</summary>
    private const double Gap = 1e-3;
    private const double Rounding = 1e-9;

    /// <param name="Bound">No value is below it.</param>
    /// <param name="At">Where the smallest value that was found is taken, or the middle of the last box if none was.</param>
    public sealed record Minimum(double Bound, double[] At, bool IsExact);

    /// <summary>Null where no part of the box can satisfy the conditions.</summary>
    public static Minimum? Minimise(Arithmetic expression, ImmutableArray<Interval> box, ImmutableArray<Predicate> conditions)
    {
        bool Matters(int side) => box[side].Width > 0 && (expression.Uses(side) || conditions.Any(condition => condition.Uses(side)));
        int[] sides = [.. Enumerable.Range(0, box.Length).Where(Matters)];
        var open = new PriorityQueue<Interval[], double>();
        var (best, at) = (double.PositiveInfinity, Middle([.. box]));
        open.Enqueue([.. box], expression.Range(box.AsSpan()).Low);
        for (var boxes = 0; open.TryDequeue(out var current, out var bound); boxes++)
        {
            if (IsWithin(Gap, best, bound)) return new Minimum(bound, at, IsWithin(Rounding, best, bound));
            if (boxes == MostBoxes || Widest(current, box, sides) is not { } dimension)
                return new Minimum(bound, double.IsFinite(best) ? at : Middle(current), IsExact: false);
            foreach (var half in Halves(current, dimension))
            {
                if (!conditions.All(condition => condition.IsPossible(half))) continue;
                open.Enqueue(half, expression.Range(half).Low);
                foreach (var point in new[] { Middle(half), Ends(half, high: false), Ends(half, high: true) })
                    if (conditions.All(condition => condition.Holds(point)) && expression.Value(point) is var value && value < best)
                        (best, at) = (value, point);
            }
        }

        return null;
    }

    private static bool IsWithin(double share, double best, double bound) =>
        double.IsFinite(best) && double.IsFinite(bound) && best - bound <= share * Math.Max(Math.Abs(best), Math.Abs(bound));

    private static double[] Middle(Interval[] box) => [.. box.Select(side => side.Middle)];

    private static double[] Ends(Interval[] box, bool high) => [.. box.Select(side => high ? side.High : side.Low)];

    /// <summary>The side that has been halved least; null where none can be halved any more.</summary>
    private static int? Widest(Interval[] box, ImmutableArray<Interval> whole, int[] sides)
    {
        var (widest, share) = ((int?)null, 1e-9);
        foreach (var k in sides)
            if (box[k].Width / whole[k].Width > share) (widest, share) = (k, box[k].Width / whole[k].Width);
        return widest;
    }

    private static IEnumerable<Interval[]> Halves(Interval[] box, int dimension)
    {
        foreach (var half in new[] { box[dimension] with { High = box[dimension].Middle }, box[dimension] with { Low = box[dimension].Middle } })
        {
            var copy = box.ToArray();
            copy[dimension] = half;
            yield return copy;
        }
    }
}
