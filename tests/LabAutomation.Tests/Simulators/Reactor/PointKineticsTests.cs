using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Simulators.Reactor;

/// <summary>Published transients without feedback, to every digit that was published.</summary>
public sealed class PointKineticsTests
{
    [Fact]
    public void A_step_to_prompt_critical_grows_as_published_over_ninety_orders_of_magnitude()
    {
        var kinetics = BenchmarkReactors.ThermalI;
        var transient = new KineticsTransient(kinetics, (_, _) => kinetics.DelayedFraction, tolerance: 1e-8);

        foreach (var (time, neutrons) in new[]
        {
            (0.1, 2.5157661414043723), (0.5, 10.362533810640215), (1, 32.183540945534212), (10, 3.2469788980305281e9), (100, 2.5964846465508731e89),
        })
            transient.At(time).Should().BeApproximately(neutrons, neutrons * 1e-11, "at {0} s", time);
    }

    [Fact]
    public void A_ramp_of_a_tenth_of_a_dollar_per_second_reaches_every_published_digit()
    {
        var kinetics = BenchmarkReactors.ThermalII;
        var transient = new KineticsTransient(kinetics, (time, _) => 0.1 * time * kinetics.DelayedFraction, tolerance: 1e-8);

        foreach (var (time, neutrons) in new[]
        {
            (2, "1.338200050"), (4, "2.228441897"), (6, "5.582052449"), (8, "42.78629573"), (10, "4.511636239e5"), (11, "1.792213607e16"),
        })
            transient.At(time).ShouldRoundTo(neutrons);
    }

    [Fact]
    public void A_sine_in_a_fast_reactor_with_a_generation_time_of_ten_nanoseconds_reaches_every_published_digit()
    {
        string[] published =
        [
            "2.065383519", "8.854133921", "40.64354222", "61.35607517", "46.10628770", "29.12634840", "18.95177042", "13.93829211", "12.53353406", "15.44816514",
        ];
        var transient = Sine(50, 0.0053333);

        for (var i = 0; i < published.Length; i++) transient.At(10 * (i + 1)).ShouldRoundTo(published[i]);
    }

    [Theory]
    [InlineData(50, 0.0053333, "39.10712", "61.53015")]
    [InlineData(150, 0.0032327, "137.3198", "95.81150")]
    [InlineData(250, 0.0023193, "237.1265", "113.4679")]
    public void The_sine_peaks_when_and_where_it_was_published(double halfPeriod, double amplitude, string time, string neutrons)
    {
        var transient = Sine(halfPeriod, amplitude);

        transient.AdvanceToPeak(2 * halfPeriod).Should().BeTrue();

        transient.Time.ShouldRoundTo(time);
        transient.Neutrons.ShouldRoundTo(neutrons);
    }

    [Theory]
    [InlineData(0.003, 1, "2.2098", 10, "8.0192", 20, "28.297")]
    [InlineData(0.0055, 0.1, "5.2100", 2, "43.025", 10, "1.3886e5")]
    [InlineData(0.007, 0.01, "4.5088", 0.5, "5345.9", 2, "2.0591e11")]
    [InlineData(0.008, 0.01, "6.2029", 0.1, "1410.4", 1, "6.1633e23")]
    public void The_classic_steps_have_their_five_digits(double step, double first, string atFirst, double second, string atSecond, double third, string atThird)
    {
        var transient = new KineticsTransient(BenchmarkReactors.ThermalII, (_, _) => step, tolerance: 1e-7);

        transient.At(first).ShouldHaveTheDigitsOf(atFirst);
        transient.At(second).ShouldHaveTheDigitsOf(atSecond);
        transient.At(third).ShouldHaveTheDigitsOf(atThird);
    }

    [Fact]
    public void A_small_step_makes_the_prompt_jump_and_then_grows_with_the_stable_period()
    {
        var kinetics = BenchmarkReactors.Uranium;
        var step = Reactivity.FromDollars(0.1, kinetics);
        var transient = new KineticsTransient(kinetics, (_, _) => step.Value);

        kinetics.PromptJump(step).ShouldRoundTo("1.1111");
        transient.At(0.05).Should().BeApproximately(kinetics.PromptJump(step), 0.01);
        var before = transient.At(600);
        (60 / Math.Log(transient.At(660) / before)).Should().BeApproximately(Inhour.StablePeriod(kinetics, step), 1e-4 * 98.652);
    }

    [Fact]
    public void Without_reactivity_nothing_happens()
    {
        new KineticsTransient(BenchmarkReactors.ThermalI, (_, _) => 0).At(1000).Should().BeApproximately(1, 1e-12);
    }

    [Theory]
    [InlineData(0, 0.007, 0.08)]
    [InlineData(1e-5, 0, 0.08)]
    [InlineData(1e-5, 0.007, -1)]
    [InlineData(double.NaN, 0.007, 0.08)]
    public void Constants_that_no_reactor_has_are_refused(double generationTime, double fraction, double decay)
    {
        var make = () => new PointKinetics(generationTime, new DelayedGroup(fraction, decay));

        make.Should().Throw<ArgumentException>().WithMessage("*must be above 0*");
    }

    private static KineticsTransient Sine(double halfPeriod, double amplitude) =>
        new(BenchmarkReactors.Fast, (time, _) => amplitude * Math.Sin(Math.PI * time / halfPeriod), tolerance: 1e-8);
}
