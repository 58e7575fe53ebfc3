using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class OutputWarpTests
{
    private static readonly double[] Distances = [0.2, 1, 3, 4, 9, 30];

    [Fact]
    public void Every_warp_rises_and_goes_back_and_knows_its_slope()
    {
        foreach (var warp in OutputWarp.For(Distances))
            foreach (var y in new[] { 0.2, 0.5, 2.0, 17, 40 })
            {
                warp.Inverse(warp.Forward(y)).Should().BeApproximately(y, 1e-9, warp.Name);
                var slope = (warp.Forward(y + 1e-6) - warp.Forward(y - 1e-6)) / 2e-6;
                slope.Should().BePositive();
                if (y > 0.2) warp.LogSlope(y).Should().BeApproximately(Math.Log(slope), 1e-5, warp.Name);
            }
    }

    [Fact]
    public void Values_below_zero_are_not_squared()
        => OutputWarp.For([-1, 2, 3]).Select(warp => warp.Name).Should().Equal("identity", "log", "steep log");

    [Fact]
    public void Constant_values_are_left_alone() => OutputWarp.For([2, 2, 2]).Should().Equal(OutputWarp.Identity);

    [Fact]
    public void Moments_of_a_warped_normal_are_those_of_the_log_normal()
    {
        var scale = new Standardisation(new OutputWarp("ln", Math.Log, y => -Math.Log(y), Math.Exp), 0, 1);

        var moments = scale.Moments(0.3, 0.25);

        moments.Mean.Should().BeApproximately(Math.Exp(0.3 + 0.125), 1e-6);
        moments.Sd.Should().BeApproximately(Math.Exp(0.3 + 0.125) * Math.Sqrt(Math.Exp(0.25) - 1), 1e-4);
    }
}
