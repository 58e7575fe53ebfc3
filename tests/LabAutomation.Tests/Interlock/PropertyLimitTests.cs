using LabAutomation.Interlock;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Interlock;

public sealed class PropertyLimitTests
{
    [Theory]
    [InlineData("stirrer.temperature <= 80 °C", 80, "°C", true)]
    [InlineData("stirrer.temperature <= 80 °C", 80.1, "°C", false)]
    [InlineData("stirrer.temperature < 80 °C", 80, "°C", false)]
    [InlineData("stirrer.temperature <= 353.15 K", 80, "°C", true)]
    [InlineData("stirrer.temperature <= 353 K", 80, "°C", false)]
    [InlineData("stirrer.temperature>=10°C", 9.9, "°C", false)]
    [InlineData("stirrer.temperature > 10 °C", 10.1, "°C", true)]
    public void A_limit_holds_or_not_whatever_unit_the_instrument_uses(string text, double value, string unit, bool holds) =>
        (PropertyLimit.Parse(text).Broken(Frame(Quantity.Of(value, unit))) is null).Should().Be(holds);

    [Fact]
    public void The_reason_tells_the_rule_and_the_value() =>
        PropertyLimit.Parse("hot.plate-1.temperature <= 80 °C").Broken(Frame(Quantity.Of(91.5, "°C"))).Should().Be("'hot.plate-1.temperature <= 80 °C' does not hold: it is 91.5 °C");

    [Fact]
    public void A_name_may_have_dots_and_the_last_one_divides() =>
        PropertyLimit.Parse("hot.plate-1.temperature <= 80 °C").Should().BeEquivalentTo(new { Instrument = "hot.plate-1", Property = "temperature" });

    [Fact]
    public void A_value_that_measures_something_else_does_not_hold() =>
        PropertyLimit.Parse("stirrer.temperature <= 80 °C").Broken(Frame(Quantity.Of(3, "mL"))).Should().Contain("cannot be judged");

    [Fact]
    public void A_value_that_the_instrument_itself_does_not_believe_does_not_hold() =>
        PropertyLimit.Parse("stirrer.temperature <= 80 °C").Broken(Frame(Quantity.Of(20, "°C"), Quality.Bad)).Should().Contain("not to be believed");

    [Theory]
    [InlineData("")]
    [InlineData("temperature <= 80 °C")]
    [InlineData("stirrer.temperature = 80 °C")]
    [InlineData("stirrer.temperature <= hot")]
    [InlineData("stirrer.temperature <= 80 bananas")]
    [InlineData("stir rer.temperature <= 80 °C")]
    [InlineData("stirrer.temperature <= = 80 °C")]
    public void What_is_no_limit_is_refused_with_an_example(string text) =>
        ((Action)(() => PropertyLimit.Parse(text))).Should().Throw<InterlockException>().WithMessage("*stirrer.temperature <= 80 °C*");

    private static PropertyFrame Frame(Quantity value, Quality quality = Quality.Good) => new(value, quality, 1, DateTimeOffset.UnixEpoch);
}
