using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

public sealed class ChangeDetectorTests
{
    private const int Length = 1000;

    [Theory]
    [InlineData(0.5, 0.1)]
    [InlineData(0.5, 0.3)]
    public void False_alarms_are_as_rare_as_was_asked_for(double mean, double spread)
    {
        var alarms = Enumerable.Range(1, 100).Count(seed => Sequence(seed, mean, spread).Any(new ChangeDetector(0.05).Add));

        alarms.Should().BeLessThan(10, "5 of 100 are allowed on the average");
    }

    [Theory]
    [InlineData(0.10, 130)]
    [InlineData(0.05, 320)]
    public void A_change_is_told_and_what_was_before_is_forgotten(double step, int within)
    {
        var detector = new ChangeDetector(0.001);
        Sequence(1, 0.4, 0.05).Any(detector.Add).Should().BeFalse();

        var after = Sequence(2, 0.4 + step, 0.05).TakeWhile(value => !detector.Add(value)).Count();

        after.Should().BeInRange(5, within);
        foreach (var value in Sequence(3, 0.4 + step, 0.05)) detector.Add(value);
        detector.Mean.Should().BeApproximately(0.4 + step, 0.01);
    }

    [Fact]
    public void As_long_as_nothing_changes_the_window_is_all_there_was()
    {
        var detector = new ChangeDetector(0.001);
        var values = Sequence(4, 0.3, 0.1).ToList();
        values.ForEach(value => detector.Add(value));

        detector.Length.Should().Be(Length);
        detector.Mean.Should().BeApproximately(values.Average(), 1e-12);
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_number_outside_of_0_to_1_is_refused(double value) => FluentActions.Invoking(() => new ChangeDetector(0.01).Add(value)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*from 0 to 1*");

    private static IEnumerable<double> Sequence(long seed, double mean, double spread)
    {
        var noise = new SeededNoise(seed, "sequence", 0);
        return Enumerable.Range(0, Length).Select(_ => Math.Clamp(mean + (spread * noise.Normal()), 0, 1)).ToList();
    }
}
