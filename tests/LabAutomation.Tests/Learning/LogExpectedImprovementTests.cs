using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>Reference values of ln(φ(u) + u·Φ(u)) were computed with sixty digits or more.</summary>
public sealed class LogExpectedImprovementTests
{
    [Theory]
    [InlineData(10, 2.302585092994045684)]
    [InlineData(1, 0.080026218849306940029)]
    [InlineData(0, -0.91893853320467274178)]
    [InlineData(-0.999, -2.4832171154475854412)]
    [InlineData(-1, -2.4851210257126413368)]
    [InlineData(-1.001, -2.4870256579553892129)]
    [InlineData(-5, -16.744301162660990143)]
    [InlineData(-25, -319.86146358149595433)]
    [InlineData(-40, -808.29856835661996024)]
    [InlineData(-100, -5010.1295788002497923)]
    [InlineData(-1e3, -500014.73445209115845)]
    [InlineData(-1e7, -50000000000033.15513)]
    public void Its_value_has_ten_digits_however_unlikely_the_improvement(double u, double expected)
        => LogExpectedImprovement.Value(mean: -u, variance: 1, best: 0).Should().BeApproximately(expected, 1e-10 * Math.Max(1, Math.Abs(expected)));

    [Fact]
    public void A_standard_deviation_scales_it() => LogExpectedImprovement.Value(mean: 15, variance: 9, best: 0)
        .Should().BeApproximately(Math.Log(3) - 16.744301162660990143, 1e-10);

    [Theory]
    [InlineData(-1.5, 0.3)]
    [InlineData(0.2, 0.7)]
    [InlineData(3, 0.5)]
    [InlineData(12, 0.02)]
    [InlineData(40, 0.5)]
    [InlineData(80, 0.9)]
    public void Its_slopes_are_those_of_finite_differences(double mean, double variance)
    {
        var (value, byMean, byVariance) = LogExpectedImprovement.WithSlopes(mean, variance, best: 0.1);
        double At(double m, double v) => LogExpectedImprovement.Value(m, v, 0.1);

        value.Should().BeApproximately(At(mean, variance), 1e-12 * Math.Abs(value));
        var (h, k) = (1e-5, 1e-5 * variance);
        byMean.Should().BeApproximately((At(mean + h, variance) - At(mean - h, variance)) / (2 * h), 1e-5 * Math.Abs(byMean));
        byVariance.Should().BeApproximately((At(mean, variance + k) - At(mean, variance - k)) / (2 * k), 1e-5 * Math.Abs(byVariance));
    }
}
