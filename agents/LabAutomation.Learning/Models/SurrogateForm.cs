using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// The prediction of a <see cref="GaussianProcess"/> written out as numbers, for whoever computes it elsewhere. With n rows and W columns, x a point's columns
/// times <see cref="InverseLengths"/> and k its covariances with <see cref="Rows"/>: the output has mean k·<see cref="Alpha"/> and variance
/// <see cref="PriorVariance"/> − |k·<see cref="Whitener"/>|², not below <see cref="LeastVariance"/>; the value is what <see cref="Scale"/> makes of it.
/// </summary>
public sealed record SurrogateForm
{
    /// <summary>How a point becomes columns, in the order of the space.</summary>
    public required ImmutableArray<SurrogateDimension> Dimensions { get; init; }

    /// <summary>How correlation falls with distance.</summary>
    public required Kernel Kernel { get; init; }

    /// <summary>[W].</summary>
    public required double[] InverseLengths { get; init; }

    /// <summary>[n, W], in units of the length scales.</summary>
    public required double[] Rows { get; init; }

    /// <summary>[n].</summary>
    public required double[] Alpha { get; init; }

    /// <summary>[n, n]: the transposed inverse of the Cholesky factor.</summary>
    public required double[] Whitener { get; init; }

    /// <summary>Of a correlation of 1.</summary>
    public required double Signal { get; init; }

    /// <summary>The part of the signal that is the mean of the correlations by each dimension alone, 0 to 1.</summary>
    public required double AdditiveShare { get; init; }

    /// <summary>Added to each covariance: that of the mean of the surface.</summary>
    public required double MeanVariance { get; init; }

    /// <summary>Variance before any observation, on the scale of the model.</summary>
    public double PriorVariance => Signal + MeanVariance;

    /// <summary>Below which no variance is told, on the scale of the model; above 0.</summary>
    public required double LeastVariance { get; init; }

    /// <summary>From the scale of the model to the unit of the observations.</summary>
    public required SurrogateScale Scale { get; init; }
}

/// <summary>One dimension of a space, as columns.</summary>
/// <param name="Low">Of a number, what becomes 0; on a logarithmic dimension its logarithm does.</param>
/// <param name="High">What becomes 1.</param>
/// <param name="Choices">Of a dimension without an order: the columns of each choice. Empty for numbers.</param>
public sealed record SurrogateDimension(string Name, bool IsLogarithmic, double Low, double High, ImmutableArray<ImmutableArray<double>> Choices)
{
    /// <summary>How many columns of a row it takes, 1 or more.</summary>
    public int Columns => Choices.IsEmpty ? 1 : Choices[0].Length;
}

/// <summary>Between outputs, which are normal, and values: the inverse of <see cref="Warp"/> of Mean + Sd·output, within Least and Most.</summary>
/// <param name="Offset">The warp's own number; of no meaning without a warp.</param>
/// <param name="Origin">Of a logarithm: the value at which it is the logarithm of the offset.</param>
public sealed record SurrogateScale(WarpKind Warp, double Offset, double Origin, double Mean, double Sd, double Least, double Most)
{
    /// <summary>Nodes and weights, one for both signs, with which moments under a warp are taken; the first node is 0.</summary>
    public static (ImmutableArray<double> Nodes, ImmutableArray<double> Weights) Quadrature => Standardisation.Quadrature;
}

/// <summary>The function of a value that is modelled in its place.</summary>
public enum WarpKind
{
    /// <summary>The value itself.</summary>
    Identity,

    /// <summary>y·√(y² + o²).</summary>
    Square,

    /// <summary>y/√(|y| + o).</summary>
    Root,

    /// <summary>ln(y − origin + o), and its tangent below the origin.</summary>
    Logarithm,
}
