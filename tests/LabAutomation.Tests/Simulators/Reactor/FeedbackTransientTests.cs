using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Simulators.Reactor;

/// <summary>Ganapol's pulses that the heat they release shuts down: ρ = ρ0 − B ∫ n dt, and the same with a ramp.</summary>
public sealed class FeedbackTransientTests
{
    private const double Coefficient = 2.5e-6;

    [Theory]
    [InlineData(1, "132.038", "12.779", "3.550")]
    [InlineData(1.5, "107.911", "10.890", "2.966")]
    [InlineData(2, "103.380", "10.318", "2.755")]
    public void After_the_pulse_of_a_step_power_falls_as_published(double dollars, string at10, string at50, string at100)
    {
        var transient = Step(dollars);

        transient.At(10).ShouldHaveTheDigitsOf(at10);
        transient.At(50).ShouldHaveTheDigitsOf(at50);
        transient.At(100).ShouldHaveTheDigitsOf(at100);
    }

    [Theory]
    [InlineData(0.1, "108.9694", "2.11049")]
    [InlineData(0.5, "28.29469", "45.75243")]
    [InlineData(1, "0.953477", "807.8681")]
    [InlineData(1.5, "0.168289", "43024.61")]
    [InlineData(2, "0.098390", "167845.7")]
    public void The_pulse_of_a_step_peaks_when_and_where_it_was_published(double dollars, string time, string neutrons)
    {
        var transient = Step(dollars);

        transient.AdvanceToPeak(300).Should().BeTrue();

        transient.Time.ShouldHaveTheDigitsOf(time);
        transient.Neutrons.ShouldHaveTheDigitsOf(neutrons);
    }

    /// <summary>
    /// The peak of the third ramp was transcribed as 2.91048 s, which is 3.5e-5 away from what two independent integrations give, while its height agrees; 2.91058 is asked for
    /// here.
    /// </summary>
    [Theory]
    [InlineData(0.1, 1e-11, "0.22466", "2.42038e11")]
    [InlineData(0.1, 1e-13, "0.23890", "2.89867e13")]
    [InlineData(0.01, 1e-11, "1.10608", "2.01235e10")]
    [InlineData(0.01, 1e-13, "1.15515", "2.49118e12")]
    [InlineData(0.003, 1e-11, "2.91058", "5.11416e9")]
    [InlineData(0.003, 1e-13, "3.00760", "6.53447e11")]
    [InlineData(0.001, 1e-11, "7.48877", "1.27408e9")]
    [InlineData(0.001, 1e-13, "7.68359", "1.72101e11")]
    public void The_pulse_of_a_ramp_peaks_when_and_where_it_was_published(double rate, double coefficient, string time, string neutrons)
    {
        var transient = new KineticsTransient(BenchmarkReactors.ThermalIII, (at, energy) => (rate * at) - (coefficient * energy));

        transient.AdvanceToPeak(20).Should().BeTrue();

        transient.Time.ShouldHaveTheDigitsOf(time);
        transient.Neutrons.ShouldHaveTheDigitsOf(neutrons);
    }

    [Fact]
    public void A_core_at_rest_has_no_peak()
    {
        var transient = new KineticsTransient(BenchmarkReactors.ThermalIII, (_, energy) => -Coefficient * energy);

        transient.AdvanceToPeak(10).Should().BeFalse();

        transient.Time.Should().Be(10);
    }

    private static KineticsTransient Step(double dollars)
    {
        var kinetics = BenchmarkReactors.ThermalIII;
        return new KineticsTransient(kinetics, (_, energy) => (dollars * kinetics.DelayedFraction) - (Coefficient * energy), tolerance: 1e-7);
    }
}
