using System.Globalization;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Simulators.Reactor;

/// <summary>The reactors of Ganapol's benchmark (Annals of Nuclear Energy, 2013), and how its digits are compared.</summary>
internal static class BenchmarkReactors
{
    public static PointKinetics ThermalI { get; } = Of(5e-4, [0.0127, 0.0317, 0.115, 0.311, 1.40, 3.87], [0.000285, 0.0015975, 0.00141, 0.0030525, 0.00096, 0.000195]);

    public static PointKinetics ThermalII { get; } = Of(2e-5, [0.0127, 0.0317, 0.115, 0.311, 1.40, 3.87], [0.000266, 0.001491, 0.001316, 0.002849, 0.000896, 0.000182]);

    public static PointKinetics ThermalIII { get; } = Of(5e-5, [0.0124, 0.0305, 0.111, 0.301, 1.13, 3.00], [0.00021, 0.00141, 0.00127, 0.00255, 0.00074, 0.00027]);

    public static PointKinetics ThermalIV { get; } = Of(5e-5, [0.0124, 0.0305, 0.111, 0.301, 1.14, 3.01], [0.00022, 0.00142, 0.00127, 0.00257, 0.00075, 0.00027]);

    public static PointKinetics Fast { get; } = new(1e-8, new DelayedGroup(0.0079, 0.077));

    /// <summary>Keepin's groups of U-235.</summary>
    public static PointKinetics Uranium { get; } = Of(5e-5, [0.0124, 0.0305, 0.111, 0.301, 1.14, 3.01], [0.000215, 0.001424, 0.001274, 0.002568, 0.000748, 0.000273]);

    /// <summary>A value is right when it rounds to the digits that were published.</summary>
    public static void ShouldRoundTo(this double value, string published) => Compare(value, published, 0.5000001);

    /// <summary>Some tables cut digits off and others round: then a value is right when it is less than one unit of the last digit away.</summary>
    public static void ShouldHaveTheDigitsOf(this double value, string published) => Compare(value, published, 1);

    private static void Compare(double value, string published, double units)
    {
        var mantissa = published.Split('e')[0];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        var exponent = published.Contains('e', StringComparison.Ordinal) ? int.Parse(published.Split('e')[1], CultureInfo.InvariantCulture) : 0;
        value.Should().BeApproximately(double.Parse(published, CultureInfo.InvariantCulture), units * Math.Pow(10, exponent - decimals));
    }

    private static PointKinetics Of(double generationTime, double[] decays, double[] fractions) =>
        new(generationTime, [.. fractions.Zip(decays, (fraction, decay) => new DelayedGroup(fraction, decay))]);
}
