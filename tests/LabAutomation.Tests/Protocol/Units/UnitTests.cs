using FsCheck;
using FsCheck.Fluent;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Units;

public sealed class UnitTests
{
    private static readonly string[] Known =
    [
        "m", "mm", "um", "µm", "nm", "cm", "km", "g", "mg", "kg", "s", "ms", "min", "h", "d", "K", "mK", "°C", "degC", "mol", "mmol", "A", "mA",
        "L", "mL", "uL", "dL", "Hz", "kHz", "rpm", "N", "Pa", "kPa", "mPa.s", "bar", "mbar", "J", "W", "mW", "V", "mV", "eV", "M", "mM", "mol/L",
        "mL/min", "uL/s", "g/mol", "1", "%", "AU", "counts", "rad", "deg", "rad/s", "K/min", "°C/min", "m2", "m3", "mol.m-3", "W/m2", "1/min", "s-1",
    ];

    /// <summary>Factors of the SI brochure, 9th edition, tables 3, 4, 7 and 8, and of ISO 80000-3 for the rotational frequency.</summary>
    [Theory]
    [InlineData(1, "L", "m3", 1e-3)]
    [InlineData(1, "mL", "cm3", 1)]
    [InlineData(1, "uL", "mm3", 1)]
    [InlineData(1, "bar", "Pa", 1e5)]
    [InlineData(1, "mbar", "kPa", 0.1)]
    [InlineData(1, "min", "s", 60)]
    [InlineData(1, "h", "min", 60)]
    [InlineData(1, "d", "h", 24)]
    [InlineData(1, "eV", "J", 1.602176634e-19)]
    [InlineData(1, "J", "W.s", 1)]
    [InlineData(1, "V", "W/A", 1)]
    [InlineData(1, "N", "kg.m.s-2", 1)]
    [InlineData(180, "deg", "rad", Math.PI)]
    [InlineData(60, "rpm", "Hz", 1)]
    [InlineData(1200, "rpm", "s-1", 20)]
    [InlineData(60, "mL/min", "mL/s", 1)]
    [InlineData(1, "mL/min", "uL/min", 1000)]
    [InlineData(1, "M", "mol/L", 1)]
    [InlineData(1, "mM", "mol.m-3", 1)]
    [InlineData(25, "%", "1", 0.25)]
    [InlineData(500, "nm", "um", 0.5)]
    [InlineData(1, "g/mol", "kg/mol", 1e-3)]
    [InlineData(1, "mPa.s", "Pa.s", 1e-3)]
    public void Conversions_follow_published_factors(double value, string from, string to, double expected) =>
        Quantity.Of(value, from).In(to).Should().BeApproximately(expected, Math.Abs(expected) * 1e-14);

    [Theory]
    [InlineData(0, "°C", "K", 273.15)]
    [InlineData(25, "°C", "K", 298.15)]
    [InlineData(-273.15, "degC", "K", 0)]
    [InlineData(310.15, "K", "Cel", 37)]
    [InlineData(1000, "mK", "°C", -272.15)]
    public void A_temperature_keeps_its_zero_point(double value, string from, string to, double expected) =>
        Quantity.Of(value, from).In(to).Should().BeApproximately(expected, 1e-10);

    [Theory]
    [InlineData("°C/min", "K/min")]
    [InlineData("J/°C", "J/K")]
    public void In_a_product_a_degree_is_a_difference(string from, string to) => Quantity.Of(3, from).In(to).Should().Be(3);

