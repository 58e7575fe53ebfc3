using System.Globalization;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>Differences of pairs: their mean, and how far it may be off.</summary>
internal sealed class Difference(IEnumerable<double> pairs)
{
    private readonly double[] _pairs = [.. pairs];

    public double Mean => _pairs.Average();

    /// <summary>Of the mean; 0 of a single pair.</summary>
    public double StandardError => _pairs.Length < 2 ? 0 : Math.Sqrt(_pairs.Sum(pair => (pair - Mean) * (pair - Mean)) / (_pairs.Length - 1) / _pairs.Length);

    /// <summary>Whether the mean is so many standard errors below nothing.</summary>
    public bool IsBelow(double errors) => Mean < -errors * StandardError;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(Mean, 4) + 0:+0.0000;-0.0000} ± {StandardError:0.0000}{(IsBelow(2) ? " (behind)" : Mean > 2 * StandardError ? " (ahead)" : " (level)")}");
}
