using LabAutomation.Simulators.Reactor.Integration;

namespace LabAutomation.Tests.Simulators.Reactor;

public sealed class RadauIntegratorTests
{
    [Fact]
    public void A_stiff_component_follows_its_slow_solution_in_few_steps()
    {
        // Prothero and Robinson: y' = −1e8 (y − cos t) − sin t has the solution cos t.
        var integrator = new RadauIntegrator((time, y, rates) => rates[0] = (-1e8 * (y[0] - Math.Cos(time))) - Math.Sin(time), [1]);

        integrator.AdvanceTo(1);

        integrator.State[0].Should().BeApproximately(Math.Cos(1), 1e-10);
        integrator.Steps.Should().BeLessThan(50);
    }

    [Theory]
    [InlineData(1e-4, 1e-6)]
    [InlineData(1e-6, 1e-9)]
    [InlineData(1e-8, 1e-12)]
    public void A_tighter_tolerance_gives_more_digits(double tolerance, double error)
    {
        var integrator = new RadauIntegrator((_, y, rates) => (rates[0], rates[1]) = (y[1], -y[0]), [2, 1], tolerance);

        integrator.AdvanceTo(1);

        integrator.State[0].Should().BeApproximately((2 * Math.Cos(1)) + Math.Sin(1), error);
    }

    [Fact]
    public void A_peak_is_found_where_the_slope_vanishes()
    {
        var integrator = new RadauIntegrator((_, y, rates) => (rates[0], rates[1]) = (y[1], -y[0]), [1, 1]);

        integrator.AdvanceToPeak(0, 5).Should().BeTrue();

        integrator.Time.Should().BeApproximately(Math.PI / 4, 1e-9);
        integrator.State[0].Should().BeApproximately(Math.Sqrt(2), 1e-12);
    }

    [Fact]
    public void A_solution_that_runs_away_stops_with_the_time_at_which_it_did()
    {
        var integrator = new RadauIntegrator((_, y, rates) => rates[0] = y[0] * y[0], [1]);

        var advance = () => integrator.AdvanceTo(2);

        advance.Should().Throw<ArithmeticException>().WithMessage("*does not follow the solution*");
        integrator.Time.Should().BeApproximately(1, 1e-3);
    }

    [Fact]
    public void A_tolerance_that_no_step_can_keep_is_refused()
    {
        var make = () => new RadauIntegrator((_, _, _) => { }, [1], 0);

        make.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*between 1e-12 and 1e-2*");
    }
}
