using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Simulators.Reactor;

public sealed class InhourTests
{
    [Theory]
    [InlineData(0.01, "1269.11")]
    [InlineData(0.05, "227.12")]
    [InlineData(0.1, "98.652")]
    [InlineData(0.2, "36.916")]
    [InlineData(0.3, "18.214")]
    [InlineData(0.5, "5.7591")]
    [InlineData(0.9, "0.4266")]
    [InlineData(1, "0.1501")]
    [InlineData(-0.1, "-172.12")]
    [InlineData(-1, "-83.90")]
    [InlineData(-10, "-80.917")]
    public void The_stable_period_of_uranium_is_that_of_the_inhour_equation(double dollars, string seconds)
    {
        var kinetics = BenchmarkReactors.Uranium;

        Inhour.StablePeriod(kinetics, Reactivity.FromDollars(dollars, kinetics)).ShouldRoundTo(seconds);
    }

    [Fact]
    public void A_shut_down_core_falls_no_faster_than_its_slowest_precursors_decay()
    {
        var kinetics = BenchmarkReactors.Uranium;

        Inhour.StablePeriod(kinetics, Reactivity.FromDollars(-1e6, kinetics)).Should().BeApproximately(-1 / 0.0124, 0.001);
        Inhour.StablePeriod(kinetics, new Reactivity(0)).Should().Be(double.PositiveInfinity);
    }

    [Fact]
    public void Reactivity_in_dollars_and_pcm_comes_back()
    {
        Reactivity.FromPcm(650).Value.Should().BeApproximately(0.0065, 1e-15);
        Reactivity.FromDollars(0.5, BenchmarkReactors.Uranium).Dollars(BenchmarkReactors.Uranium).Should().BeApproximately(0.5, 1e-15);
        new Reactivity(0.0065).Pcm.Should().BeApproximately(650, 1e-9);
    }
}
