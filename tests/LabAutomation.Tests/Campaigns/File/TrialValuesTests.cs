using System.Text;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

public sealed class TrialValuesTests
{
    private static readonly TrialValues Values = new(
    [
        new("dose", TrialValue.Of(Quantity.Of(0.1 + 0.2, "mL"))),
        new("solvent", TrialValue.Of("water")),
        new("cycles", TrialValue.Of(Quantity.Of(3, "1"))),
    ]);

    [Fact]
    public void They_are_written_in_order_and_read_back_to_the_last_digit()
    {
        var bytes = FrameCodec.Encode(Values);

        Encoding.UTF8.GetString(bytes).Should().Be("""{"dose":{"value":0.30000000000000004,"unit":"mL"},"solvent":"water","cycles":{"value":3,"unit":"1"}}""");
        FrameCodec.Decode<TrialValues>(bytes).Should().Equal(Values);
        FrameCodec.Decode<TrialValues>(bytes).Equals(Values).Should().BeTrue();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"dose":3}""")]
    [InlineData("""{"dose":{"value":3}}""")]
    [InlineData("""{"dose":{"value":3,"unit":"mL","sd":1}}""")]
    [InlineData("""{"dose":{"value":"3","unit":"mL"}}""")]
    [InlineData("""{"dose":{"value":3,"unit":"zz"}}""")]
    [InlineData("""{"dose":"a","dose":"b"}""")]
    public void What_is_neither_quantity_nor_choice_is_refused(string json) =>
        FluentActions.Invoking(() => FrameCodec.Decode<TrialValues>(Encoding.UTF8.GetBytes(json))).Should().Throw<FrameException>();

    [Fact]
    public void They_are_shown_with_and_without_unit()
    {
        Values["dose"].ToString().Should().Be("0.3 mL");
        Values["dose"].ToBareText().Should().Be("0.30000000000000004");
        Values["solvent"].ToBareText().Should().Be("water");
        Values.Select(value => value.Key).Should().Equal("dose", "solvent", "cycles");
        FluentActions.Invoking(() => Values["rate"]).Should().Throw<KeyNotFoundException>().WithMessage("*'rate'*dose, solvent, cycles*");
    }

    [Fact]
    public void Their_order_counts()
    {
        var turned = new TrialValues(Values.Reverse());

        turned.Equals(Values).Should().BeFalse();
        new TrialValues(turned.Reverse()).GetHashCode().Should().Be(Values.GetHashCode());
    }
}
