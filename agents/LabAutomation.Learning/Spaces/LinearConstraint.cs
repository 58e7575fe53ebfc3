using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Low ≤ Σ coefficient·coordinate ≤ High; an equation where both are equal.</summary>
/// <param name="Coefficients">One per dimension; 0 where a dimension has no part, as one without numbers never has.</param>
public sealed record LinearConstraint(ImmutableArray<double> Coefficients, double Low, double High)
{
    /// <summary>What rounding may lose, as a share of the largest term.</summary>
    private const double Rounding = 1e-9;

    public bool IsEquation => Low == High;

    /// <summary>Whether a dimension that does not count at a point is zero in the sum, as it is in a mixture; otherwise nothing is asked of a point where one of the dimensions does not count.</summary>
    public bool IsMixture { get; init; }

    /// <summary>What is asked where some dimensions do not count; null where nothing is.</summary>
    internal LinearConstraint? At(SpaceRules rules, ReadOnlySpan<double> at)
    {
        ImmutableArray<double>.Builder? left = null;
        foreach (var activation in rules.Activations)
        {
            if (Coefficients[activation.Dimension] == 0 || rules.IsActive(at, activation.Dimension)) continue;
            if (!IsMixture) return null;
            left ??= Coefficients.ToBuilder();
            left[activation.Dimension] = 0;
        }
        return left is null ? this : this with { Coefficients = left.ToImmutable() };
    }

    /// <summary>By how much the sum is above High, or below Low with the other sign, as a share of the largest term; the nearer of both where neither.</summary>
    internal double Excess(ReadOnlySpan<double> point, Span<double> slopes)
    {
        var (sum, scale) = (0.0, Math.Max(double.IsFinite(Low) ? Math.Abs(Low) : 0, double.IsFinite(High) ? Math.Abs(High) : 0));
        for (var d = 0; d < Coefficients.Length; d++)
        {
            var term = Coefficients[d] == 0 ? 0 : Coefficients[d] * point[d];
            (sum, scale) = (sum + term, Math.Max(scale, Math.Abs(term)));
        }
        if (scale == 0) scale = 1;
        var isBelow = !IsEquation && Low - sum > sum - High;
        for (var d = 0; d < slopes.Length; d++) slopes[d] = (isBelow ? -Coefficients[d] : Coefficients[d]) / scale;
        return (isBelow ? Low - sum : sum - High) / scale;
    }

    internal bool Holds(Point point)
    {
        var (sum, scale) = (0.0, 0.0);
        for (var d = 0; d < Coefficients.Length; d++)
        {
            var term = Coefficients[d] == 0 ? 0 : Coefficients[d] * point[d];
            (sum, scale) = (sum + term, Math.Max(scale, Math.Abs(term)));
        }
        var slack = Rounding * Math.Max(scale, Math.Max(double.IsFinite(Low) ? Math.Abs(Low) : 0, double.IsFinite(High) ? Math.Abs(High) : 0));
        return sum >= Low - slack && sum <= High + slack;
    }
}

/// <summary>
/// How far a point is from where a condition holds, so that one can go there; whether it holds is what the condition of the space says.
/// </summary>
/// <param name="Excess">Above 0 where the condition is missed, 0 or less where it holds; of an equation, the difference of its sides.</param>
/// <param name="IsEquation">Whether two numbers have to be equal, which chance never meets.</param>
/// <param name="Dimensions">On which it depends.</param>
public sealed record NonlinearConstraint(Excess Excess, bool IsEquation, ImmutableArray<int> Dimensions)
{
    /// <summary>Null where nothing is asked, since one of the dimensions does not count.</summary>
    internal NonlinearConstraint? At(SpaceRules rules, ReadOnlySpan<double> at) => rules.AreActive(at, Dimensions) ? this : null;
}

/// <summary>By how much something is missed, as a share of the numbers in it.</summary>
/// <param name="coordinates">Of a point.</param>
/// <param name="slopes">Receives the derivatives by the coordinates; 0 by what has no order, or where none is known.</param>
public delegate double Excess(ReadOnlySpan<double> coordinates, Span<double> slopes);

