using LabAutomation.Simulators.Synthesis;

namespace LabAutomation.Tests.Simulators.Synthesis;

public sealed class ReactionTests
{
    private const double Rise = 10.0 / 60;
    private const double Fall = 0.2;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    public void Of_58_targets_41_reach_a_half_with_the_right_recipe_and_temperature(long seed)
    {
        var reached = Enumerable.Range(1, 58).Count(target => Best(seed, target).Fraction >= 0.5);

        reached.Should().Be(41);
        Enumerable.Range(1, 58).Count(target => Reaction.CanBeMade(seed, target)).Should().Be(41);
    }

    [Fact]
    public void The_right_temperature_lies_where_a_search_from_600_to_1100_degrees_finds_it()
    {
        foreach (var target in Enumerable.Range(1, 58).Where(target => Reaction.CanBeMade(1, target)))
            Best(1, target).Celsius.Should().BeInRange(625, 1075);
    }

    [Fact]
    public void Most_recipes_and_temperatures_do_not_make_a_target()
    {
        var tried = (from target in Enumerable.Range(1, 58) from recipe in Enumerable.Range(1, 4) from celsius in Temperatures() select Fraction(1, target, recipe, celsius)).ToArray();

        (tried.Count(fraction => fraction >= 0.5) / (double)tried.Length).Should().BeInRange(0.03, 0.2, "there is something to look for");
    }

    [Fact]
    public void Too_cold_does_not_convert_and_too_hot_decomposes()
    {
        var reaction = Reaction.Of(1, 1, 1);
        var optimum = reaction.Optimum - 273.15;

        var at = Fraction(1, 1, 1, optimum);

        at.Should().BeGreaterThan(0.8 * reaction.Ceiling);
        Fraction(1, 1, 1, optimum - 150).Should().BeLessThan(0.5 * at);
        Fraction(1, 1, 1, optimum + 200).Should().BeLessThan(0.7 * at);
    }

    [Fact]
    public void A_ramp_counts_as_a_little_dwelling_at_its_top()
    {
        var reaction = Reaction.Of(1, 1, 1);

        var (quick, slow) = (reaction.In(reaction.Optimum, 3600, 1, Fall).Formed, reaction.In(reaction.Optimum, 3600, 0.01, Fall).Formed);

        quick.Should().BeApproximately(3 * (3600 + (8.314 * Math.Pow(reaction.Optimum, 2) / reaction.Forming * (1 + (1 / Fall)))) / 14400, 0.01);
        slow.Should().BeGreaterThan(quick + (3 * 8.314 * Math.Pow(reaction.Optimum, 2) / reaction.Forming * 90 / 14400));
    }

    [Fact]
    public void Twice_two_hours_are_four_where_ramps_are_left_out()
    {
        var reaction = Reaction.Of(1, 3, 2);
        var (half, whole) = (reaction.In(1100, 7200, 1e9, 1e9), reaction.In(1100, 14400, 1e9, 1e9));

        (2 * half.Formed).Should().BeApproximately(whole.Formed, 1e-6);
        (2 * half.Lost).Should().BeApproximately(whole.Lost, 1e-6);
    }

    private static (double Fraction, double Celsius) Best(long seed, int target) =>
        (from recipe in Enumerable.Range(1, 4) from celsius in Temperatures() select (Fraction(seed, target, recipe, celsius), celsius)).Max();

    private static IEnumerable<double> Temperatures() => Enumerable.Range(0, 51).Select(k => 600.0 + (10 * k));

    private static double Fraction(long seed, int target, int recipe, double celsius)
    {
        var reaction = Reaction.Of(seed, target, recipe);
        var (formed, lost) = reaction.In(celsius + 273.15, 14400, Rise, Fall);
        return reaction.Fraction(formed, lost);
    }
}
