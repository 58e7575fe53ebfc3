using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Low ≤ Σ coefficient·coordinate ≤ High; an equation where both are equal.</summary>
/// <param name="Coefficients">One per dimension; 0 where a dimension has no part, as one without numbers never has.</param>
public sealed record LinearConstraint(ImmutableArray<double> Coefficients, double Low, double High)
{
    /// <summary>What rounding may lose, as a share of the largest term.</summary>
    private const double Rounding = 1e-9;

    public bool IsEquation => Low == High;

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

/// <summary>How many of some numeric dimensions may be other than zero at once.</summary>
public sealed record CountLimit(ImmutableArray<int> Dimensions, int Fewest, int Most)
{
    internal bool Holds(Point point)
    {
        var used = 0;
        foreach (var dimension in Dimensions)
            if (point[dimension] != 0) used++;
        return used >= Fewest && used <= Most;
    }
}

/// <summary>A dimension that counts only where another one has certain coordinates; elsewhere it rests at its first value.</summary>
public sealed record Activation(int Dimension, int Parent, ImmutableArray<double> When);

/// <summary>What a space has beside dimensions: conditions of a known form, which can be met rather than only tested.</summary>
public sealed record SpaceRules
{
    public static readonly SpaceRules None = new();

    public ImmutableArray<LinearConstraint> Linear { get; init; } = [];

    public ImmutableArray<CountLimit> Counts { get; init; } = [];

    /// <summary>Parents before what depends on them.</summary>
    public ImmutableArray<Activation> Activations { get; init; } = [];

    /// <summary>Dimensions that are read, not chosen: what they are is said with each question.</summary>
    public ImmutableArray<int> Contexts { get; init; } = [];

    internal bool Hold(Point point)
    {
        foreach (var constraint in Linear)
            if (!constraint.Holds(point)) return false;
        foreach (var limit in Counts)
            if (!limit.Holds(point)) return false;
        return true;
    }
}
