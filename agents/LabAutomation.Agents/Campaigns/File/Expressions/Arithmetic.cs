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

    /// <summary>Adds <paramref name="weight"/> times the derivatives of the value by the coordinates.</summary>
    public abstract void AddSlopes(ReadOnlySpan<double> coordinates, double weight, Span<double> slopes);

    /// <summary>The size of the largest number that is added up on the way to the value: what rounding is a share of.</summary>
    public abstract double Largest(ReadOnlySpan<double> coordinates);

    /// <summary>The most that <see cref="Largest(ReadOnlySpan{double})"/> is at a point of a box.</summary>
    public abstract double Largest(ReadOnlySpan<Interval> box);
}

internal sealed record Constant(double Number) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => Number;

    public override Interval Range(ReadOnlySpan<Interval> box) => new(Number, Number);

    public override LinearForm AsLinear(int dimensions) => LinearForm.Of(Number, dimensions);

    public override bool Uses(int dimension) => false;

    public override void AddSlopes(ReadOnlySpan<double> coordinates, double weight, Span<double> slopes)
    {
    }

    public override double Largest(ReadOnlySpan<double> coordinates) => Math.Abs(Number);

    public override double Largest(ReadOnlySpan<Interval> box) => Math.Abs(Number);
}

internal sealed record Coordinate(int Dimension) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => coordinates[Dimension];

    public override Interval Range(ReadOnlySpan<Interval> box) => box[Dimension];

    public override LinearForm AsLinear(int dimensions) => LinearForm.Axis(Dimension, dimensions);

    public override bool Uses(int dimension) => dimension == Dimension;

    public override void AddSlopes(ReadOnlySpan<double> coordinates, double weight, Span<double> slopes) => slopes[Dimension] += weight;

    public override double Largest(ReadOnlySpan<double> coordinates) => Math.Abs(coordinates[Dimension]);

    public override double Largest(ReadOnlySpan<Interval> box) => box[Dimension].Largest;
}

/// <summary>Another unit, or another sign: <c>scale · x + offset</c>.</summary>
internal sealed record Scaled(Arithmetic Operand, double Scale, double Offset) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => (Operand.Value(coordinates) * Scale) + Offset;

    public override Interval Range(ReadOnlySpan<Interval> box) => (Operand.Range(box) * new Interval(Scale, Scale)) + new Interval(Offset, Offset);

    public override LinearForm? AsLinear(int dimensions) => Operand.AsLinear(dimensions)?.Times(Scale).Plus(LinearForm.Of(Offset, dimensions));

    public override bool Uses(int dimension) => Operand.Uses(dimension);

    public override void AddSlopes(ReadOnlySpan<double> coordinates, double weight, Span<double> slopes) => Operand.AddSlopes(coordinates, weight * Scale, slopes);

    public override double Largest(ReadOnlySpan<double> coordinates) => Math.Max(Math.Abs(Scale) * Operand.Largest(coordinates), Math.Abs(Offset));

    public override double Largest(ReadOnlySpan<Interval> box) => Math.Max(Math.Abs(Scale) * Operand.Largest(box), Math.Abs(Offset));
}

internal sealed record Sum(Arithmetic Left, Arithmetic Right) : Arithmetic
{
    public override double Value(ReadOnlySpan<double> coordinates) => Left.Value(coordinates) + Right.Value(coordinates);

    public override Interval Range(ReadOnlySpan<Interval> box) => Left.Range(box) + Right.Range(box);

    public override LinearForm? AsLinear(int dimensions) =>
        Left.AsLinear(dimensions) is { } left && Right.AsLinear(dimensions) is { } right ? left.Plus(right) : null;

    public override bool Uses(int dimension) => Left.Uses(dimension) || Right.Uses(dimension);

    public override void AddSlopes(ReadOnlySpan<double> coordinates, double weight, Span<double> slopes)
    {
        Left.AddSlopes(coordinates, weight, slopes);
        Right.AddSlopes(coordinates, weight, slopes);
    }

    public override double Largest(ReadOnlySpan<double> coordinates) => Math.Max(Left.Largest(coordinates), Right.Largest(coordinates));

    public override double Largest(ReadOnlySpan<Interval> box) => Math.Max(Left.Largest(box), Right.Largest(box));
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

    public override void AddSlopes(ReadOnlySpan<double> coordinates, double weight, Span<double> slopes)
    {
        Left.AddSlopes(coordinates, weight * Right.Value(coordinates), slopes);
        Right.AddSlopes(coordinates, weight * Left.Value(coordinates), slopes);
    }

    public override double Largest(ReadOnlySpan<double> coordinates) => Left.Largest(coordinates) * Right.Largest(coordinates);

    public override double Largest(ReadOnlySpan<Interval> box) => Left.Largest(box) * Right.Largest(box);
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

    public override void AddSlopes(ReadOnlySpan<double> coordinates, double weight, Span<double> slopes)
    {
        var divisor = Right.Value(coordinates);
        Left.AddSlopes(coordinates, weight / divisor, slopes);
        Right.AddSlopes(coordinates, -weight * Left.Value(coordinates) / (divisor * divisor), slopes);
    }

    public override double Largest(ReadOnlySpan<double> coordinates) => Left.Largest(coordinates) / Math.Abs(Right.Value(coordinates));

    public override double Largest(ReadOnlySpan<Interval> box) => Left.Largest(box) / Right.Range(box).Least;
}
