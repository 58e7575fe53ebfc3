using LabAutomation.Instruments.Reactor;

namespace LabAutomation.Tests.Instruments.Reactor;

/// <summary>What the filter's forecast takes the drums to do.</summary>
public sealed class DrumPathTests
{
    private readonly DrumPath _path = new();

    [Fact]
    public void A_drum_may_jam_in_the_second_that_is_judged()
    {
        double[] angles = [90, 90, 90, 90, 90, 90, 90, 90], rates = [-1, -1, -1, -1, -1, -1, -1, -1];

        At(angles, rates, canJam: true, 1).Should().BeApproximately(At([90, 89, 89, 89, 89, 89, 89, 89], new double[8], canJam: false, 0), 1e-12);
        At(angles, rates, canJam: false, 1).Should().BeApproximately(At([89, 89, 89, 89, 89, 89, 89, 89], new double[8], canJam: false, 0), 1e-12);
    }

    [Fact]
    public void The_drum_that_jams_is_at_each_moment_the_one_that_leaves_most_reactivity()
    {
        // The outermost turns past its steepest part: at first it matters less than the one at 90 degrees, and in the end more.
        double[] angles = [178, 90, 10, 10, 10, 10, 10, 10], rates = new double[8];

        At(angles, rates, canJam: true, 6).Should().BeApproximately(At([173, 90, 5, 5, 5, 5, 5, 5], rates, canJam: false, 0), 1e-12);
        At(angles, rates, canJam: true, 200).Should().BeApproximately(At([178, 0, 0, 0, 0, 0, 0, 0], rates, canJam: false, 0), 1e-12);
    }

    [Fact]
    public void A_drum_that_goes_out_first_jams_where_it_came_to()
    {
        double[] angles = [90, 10, 10, 10, 10, 10, 10, 10], rates = [0.5, 0, 0, 0, 0, 0, 0, 0];

        At(angles, rates, canJam: true, 1).Should().BeApproximately(At(angles, rates, canJam: false, 1), 1e-12);
        At(angles, rates, canJam: true, 21).Should().BeApproximately(At([90.5, 0, 0, 0, 0, 0, 0, 0], new double[8], canJam: false, 0), 1e-12);
    }

    private double At(double[] angles, double[] rates, bool canJam, double time)
    {
        _path.Set(angles, rates, canJam);
        return _path.Reactivity(time);
    }
}
