using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Instruments.Reactor;

/// <summary>Two implementations that share no code: a mistake in either shows.</summary>
public sealed class CertifiedCoreTests
{
    [Theory]
    [InlineData(0.6)]
    [InlineData(1)]
    public void The_model_of_the_filter_follows_the_simulated_core_through_rough_manoeuvres(double power)
    {
        var plant = new Microreactor(CoreConstants.HolosQuad, power);
        var (model, path, rates) = (new CertifiedCore(), new DrumPath(), new double[8]);
        path.Set(Angles(plant), rates, canJam: false);
        model.Rest(power, path.Reactivity(0));
        model.Bias.Should().BeApproximately(0, 1e-9, "both know the same core");

        for (var second = 0; second < 300; second++)
        {
            for (var drum = 0; drum < 8; drum++) rates[drum] = second < 20 ? 0.2 : second < 60 ? -0.3 : second < 100 ? 0.25 * (drum % 2) : second < 110 ? -1 : 0.02;
            path.Set(Angles(plant), rates, canJam: false);
            Forecast.Follow(model, path);
            plant.Advance(1, rates);

            model.Power.Should().BeApproximately(plant.Power, plant.Power * 1e-4);
            model.Fuel.Should().BeApproximately(plant.Fuel, 0.01);
            model.Coolant.Should().BeApproximately(plant.Coolant, 0.01);
        }

        (model.Xenon / 1.02130e19).Should().BeApproximately(plant.Xenon, 3e-4);
    }

    [Fact]
    public void The_constants_of_the_filter_are_those_of_the_published_core()
    {
        var core = CoreConstants.HolosQuad;

        CertifiedConstants.Delayed.Should().BeApproximately(core.Kinetics.DelayedFraction, 1e-12);
        CertifiedConstants.Inlet.Should().BeApproximately(core.Inlet, 1e-9);
        CertifiedConstants.RatedFuel.Should().BeApproximately(core.Temperatures(1).Fuel, 1e-9);
        CertifiedConstants.Flux.Should().BeApproximately(core.RatedFlux, 1);
    }

    [Fact]
    public void A_forecast_counts_on_all_drums_but_the_one_that_matters_most()
    {
        var path = new DrumPath();
        double[] angles = [90, 80, 80, 80, 80, 80, 80, 80];

        path.Set(angles, new double[8], canJam: true);

        var stuck = 510e-5 / 2 * (1 - Math.Cos(Math.PI / 2));
        var rated = 8 * 510e-5 / 2 * (1 - Math.Cos(77.8 * Math.PI / 180));
        path.Reactivity(200).Should().BeApproximately(stuck - rated, 1e-12);
    }

    private static double[] Angles(Microreactor core) => [.. core.Bank.Drums.Select(drum => drum.Angle)];
}
