using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary><c>constant + Σ weight · coordinate</c></summary>
/// <param name="Weights">[dimensions]</param>
internal sealed record LinearForm(double Constant, ImmutableArray<double> Weights)
{
    public bool IsConstant => Weights.All(weight => weight == 0);

    public static LinearForm Of(double constant, int dimensions) => new(constant, [.. new double[dimensions]]);

    public static LinearForm Axis(int dimension, int dimensions) =>
        new(0, [.. Enumerable.Range(0, dimensions).Select(k => k == dimension ? 1.0 : 0.0)]);

    public LinearForm Plus(LinearForm other) => new(Constant + other.Constant, [.. Weights.Zip(other.Weights, (a, b) => a + b)]);

    public LinearForm Times(double factor) => new(Constant * factor, [.. Weights.Select(weight => weight * factor)]);
}
