using System.Globalization;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>Differences of pairs: their mean, and between which bounds it lies with 95 % confidence.</summary>
internal sealed class Difference(IEnumerable<double> pairs)
{
    /// <summary>Student's t of two sides and 95 %, for 1 to 15 degrees of freedom; beyond, that of the last is a little too wide.</summary>
    private static readonly double[] Student = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131];

    private readonly double[] _pairs = [.. pairs];

    public double Mean => _pairs.Average();

    /// <summary>Of the mean; unknown of a single pair.</summary>
    public double StandardError => _pairs.Length < 2 ? double.PositiveInfinity : Math.Sqrt(_pairs.Sum(pair => (pair - Mean) * (pair - Mean)) / (_pairs.Length - 1) / _pairs.Length);

    /// <summary>The lower bound.</summary>
    public double Lowest => Mean - (Student[Math.Clamp(_pairs.Length - 2, 0, Student.Length - 1)] * StandardError);

    /// <summary>Whether it is shown that no more than so much is lost.</summary>
    public bool IsNotWorseThan(double margin) => Lowest > -margin;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(Mean, 4) + 0:+0.0000;-0.0000} ± {StandardError:0.0000}, at least {Math.Round(Lowest, 4) + 0:+0.0000;-0.0000}");
}
