using LabAutomation.Simulators.Reactor.Integration;

namespace LabAutomation.Tests.Simulators.Reactor;

/// <summary>
/// Ganapol's section 4.2.3: an air-cooled core that oscillates for two days. Power in W, heat capacity 13,010 J/K, loss K (W/T)^(1/4) W with W = T − 20 °C and
/// K = 17.52 · 0.23 · 0.20^0.75, reactivity 0.043 $ − 0.00306 $/K · W. K is rounded where the tables were found, so that they are met within 1 %.
/// </summary>
public sealed class SkinathTests
{
    private const double Room = 20, HeatCapacity = 1.301e4;

    private readonly RadauIntegrator _core = new(Rates, [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, Room], 1e-5);

    [Fact]
    public void An_air_cooled_core_swings_for_four_thousand_minutes_as_published()
    {
        PowerAt(1).Should().BeApproximately(0.013907, 0.00014);
        PowerAt(10).Should().BeApproximately(0.10331, 0.0010);
        PowerAt(100).Should().BeApproximately(0.79461, 0.0079);
        Temperature.Should().BeApproximately(43.69, 0.02);
        PowerAt(250).Should().BeApproximately(0.0021187, 2.1e-5);
        Temperature.Should().BeApproximately(31.96, 0.02);
        PowerAt(500).Should().BeApproximately(0.98189, 0.0098);
        Temperature.Should().BeApproximately(35.63, 0.02);
        PowerAt(750).Should().BeApproximately(4.0335, 0.040);
        Temperature.Should().BeApproximately(34.66, 0.02);
        PowerAt(1000).Should().BeApproximately(7.6810, 0.077);
        Temperature.Should().BeApproximately(33.60, 0.02);
        PowerAt(2000).Should().BeApproximately(13.5885, 0.136);
        Temperature.Should().BeApproximately(34.12, 0.02);
        PowerAt(4000).Should().BeApproximately(13.5721, 0.136);
        Temperature.Should().BeApproximately(34.05, 0.02);
    }

    private double Temperature => _core.State[7];

    private double PowerAt(double minutes)
    {
        _core.AdvanceTo(60 * minutes);
        return _core.State[0];
    }

    private static void Rates(double time, ReadOnlySpan<double> state, Span<double> rates)
    {
        var kinetics = BenchmarkReactors.ThermalIV;
        var warmth = state[7] - Room;
        var loss = warmth > 0 ? 17.52 * 0.23 * Math.Pow(0.20, 0.75) * Math.Pow(warmth / state[7], 0.25) * warmth : 0;
        rates[0] = kinetics.Rate((0.043 - (0.00306 * warmth)) * kinetics.DelayedFraction, state[0], state.Slice(1, 6), rates.Slice(1, 6));
        rates[7] = (state[0] - loss) / HeatCapacity;
    }
}