/// <summary>How many of some numeric dimensions may be other than zero at once; one that does not count is zero.</summary>
public sealed record CountLimit(ImmutableArray<int> Dimensions, int Fewest, int Most)
{
    /// <summary>The same of the dimensions that count.</summary>
    internal CountLimit At(SpaceRules rules, ReadOnlySpan<double> at)
    {
        if (rules.AreActive(at, Dimensions)) return this;
        var left = ImmutableArray.CreateBuilder<int>(Dimensions.Length);
        foreach (var dimension in Dimensions)
            if (rules.IsActive(at, dimension)) left.Add(dimension);
        return this with { Dimensions = left.ToImmutable() };
    }

    internal bool Holds(Point point) => Holds(point.Coordinates.AsSpan());

    internal bool Holds(ReadOnlySpan<double> point)
    {
        var used = 0;
        foreach (var dimension in Dimensions)
            if (point[dimension] != 0) used++;
        return used >= Fewest && used <= Most;
    }
}

/// <summary>
/// A dimension that counts only where another one has certain coordinates. Elsewhere it rests at its first value, is zero in mixtures and counts, and no constraint that it is part of asks anything.
/// </summary>
public sealed record Activation(int Dimension, int Parent, ImmutableArray<double> When);

/// <summary>What a space has beside dimensions: conditions of a known form, which can be met rather than only tested.</summary>
public sealed record SpaceRules
{
    public static readonly SpaceRules None = new();

    public ImmutableArray<LinearConstraint> Linear { get; init; } = [];

    /// <summary>Ways to where the condition of the space holds.</summary>
    public ImmutableArray<NonlinearConstraint> Nonlinear { get; init; } = [];

    public ImmutableArray<CountLimit> Counts { get; init; } = [];

    /// <summary>Parents before what depends on them.</summary>
    public ImmutableArray<Activation> Activations { get; init; } = [];

    /// <summary>Dimensions that are read, not chosen: what they are is said with each question.</summary>
    public ImmutableArray<int> Contexts { get; init; } = [];

    /// <summary>Whether a dimension counts where the others are; whether its own coordinate is at rest does not matter.</summary>
    /// <param name="at">A coordinate for each dimension.</param>
    public bool IsActive(ReadOnlySpan<double> at, int dimension)
    {
        foreach (var activation in Activations)
            if (activation.Dimension == dimension && !(activation.When.Contains(at[activation.Parent]) && IsActive(at, activation.Parent))) return false;
        return true;
    }

    /// <summary>Whether all of some dimensions count.</summary>
    /// <param name="at">A coordinate for each dimension of the space.</param>
    public bool AreActive(ReadOnlySpan<double> at, ImmutableArray<int> dimensions)
    {
        if (Activations.IsEmpty) return true;
        foreach (var dimension in dimensions)
            if (!IsActive(at, dimension)) return false;
        return true;
    }

    /// <summary>What is left of the linear constraints where some dimensions do not count.</summary>
    internal ImmutableArray<LinearConstraint> LinearAt(Point at) =>
        Activations.IsEmpty ? Linear : [.. Linear.Select(constraint => constraint.At(this, at.Coordinates.AsSpan())).OfType<LinearConstraint>()];

    /// <summary>The same of those that are not linear.</summary>
    internal ImmutableArray<NonlinearConstraint> NonlinearAt(Point at) =>
        Activations.IsEmpty ? Nonlinear : [.. Nonlinear.Where(constraint => AreActive(at.Coordinates.AsSpan(), constraint.Dimensions))];

    internal bool Hold(Point point)
    {
        foreach (var constraint in Linear)
            if (constraint.At(this, point.Coordinates.AsSpan()) is { } asked && !asked.Holds(point)) return false;
        foreach (var limit in Counts)
            if (!limit.At(this, point.Coordinates.AsSpan()).Holds(point)) return false;
        return true;
    }
}
