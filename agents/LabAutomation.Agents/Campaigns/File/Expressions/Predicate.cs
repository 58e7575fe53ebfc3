using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A condition on a point. Negation has been moved into the atoms.</summary>
internal abstract record Predicate
{
    private const int MostAlternatives = 64;

    public abstract bool Holds(ReadOnlySpan<double> coordinates);

    /// <summary>False only where no point of the box can satisfy it.</summary>
    public abstract bool IsPossible(ReadOnlySpan<Interval> box);

    /// <summary>Whether it depends on a coordinate.</summary>
    public abstract bool Uses(int dimension);

    /// <summary>By how much it is missed, as a share of the numbers in it: above 0 where it is, 1 where it has no numbers.</summary>
    /// <param name="slopes">Receives its derivatives by the coordinates; 0 where there are none.</param>
    public abstract double Excess(ReadOnlySpan<double> coordinates, Span<double> slopes);

    /// <summary>Sets of atoms; the predicate holds where all atoms of one set hold. May leave atoms out, never alternatives.</summary>
    public static ImmutableArray<ImmutableArray<Predicate>> Alternatives(IEnumerable<Predicate> all)
    {
        var sets = all.Select(Split).Aggregate(
            (IReadOnlyList<ImmutableArray<Predicate>>)[[]],
            (sofar, next) => sofar.Count * next.Length > MostAlternatives
                ? sofar
                : [.. sofar.SelectMany(left => next.Select(right => left.AddRange(right)))]);
        return [.. sets];
    }

    private static ImmutableArray<ImmutableArray<Predicate>> Split(Predicate predicate) => predicate switch
    {
        Both both => Alternatives([both.Left, both.Right]),
        Either either => Split(either.Left).AddRange(Split(either.Right)),
        _ => [[predicate]],
    };
}

internal sealed record Both(Predicate Left, Predicate Right) : Predicate
{
    public override bool Holds(ReadOnlySpan<double> coordinates) => Left.Holds(coordinates) && Right.Holds(coordinates);

    public override bool IsPossible(ReadOnlySpan<Interval> box) => Left.IsPossible(box) && Right.IsPossible(box);

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);

    public override double Excess(ReadOnlySpan<double> coordinates, Span<double> slopes)
    {
        Span<double> others = stackalloc double[slopes.Length];
        var (left, right) = (Left.Excess(coordinates, slopes), Right.Excess(coordinates, others));
        if (left >= right) return left;
        others.CopyTo(slopes);
        return right;
    }
}

internal sealed record Either(Predicate Left, Predicate Right) : Predicate
{
    public override bool Holds(ReadOnlySpan<double> coordinates) => Left.Holds(coordinates) || Right.Holds(coordinates);

    public override bool IsPossible(ReadOnlySpan<Interval> box) => Left.IsPossible(box) || Right.IsPossible(box);

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);

    public override double Excess(ReadOnlySpan<double> coordinates, Span<double> slopes)
    {
        Span<double> others = stackalloc double[slopes.Length];
        var (left, right) = (Left.Excess(coordinates, slopes), Right.Excess(coordinates, others));
        if (left <= right) return left;
        others.CopyTo(slopes);
        return right;
    }
}

internal enum Relation
{
    AtMost,
    Below,
    Equal,
    Different,
}

/// <summary>
/// Two numbers compared. Numbers that differ by less than one part in 10⁹ of what they are added up from are equal, so that 0.1 mL + 0.2 mL
/// is 0.3 mL.
/// </summary>
internal sealed record Compared(Arithmetic Left, Relation Relation, Arithmetic Right) : Predicate
{
    private const double Tolerance = 1e-9;

    public override bool Holds(ReadOnlySpan<double> coordinates)
    {
        var (left, right) = (Left.Value(coordinates), Right.Value(coordinates));
        if (Relation == Relation.AtMost && left <= right) return true;
        var slack = Tolerance * Scale(coordinates);
        return Relation switch
        {
            Relation.AtMost => IsAtMost(left, right, slack),
            Relation.Below => !IsAtMost(right, left, slack) && left < right,
            Relation.Equal => IsAtMost(left, right, slack) && IsAtMost(right, left, slack),
            _ => !(IsAtMost(left, right, slack) && IsAtMost(right, left, slack)),
        };
    }

    public override bool IsPossible(ReadOnlySpan<Interval> box)
    {
        var (left, right) = (Left.Range(box), Right.Range(box));
        var slack = Tolerance * Math.Max(Left.Largest(box), Right.Largest(box));
        if (!double.IsFinite(slack)) return true;
        return Relation switch
        {
            Relation.AtMost => IsAtMost(left.Low, right.High, slack),
            Relation.Below => left.Low < right.High,
            Relation.Equal => IsAtMost(left.Low, right.High, slack) && IsAtMost(right.Low, left.High, slack),
            _ => true,
        };
    }

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);

    public override double Excess(ReadOnlySpan<double> coordinates, Span<double> slopes)
    {
        if (Relation == Relation.Different)
        {
            slopes.Clear();
            return Holds(coordinates) ? -1 : 1;
        }
        var difference = Difference(coordinates, slopes);
        if (Relation == Relation.Below) return difference + 2 * Tolerance;
        if (Relation == Relation.AtMost || difference >= 0) return difference;
        System.Numerics.Tensors.TensorPrimitives.Negate(slopes, slopes);
        return -difference;
    }

    /// <summary>The left number less the right one, as a share of what they are added up from.</summary>
    /// <param name="slopes">Receives its derivatives, to which that share does not count.</param>
    public double Difference(ReadOnlySpan<double> coordinates, Span<double> slopes)
    {
        slopes.Clear();
        var (difference, scale) = (Left.Value(coordinates) - Right.Value(coordinates), Scale(coordinates));
        if (!double.IsFinite(difference) || !double.IsFinite(scale)) return double.IsNegative(difference) ? -1 : 1;
        if (scale == 0) return 0;
        Left.AddSlopes(coordinates, 1 / scale, slopes);
        Right.AddSlopes(coordinates, -1 / scale, slopes);
        return difference / scale;
    }

    private double Scale(ReadOnlySpan<double> coordinates) => Math.Max(Left.Largest(coordinates), Right.Largest(coordinates));

    private static bool IsAtMost(double left, double right, double slack) => left <= right || (double.IsFinite(slack) && left <= right + slack);
}

/// <summary>Whether a categorical parameter has, or has not, one of its choices.</summary>
internal sealed record Chosen(int Dimension, int Choice, bool Expected) : Predicate
{
    public override bool Holds(ReadOnlySpan<double> coordinates) => (coordinates[Dimension] == Choice) == Expected;

    public override bool IsPossible(ReadOnlySpan<Interval> box) =>
        Expected ? box[Dimension].Contains(Choice) : !(box[Dimension].Low == Choice && box[Dimension].High == Choice);

    public override bool Uses(int dimension) => dimension == Dimension;

    public override double Excess(ReadOnlySpan<double> coordinates, Span<double> slopes)
    {
        slopes.Clear();
        return Holds(coordinates) ? -1 : 1;
    }
}
