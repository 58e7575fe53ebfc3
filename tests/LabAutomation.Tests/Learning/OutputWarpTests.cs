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

    [Theory]
    [InlineData("steps", 12)]
    [InlineData("steps", 25)]
    [InlineData("decades", 6)]
    [InlineData("decades", 25)]
    public void What_is_expected_stays_within_a_range_of_the_values(string kind, int count)
    {
        Func<Point, double> surface = kind == "steps" ? at => at[0] > 0.7 ? 1000 : at[1] > 0.5 ? 1 : 0 : at => Math.Pow(10, 6 * Math.Sin(9 * at[0] + 4 * at[1]));
        Observation[] trials = [.. Spread(count, seed: 1).Select(point => new Observation(point, surface(point)))];
        var most = trials.Max(trial => trial.Value!.Value);

        var model = GaussianProcess.Fit(Square, trials, seed: 1);
        var expected = model.Predict(Spread(300, seed: 9));

        model.Warp.Should().Be("log of value", "without a steep inverse there would be nothing to bound");
        expected.Should().OnlyContain(one => one.Mean >= 0 && one.Mean <= 2 * most && one.Sd <= most);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void A_warp_for_what_is_not_negative_expects_nothing_below_zero(double output)
    {
        foreach (var warp in OutputWarp.For(Distances).Where(warp => warp.Floor == 0))
        {
            var scale = Standardisation.Of(warp, Distances);
            scale.Moments(scale.Output(-output), 1).Mean.Should().BeGreaterThanOrEqualTo(0, warp.Name);
        }

        OutputWarp.For(Distances).Where(warp => warp.Floor == 0).Select(warp => warp.Name).Should().Equal("square", "log of value", "root");
    }

    [Fact]
    public void Without_a_bound_that_is_known_a_value_below_zero_may_be_expected()
        => Standardisation.Of(OutputWarp.Identity, Distances).Moments(-3, 1).Mean.Should().BeNegative();

    private static readonly SearchSpace Square = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);

    private static List<Point> Spread(int count, int seed) => SpaceFilling.Candidates(Square, new UnitCube(Square), count, seed);
}
