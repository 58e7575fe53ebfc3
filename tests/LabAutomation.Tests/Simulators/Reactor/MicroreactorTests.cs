using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Simulators.Reactor;

public sealed class MicroreactorTests
{
    private static readonly double[] Still = new double[8];

    [Fact]
    public void At_rated_power_the_temperatures_conserve_energy()
    {
        var core = CoreConstants.HolosQuad;
        var (fuel, moderator, coolant) = core.Temperatures(1);

        core.Inlet.Should().BeApproximately(863.71, 0.005);
        coolant.Should().BeApproximately(984.86, 0.006);
        moderator.Should().BeApproximately(1086.71, 0.005);
        fuel.Should().BeApproximately(1104.76, 0.005);
        (2 * core.CoolantFlow * (coolant - core.Inlet)).Should().BeApproximately(core.Power, 1e-6);
        (core.RatedXenonWorth * 1e5).Should().BeApproximately(2423, 0.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.7)]
    public void A_balanced_core_stays_where_it_is_for_two_thousand_seconds(double power)
    {
        var core = new Microreactor(CoreConstants.HolosQuad, power);
        var (fuel, xenon) = (core.Fuel, core.Xenon);

        for (var second = 0; second < 2000; second++)
        {
            core.Advance(1, Still);
            core.Power.Should().BeApproximately(power, 1e-8);
        }

        core.Fuel.Should().BeApproximately(fuel, 1e-5);
        core.Xenon.Should().BeApproximately(xenon, 1e-8);
    }

    [Fact]
    public void One_degree_of_all_drums_gives_the_reference_transient()
    {
        var core = StepByOneDegree();
        core.Bank.Reactivity.Should().BeApproximately(34.9e-5, 0.05e-5);
        (core.Bank.Reactivity / CoreConstants.HolosQuad.Kinetics.DelayedFraction).ShouldRoundTo("0.0726");

        var peak = 0.0;
        for (var tenth = 1; tenth <= 5000; tenth++)
        {
            core.Advance(0.1, Still);
            peak = Math.Max(peak, core.Power);
            if (tenth == 10) core.Power.Should().BeApproximately(1.08224, 5e-6);
            if (tenth == 100) core.Power.Should().BeApproximately(1.16088, 5e-6);
            if (tenth == 1000) core.Power.Should().BeApproximately(1.00664, 5e-6);
        }

        core.Power.Should().BeApproximately(1.02337, 6e-6);
        peak.Should().BeApproximately(1.1691, 5e-5);
    }

    [Fact]
    public void The_size_of_the_step_does_not_matter()
    {
        var (coarse, fine) = (StepByOneDegree(), StepByOneDegree());

        coarse.Advance(10, Still);
        for (var step = 0; step < 1000; step++) fine.Advance(0.01, Still);

        coarse.Power.Should().BeApproximately(fine.Power, 1e-9);
    }

    [Fact]
    public void Less_power_brings_more_xenon_for_some_hours()
    {
        var core = new Microreactor(CoreConstants.HolosQuad);
        double[] inwards = [.. Enumerable.Repeat(-0.1, 8)];
        core.Advance(120, inwards);

        core.Advance(3600, Still);

        core.Power.Should().BeLessThan(0.9);
        core.Xenon.Should().BeGreaterThan(1.001);
        core.Iodine.Should().BeLessThan(1);
    }

    [Fact]
    public void What_went_on_within_a_second_is_told()
    {
        var core = new Microreactor(CoreConstants.HolosQuad);
        double[] outwards = [.. Enumerable.Repeat(1.0, 8)];

        var worst = core.Advance(4, outwards);

        worst.Power.Should().BeApproximately(core.Power, 1e-12);
        worst.Reactivity.Should().BeInRange(core.Reactivity.Value, 4 * 35e-5);
        worst.Period.Should().BeInRange(5, 20);
        worst.Fuel.Should().Be(core.Fuel);

        // Power still rises for a moment after the drums have turned back.
        var turned = core.Advance(10, [.. outwards.Select(rate => -rate)]);
        turned.Power.Should().BeGreaterThan(worst.Power).And.BeGreaterThan(core.Power);
    }

    [Fact]
    public void A_power_that_no_drums_can_hold_is_refused()
    {
        var make = () => new Microreactor(CoreConstants.HolosQuad, 0.2);

        make.Should().Throw<ArgumentOutOfRangeException>().WithMessage("no angle of the drums*");
    }

    private static Microreactor StepByOneDegree()
    {
        var core = new Microreactor(CoreConstants.HolosQuad with { FastestDrum = 1e9 });
        core.Bank.Turn([.. Enumerable.Repeat(1e6, 8)], 1e-6);
        return core;
    }
}
