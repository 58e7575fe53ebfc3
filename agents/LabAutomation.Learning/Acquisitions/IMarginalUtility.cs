namespace LabAutomation.Learning;

/// <summary>The logarithm of what a point is worth, by the normal distribution of one quantity there, in standardised outputs.</summary>
internal interface IMarginalUtility
{
    double Value(double mean, double variance);

    /// <summary>Value, ∂/∂mean and ∂/∂variance.</summary>
    (double Value, double ByMean, double ByVariance) WithSlopes(double mean, double variance);
}

/// <summary>Expected improvement below the best output known.</summary>
internal sealed record ImprovementBelow(double Best) : IMarginalUtility
{
    public double Value(double mean, double variance) => LogExpectedImprovement.Value(mean, variance, Best);

    public (double Value, double ByMean, double ByVariance) WithSlopes(double mean, double variance) => LogExpectedImprovement.WithSlopes(mean, variance, Best);
}
