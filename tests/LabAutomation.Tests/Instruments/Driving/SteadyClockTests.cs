using LabAutomation.Instruments;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments.Driving;

public sealed class SteadyClockTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public void A_driver_s_time_passes_as_it_does_however_the_computer_s_clock_is_set(int minutes)
    {
        var clock = new VirtualTime(Noon);
        var (lab, link) = ClocksOf(clock, clock);

        clock.Step(TimeSpan.FromMinutes(minutes));
        clock.Pass(TimeSpan.FromSeconds(10));

        lab.GetUtcNow().Should().Be(Noon.AddSeconds(10));
        link.Should().BeSameAs(lab, "a driver sets one timer where both are one");
    }

    [Fact]
    public void The_clock_of_the_link_is_left_as_it_is()
    {
        var real = new VirtualTime(Noon);

        ClocksOf(new VirtualTime(Noon), real).Link.Should().BeSameAs(real);
    }

    /// <summary>As a driver gets them.</summary>
    private static (TimeProvider Lab, TimeProvider Link) ClocksOf(TimeProvider lab, TimeProvider link)
    {
        (TimeProvider, TimeProvider) given = default;
        DriverFactory noDriver = (_, _, labClock, linkClock) =>
        {
            given = (labClock, linkClock);
            return null!;
        };
        DriverFamilies.BuiltIn.With("probe", noDriver).Create(new DriverSettings("probe", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty), _ => throw new NotSupportedException(), lab, link);
        return given;
    }
}
