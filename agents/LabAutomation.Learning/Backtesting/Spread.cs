namespace LabAutomation.Learning.Backtesting;

/// <summary>How a figure differs between seeds.</summary>
/// <param name="Sd">Sample standard deviation; 0 for a single seed.</param>
/// <param name="Low">The 10 % quantile.</param>
/// <param name="High">The 90 % quantile.</param>
/// <param name="Censored">Seeds that never got there; each is counted at its bound, so the figures flatter where this is above 0.</param>
public sealed record Spread(double Mean, double Sd, double Low, double Median, double High, int Censored)
{
    /// <summary>How some values differ.</summary>
    /// <param name="values">At least one.</param>
    public static Spread Of(IReadOnlyCollection<double> values, int censored = 0)
    {
        var sorted = values.Order().ToArray();
        var mean = sorted.Average();
        var sd = sorted.Length < 2 ? 0 : Math.Sqrt(sorted.Sum(value => (value - mean) * (value - mean)) / (sorted.Length - 1));
        return new Spread(mean, sd, Quantile(sorted, 0.1), Quantile(sorted, 0.5), Quantile(sorted, 0.9), censored);
    }

    /// <summary>Linear between order statistics (Hyndman and Fan's type 7).</summary>
    private static double Quantile(double[] sorted, double probability)
    {
        var place = probability * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
