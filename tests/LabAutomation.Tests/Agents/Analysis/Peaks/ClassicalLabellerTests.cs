using LabAutomation.Agents.Analysis.Peaks;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

public sealed class ClassicalLabellerTests
{
    private const int Middle = (8 * IPeakLabeller.Side) + 8;

    private readonly float[] _patch = new float[IPeakLabeller.Area];
    private readonly float[] _shares = new float[IPeakLabeller.Area];

    [Theory]
    [InlineData(1, true)]
    [InlineData(IPeakLabeller.Side - 1, true)]
    [InlineData(IPeakLabeller.Side, true)]
    [InlineData(IPeakLabeller.Side + 1, true)]
    [InlineData(2, false)]
    [InlineData((2 * IPeakLabeller.Side) - 1, false)]
    public void Two_pixels_that_stand_out_are_a_peak_where_they_touch(int away, bool isPeak)
    {
        (_patch[Middle], _patch[Middle + away]) = (7, 7);

        Label();

        _shares.Count(share => share == 1).Should().Be(isPeak ? 2 : 0);
    }

    [Fact]
    public void Pixels_at_opposite_edges_do_not_touch()
    {
        (_patch[IPeakLabeller.Side - 1], _patch[IPeakLabeller.Side]) = (7, 7);

        Label();

        _shares.Should().OnlyContain(share => share == 0);
    }

    [Fact]
    public void What_is_just_at_the_threshold_does_not_stand_out()
    {
        (_patch[Middle], _patch[Middle + 1]) = (6, 7);
        Array.Fill(_shares, 1);

        Label();

        _shares.Should().OnlyContain(share => share == 0, "and what the buffer had from before is gone");
    }

    private void Label() => new ClassicalLabeller(6).Label(_patch, _shares);
}
