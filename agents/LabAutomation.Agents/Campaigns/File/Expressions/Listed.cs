using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Whether a coordinate is one of the values of its parameter, which a search that halves boxes would take for continuous.</summary>
/// <param name="Values">Rising.</param>
internal sealed record Listed(int Dimension, ImmutableArray<double> Values) : Predicate
{
    private const double Rounding = 1e-9;

    public override bool Holds(ReadOnlySpan<double> coordinates) => IsPossible(coordinates[Dimension], coordinates[Dimension]);

    public override bool IsPossible(ReadOnlySpan<Interval> box) => IsPossible(box[Dimension].Low, box[Dimension].High);

    public override bool Uses(int dimension) => dimension == Dimension;

    public override double Excess(ReadOnlySpan<double> coordinates, Span<double> slopes)
    {
        slopes.Clear();
        return Holds(coordinates) ? -1 : 1;
    }

    private bool IsPossible(double low, double high)
    {
        var slack = Rounding * Math.Max(1, Math.Max(Math.Abs(low), Math.Abs(high)));
        foreach (var value in Values)
            if (value >= low - slack && value <= high + slack) return true;
        return false;
    }
}
