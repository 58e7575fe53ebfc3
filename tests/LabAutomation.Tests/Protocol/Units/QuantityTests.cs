using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Units;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("5 mL/min", 5, "mL/min")]
    [InlineData("5mL/min", 5, "mL/min")]
    [InlineData("1e-3 mol/L", 1e-3, "mol/L")]
    [InlineData("1E3Pa", 1e3, "Pa")]
    [InlineData("20s", 20, "s")]
    [InlineData("0.5", 0.5, "1")]
    [InlineData("-12.5 °C", -12.5, "°C")]
    [InlineData("+3 rpm", 3, "rpm")]
    [InlineData("  7  %  ", 7, "%")]
    [InlineData("2 eV", 2, "eV")]
    [InlineData("2eV", 2, "eV")]
    [InlineData(".5 µL", 0.5, "µL")]
    [InlineData("3 1/min", 3, "1/min")]
    public void Text_is_read(string text, double value, string unit)
    {
        Quantity.TryParse(text, out var quantity).Should().BeTrue();
        (quantity!.Value.Value, quantity.Value.Unit.Symbol, quantity.Value.Sd).Should().Be((value, unit, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("mL")]
    [InlineData("5 furlong")]
    [InlineData("5 mL extra")]
    [InlineData("1,5 mL")]
    [InlineData("1.5.2 mL")]
    [InlineData("1e mL")]
    [InlineData("0x10")]
    [InlineData("- 5 mL")]
    [InlineData("5 / s")]
    [InlineData("NaN mL")]
    [InlineData("NaN")]
    [InlineData("Infinity s")]
    [InlineData("1e999 mL")]
    [InlineData("5 mL/min/s")]
    [InlineData("５ mL")]
    [InlineData("five mL")]
    public void Bad_text_is_refused(string text) => Quantity.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Long_text_is_refused_unread() => Quantity.TryParse(new string('1', 1_000_000), out _).Should().BeFalse();

    [Fact]
    public void Reading_and_writing_do_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        commas.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = commas;
            Quantity.TryParse("-0.5 mL", out var quantity).Should().BeTrue();
            quantity.ToString().Should().Be("-0.5 mL");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(double.NaN, null)]
    [InlineData(double.PositiveInfinity, null)]
    [InlineData(double.NegativeInfinity, null)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(1, -0.1)]
    public void A_quantity_is_finite_and_so_is_its_deviation(double value, double? sd) =>
        ((Action)(() => _ = new Quantity(value, Unit.One, sd))).Should().Throw<FrameException>();

    [Fact]
    public void The_default_is_a_dimensionless_zero() => default(Quantity).ToString().Should().Be("0");

    [Fact]
    public void What_is_written_is_read_again()
    {
        var cases = from mantissa in Gen.Choose(-999_999, 999_999)
                    from exponent in Gen.Choose(-12, 12)
                    from unit in Gen.Elements("mL", "µL/min", "°C", "1", "mol/L", "rpm")
                    select Quantity.Of(double.Parse($"{mantissa}e{exponent}", CultureInfo.InvariantCulture), unit);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20260131, 7), Prop.ForAll(cases.ToArbitrary(), quantity =>
            Quantity.TryParse(quantity.ToString(), out var read) && read == quantity));
    }

    [Fact]
    public void Any_text_is_either_a_quantity_or_refused()
    {
        var letters = Gen.Elements("0123456789eE+-. mLsµ/°C\0é∞".ToCharArray());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20260131, 7), Prop.ForAll(
            Gen.ArrayOf(letters).Select(it => new string(it)).ToArbitrary(),
            text => !Quantity.TryParse(text, out var quantity) || double.IsFinite(quantity.Value.Value)));
    }
}