    [Theory]
    [InlineData("mL", "mL/min")]
    [InlineData("mL", "g")]
    [InlineData("°C", "s")]
    [InlineData("rpm", "1")]
    [InlineData("rad", "1")]
    [InlineData("rad/s", "Hz")]
    [InlineData("mol/L", "mol/kg")]
    public void What_measures_different_things_is_not_converted(string from, string to)
    {
        Unit.Parse(from).Fits(Unit.Parse(to)).Should().BeFalse();
        Quantity.Of(1, from).Invoking(quantity => quantity.In(to)).Should().Throw<FrameException>().WithMessage($"*{from}*{to}*");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("ml x")]
    [InlineData("furlong")]
    [InlineData("mL/min/s")]
    [InlineData("/s")]
    [InlineData("m/")]
    [InlineData("m..s")]
    [InlineData("m0")]
    [InlineData("m7")]
    [InlineData("m--2")]
    [InlineData("m2-")]
    [InlineData("2m")]
    [InlineData("m 2")]
    [InlineData("kmin")]
    [InlineData("mrpm")]
    [InlineData("m²")]
    [InlineData("°F")]
    [InlineData("Gm6.Gm6.Gm6.Gm6.Gm6.Gm6")]
    [InlineData("m.m.m.m.m.m.m.m.m.m.m.m.m.m.m.m.m")]
    public void What_is_not_a_unit_is_refused_with_an_example(string symbol)
    {
        Unit.TryParse(symbol, out _).Should().BeFalse();
        ((Action)(() => Unit.Parse(symbol))).Should().Throw<FrameException>().WithMessage($"*'{symbol}'*mL*");
    }

    [Fact]
    public void White_space_around_a_unit_is_not_part_of_it() => Unit.Parse(" mL ").Should().Be(Unit.Parse("mL"));

    [Fact]
    public void Equality_is_of_symbols_and_fit_is_of_dimensions()
    {
        Unit.Parse("uL").Should().NotBe(Unit.Parse("µL"));
        Unit.Parse("uL").Fits(Unit.Parse("µL")).Should().BeTrue();
        Unit.Parse("mL").GetHashCode().Should().Be(Unit.Parse("mL").GetHashCode());
        Unit.One.IsDimensionless.Should().BeTrue();
        Unit.Parse("rad").IsDimensionless.Should().BeFalse();
    }

    [Fact]
    public void There_and_back_gives_the_same_value()
    {
        var pairs = (from a in Known from b in Known where Unit.Parse(a).Fits(Unit.Parse(b)) select (Unit.Parse(a), Unit.Parse(b))).ToArray();
        var cases = from pair in Gen.Elements(pairs) from value in Gen.Choose(-1_000_000, 1_000_000) select (pair, value / 1000.0);

        Check.One(Seeded, Prop.ForAll(cases.ToArbitrary(), it =>
        {
            var ((a, b), value) = it;
            var back = b.Convert(a.Convert(value, b), a);
            return Math.Abs(back - value) <= 1e-12 * Math.Max(Math.Abs(value), a.Fits(Unit.Parse("K")) ? 1e6 : 0);
        }));
    }

    [Fact]
    public void Fit_is_the_same_both_ways_and_so_is_the_factor()
    {
        var cases = from a in Gen.Elements(Known) from b in Gen.Elements(Known) select (Unit.Parse(a), Unit.Parse(b));

        Check.One(Seeded, Prop.ForAll(cases.ToArbitrary(), it =>
            it.Item1.Fits(it.Item2) == it.Item2.Fits(it.Item1)
            && (!it.Item1.Fits(it.Item2) || it.Item1.Fits(Unit.Parse("K")) || Math.Abs(it.Item1.Convert(1, it.Item2) * it.Item2.Convert(1, it.Item1) - 1) < 1e-12)));
    }

    [Fact]
    public void Any_text_is_either_a_unit_or_refused()
    {
        var letters = Gen.Elements("mLuµ/.·°C-12 GMkgs%\0é".ToCharArray());
        Check.One(Seeded, Prop.ForAll(Gen.ArrayOf(letters).Select(it => new string(it)).ToArbitrary(), text =>
            !Unit.TryParse(text, out var unit) || (double.IsFinite(unit.Convert(1, unit)) && Unit.Parse(unit.Symbol).Equals(unit))));
    }

    [Fact]
    public void A_value_too_large_for_another_unit_is_refused() =>
        Quantity.Of(1e305, "km").Invoking(quantity => quantity.In("nm")).Should().Throw<FrameException>().WithMessage("*too large*");

    private static Config Seeded => Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20260131, 7);
}
