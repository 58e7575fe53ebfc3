using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>Factors of one worth, such as an improvement and the probability that a limit is kept: the sum of their logarithms.</summary>
internal sealed class Product(IReadOnlyList<IAcquisition> factors) : IAcquisition
{
    public IAcquisition Leading => new Product([.. factors.Select(factor => factor.Leading)]);

    public int Width => factors[0].Width;

    /// <summary>One factor as it is; several as their product.</summary>
    public static IAcquisition Of(IReadOnlyList<IAcquisition> factors) => factors.Count == 1 ? factors[0] : new Product(factors);

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        var one = new double[scores.Length];
        scores.Clear();
        foreach (var factor in factors)
        {
            factor.Score(rows, one);
            TensorPrimitives.Add(scores, one, scores);
        }
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        Span<double> one = stackalloc double[row.Length];
        slope.Clear();
        var sum = 0.0;
        foreach (var factor in factors)
        {
            sum += factor.ScoreWithSlopes(row, one);
            TensorPrimitives.Add(slope, one, slope);
        }
        return sum;
    }
}
