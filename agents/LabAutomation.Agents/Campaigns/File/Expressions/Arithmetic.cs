namespace LabAutomation.Agents.Campaigns;

/// <summary>An expression that was checked: its units are settled, and it computes a number from the coordinates of a point.</summary>
internal abstract record Arithmetic
{
    public abstract double Value(ReadOnlySpan<double> coordinates);

    /// <summary>Encloses the values at all points of a box.</summary>
    public abstract Interval Range(ReadOnlySpan<Interval> box);

    /// <summary>The same as a weighted sum of the coordinates, where it is one.</summary>
    public abstract LinearForm? AsLinear(int dimensions);

    /// <summary>Whether the value depends on a coordinate.</summary>
    public abstract bool Uses(int dimension);
}

internal sealed record Constant(double Number) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => Number;

    public override Interval Range(ReadOnlySpan<Interval> box) => new(Number, Number);

    public override LinearForm AsLinear(int dimensions) => LinearForm.Of(Number, dimensions);

    public override bool Uses(int dimension) => false;
}

internal sealed record Coordinate(int Dimension) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => coordinates[Dimension];

    public override Interval Range(ReadOnlySpan<Interval> box) => box[Dimension];

    public override LinearForm AsLinear(int dimensions) => LinearForm.Axis(Dimension, dimensions);

    public override bool Uses(int dimension) => dimension == Dimension;
}

/// <summary>Another unit, or another sign: <c>scale · x + offset</c>.</summary>
internal sealed record Scaled(Arithmetic Operand, double Scale, double Offset) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => (Operand.Value(coordinates) * Scale) + Offset;

    public override Interval Range(ReadOnlySpan<Interval> box) => (Operand.Range(box) * new Interval(Scale, Scale)) + new Interval(Offset, Offset);

    public override LinearForm? AsLinear(int dimensions) => Operand.AsLinear(dimensions)?.Times(Scale).Plus(LinearForm.Of(Offset, dimensions));

    public override bool Uses(int dimension) => Operand.Uses(dimension);
}

internal sealed record Sum(Arithmetic Left, Arithmetic Right) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => Left.Value(coordinates) + Right.Value(coordinates);

    public override Interval Range(ReadOnlySpan<Interval> box) => Left.Range(box) + Right.Range(box);

    public override LinearForm? AsLinear(int dimensions) =>
        Left.AsLinear(dimensions) is { } left && Right.AsLinear(dimensions) is { } right ? left.Plus(right) : null;

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);
}

internal sealed record Product(Arithmetic Left, Arithmetic Right) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => Left.Value(coordinates) * Right.Value(coordinates);

    public override Interval Range(ReadOnlySpan<Interval> box) => Left.Range(box) * Right.Range(box);

    public override LinearForm? AsLinear(int dimensions)
    {
        if (Left.AsLinear(dimensions) is not { } left || Right.AsLinear(dimensions) is not { } right) return null;
        if (left.IsConstant) return right.Times(left.Constant);
        return right.IsConstant ? left.Times(right.Constant) : null;
    }

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);
}

/// <summary>Not a finite number where the divisor is zero.</summary>
internal sealed record Quotient(Arithmetic Left, Arithmetic Right) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => Left.Value(coordinates) / Right.Value(coordinates);

    public override Interval Range(ReadOnlySpan<Interval> box) => Left.Range(box) / Right.Range(box);

    public override LinearForm? AsLinear(int dimensions) =>
        Left.AsLinear(dimensions) is { } left && Right.AsLinear(dimensions) is { IsConstant: true, Constant: not 0 } right
            ? left.Times(1 / right.Constant)
            : null;

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);
}
