using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How many of some coordinates are other than zero.</summary>
internal sealed record Counted(ImmutableArray<int> Dimensions, int Least, int Most) : Predicate
{
    /// <summary>The same in a form that can be taken apart: which ones are zero, in all ways there are.</summary>
    public static Predicate Of(ImmutableArray<int> dimensions, int least, int most)
    {
        var counted = new Counted(dimensions, least, most);
        return Absent(dimensions, dimensions.Length - most) is { } absent ? new Both(counted, absent) : counted;
    }

    public override bool Holds(ReadOnlySpan<double> coordinates)
    {
        var used = 0;
        foreach (var dimension in Dimensions)
            if (coordinates[dimension] != 0) used++;
        return used >= Least && used <= Most;
    }

    public override bool IsPossible(ReadOnlySpan<Interval> box)
    {
        var (surely, perhaps) = (0, 0);
        foreach (var dimension in Dimensions)
        {
            if (!box[dimension].Contains(0)) surely++;
            if (box[dimension].Low != 0 || box[dimension].High != 0) perhaps++;
        }
        return surely <= Most && perhaps >= Least;
    }

    public override bool Uses(int dimension) => Dimensions.Contains(dimension);

    public override double Excess(ReadOnlySpan<double> coordinates, Span<double> slopes)
    {
        slopes.Clear();
        return Holds(coordinates) ? -1 : 1;
    }

    /// <summary>That so many of the dimensions are zero; null where nothing is asked.</summary>
    private static Predicate? Absent(ImmutableArray<int> dimensions, int zeros)
    {
        if (zeros <= 0) return null;
        Predicate? ways = null;
        for (var k = 0; k + zeros <= dimensions.Length; k++)
        {
            var first = new Compared(new Coordinate(dimensions[k]), Relation.Equal, new Constant(0));
            var way = Absent(dimensions[(k + 1)..], zeros - 1) is { } others ? new Both(first, others) : (Predicate)first;
            ways = ways is null ? way : new Either(ways, way);
        }
        return ways;
    }
}
