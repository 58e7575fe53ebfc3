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
}

internal sealed record Either(Predicate Left, Predicate Right) : Predicate
{
    public override bool Holds(ReadOnlySpan<double> coordinates) => Left.Holds(coordinates) || Right.Holds(coordinates);

    public override bool IsPossible(ReadOnlySpan<Interval> box) => Left.IsPossible(box) || Right.IsPossible(box);

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);
}

internal enum Relation
{
    AtMost,
    Below,
    Equal,
    Different,
}

/// <summary>Two numbers compared. Numbers that differ by less than one part in 10⁹ are equal, so that 0.1 mL + 0.2 mL is 0.3 mL.</summary>
internal sealed record Compared(Arithmetic Left, Relation Relation, Arithmetic Right) : Predicate
{
    private const double Tolerance = 1e-9;

    public override bool Holds(ReadOnlySpan<double> coordinates)
    {
        var (left, right) = (Left.Value(coordinates), Right.Value(coordinates));
        return Relation switch
        {
            Relation.AtMost => IsAtMost(left, right),
            Relation.Below => !IsAtMost(right, left) && left < right,
            Relation.Equal => IsAtMost(left, right) && IsAtMost(right, left),
            _ => !(IsAtMost(left, right) && IsAtMost(right, left)),
        };
    }

    public override bool IsPossible(ReadOnlySpan<Interval> box)
    {
        var (left, right) = (Left.Range(box), Right.Range(box));
        return Relation switch
        {
            Relation.AtMost => IsAtMost(left.Low, right.High),
            Relation.Below => left.Low < right.High,
            Relation.Equal => IsAtMost(left.Low, right.High) && IsAtMost(right.Low, left.High),
            _ => true,
        };
    }

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);

    private static bool IsAtMost(double left, double right) =>
        left <= right || (double.IsFinite(right) && left <= right + (Tolerance * Math.Max(Math.Abs(left), Math.Abs(right))));
}

/// <summary>Whether a categorical parameter has, or has not, one of its choices.</summary>
internal sealed record Chosen(int Dimension, int Choice, bool Expected) : Predicate
{
    public override bool Holds(ReadOnlySpan<double> coordinates) => (coordinates[Dimension] == Choice) == Expected;

    public override bool IsPossible(ReadOnlySpan<Interval> box) =>
        Expected ? box[Dimension].Contains(Choice) : !(box[Dimension].Low == Choice && box[Dimension].High == Choice);

    public override bool Uses(int dimension) => dimension == Dimension;
}
