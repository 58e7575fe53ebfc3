using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class MarginalUtilityTests
{
    public static TheoryData<double, double> Marginals => new() { { -1.5, 0.3 }, { 0.2, 0.7 }, { 0.31, 0.001 }, { 3, 0.5 }, { -4, 0.2 }, { 9, 0.5 } };

    [Theory]
    [MemberData(nameof(Marginals))]
    public void The_probability_of_a_band_is_that_of_quadrature(double mean, double variance)
    {
        var value = new WithinLimits(-0.2, 0.9).Value(mean, variance);

        Math.Exp(value).Should().BeApproximately(Integral(mean, variance, y => y is > -0.2 and < 0.9 ? 1 : 0), 2e-4 * Math.Exp(value) + 1e-14);
    }

    [Theory]
    [MemberData(nameof(Marginals))]
    public void Nearness_to_a_target_is_that_of_quadrature(double mean, double variance)
    {
        var value = new NearTarget(0.3, 0.8).Value(mean, variance);

        Math.Exp(value).Should().BeApproximately(Integral(mean, variance, y => Math.Max(0, 0.8 - Math.Abs(y - 0.3))), 1e-5 * Math.Exp(value) + 1e-14);
    }

    [Theory]
    [MemberData(nameof(Marginals))]
    public void Nearness_to_a_level_is_that_of_quadrature(double mean, double variance)
    {
        var band = 2 * Math.Sqrt(variance);
        var value = new NearLevel(0.3).Value(mean, variance);

        Math.Exp(value).Should().BeApproximately(Integral(mean, variance, y => Math.Max(0, band - Math.Abs(y - 0.3))), 1e-5 * Math.Exp(value) + 1e-14);
    }

    [Theory]
    [MemberData(nameof(Marginals))]
    public void Slopes_are_those_of_finite_differences(double mean, double variance)
    {
        foreach (var utility in new IMarginalUtility[]
        {
            new WithinLimits(-0.2, 0.9), new WithinLimits(double.NegativeInfinity, 0.4), new WithinLimits(0.4, double.PositiveInfinity), new NearTarget(0.3, 0.8), new NearTarget(0.3, 1e-3),
            new NearLevel(0.3), new ImprovementBelow(0.1),
        })
        {
            var (value, byMean, byVariance) = utility.WithSlopes(mean, variance);
            var (m, v) = (1e-5 * Math.Max(1, Math.Abs(mean)), 1e-5 * variance);

            value.Should().BeApproximately(utility.Value(mean, variance), 1e-12 * Math.Max(1, Math.Abs(value)));
            byMean.Should().BeApproximately((utility.Value(mean + m, variance) - utility.Value(mean - m, variance)) / (2 * m), 1e-4 * Math.Max(1, Math.Abs(byMean)), $"{utility} at {mean}");
            byVariance.Should().BeApproximately((utility.Value(mean, variance + v) - utility.Value(mean, variance - v)) / (2 * v), 1e-4 * Math.Max(1, Math.Abs(byVariance)), $"{utility} at {mean}");
        }
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(1e6)]
    public void However_far_out_values_and_slopes_are_finite(double mean)
    {
        foreach (var utility in new IMarginalUtility[] { new WithinLimits(-0.2, 0.9), new NearTarget(0.3, 0.8), new NearLevel(0.3) })
        {
            var (value, byMean, byVariance) = utility.WithSlopes(mean, 0.5);

            value.Should().BeLessThan(-1000);
            double.IsFinite(byMean).Should().BeTrue($"{utility}: {byMean}");
            double.IsFinite(byVariance).Should().BeTrue($"{utility}: {byVariance}");
            Math.Sign(byMean).Should().Be(-Math.Sign(mean));
        }
    }

    /// <summary>Of f over a normal distribution, by the trapezoid rule over twelve standard deviations.</summary>
    private static double Integral(double mean, double variance, Func<double, double> f)
    {
        const int Steps = 400_000;
        var (sd, sum) = (Math.Sqrt(variance), 0.0);
        for (var k = 0; k <= Steps; k++)
        {
            var u = -12 + 24.0 * k / Steps;
            sum += f(mean + sd * u) * Math.Exp(-0.5 * u * u) / Math.Sqrt(2 * Math.PI) * 24.0 / Steps;
        }
        return sum;
    }
}
