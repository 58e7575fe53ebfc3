using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class MarginalAcquisitionTests
{
    /// <summary>So far below all there is that the logarithm of its improvement is minus infinity.</summary>
    private const double OutOfReach = -1e200;

    private static readonly SearchSpace Space = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);

    [Fact]
    public void Where_nothing_is_promising_there_is_no_slope()
    {
        var slope = new double[2];

        var score = Of((OutOfReach, 0), (OutOfReach, 0)).ScoreWithSlopes([0.3, 0.4], slope);

        score.Should().Be(double.NegativeInfinity);
        slope.Should().Equal(0, 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_member_without_hope_leaves_score_and_slope_to_the_other(bool hopelessFirst)
    {
        var (slope, alone) = (new double[2], new double[2]);
        var (hopeless, hopeful) = ((OutOfReach, 0.0), (-0.5, 0.0));

        var score = (hopelessFirst ? Of(hopeless, hopeful) : Of(hopeful, hopeless)).ScoreWithSlopes([0.3, 0.4], slope);

        score.Should().Be(Of(hopeful).ScoreWithSlopes([0.3, 0.4], alone)).And.NotBe(double.NegativeInfinity);
        slope.Should().Equal(alone).And.OnlyContain(value => double.IsFinite(value) && value != 0);
    }

    private static MarginalAcquisition Of(params (double Best, double LogWeight)[] members)
    {
        var places = new[] { (0.1, 0.2), (0.9, 0.5), (0.4, 0.8), (0.6, 0.1) };
        var model = GaussianProcess.Fit(Space, [.. places.Select(at => new Observation(new Point([at.Item1, at.Item2]), at.Item1 - at.Item2 * at.Item2))], seed: 1);
        return new MarginalAcquisition([.. members.Select(member => (model.Posterior, (IMarginalUtility)new ImprovementBelow(member.Best), member.LogWeight))]);
    }
}
