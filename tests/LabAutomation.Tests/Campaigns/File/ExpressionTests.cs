using FsCheck;
using FsCheck.Fluent;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using Interval = LabAutomation.Agents.Campaigns.Interval;

namespace LabAutomation.Tests.Campaigns;

public sealed class ExpressionTests
{
    /// <summary>Coordinates 0 to 4: v in mL, w in uL, t in s, warmth in °C, n without unit; then a choice.</summary>
    private static readonly TermCompiler Compiler = new(
    [
        new RealParameter("v", Unit.Parse("mL"), -2, 3, false),
        new RealParameter("w", Unit.Parse("uL"), 10, 500, false),
        new RealParameter("t", Unit.Parse("s"), 1, 60, false),
        new RealParameter("warmth", Unit.Parse("°C"), 20, 80, false),
        new IntegerParameter("n", Unit.One, -2, 5),
        new CategoricalParameter("solvent", ["water", "ethanol"]),
    ]);

    private static readonly double[] Here = [1.5, 250, 30, 25, 2, 1];

    [Theory]
    [InlineData("1 + 2 * 3", 7, "1")]
    [InlineData("(1 + 2) * 3", 9, "1")]
    [InlineData("7 - 2 - 1", 4, "1")]
    [InlineData("8 / 2 / 2", 2, "1")]
    [InlineData("-2 * -3", 6, "1")]
    [InlineData("2 - -3", 5, "1")]
    [InlineData("1.5e1 + .5", 15.5, "1")]
    [InlineData("v + w", 1.75, "mL")]
    [InlineData("w + v", 1750, "uL")]
    [InlineData("2.0 mL - v - w", 0.25, "mL")]
    [InlineData("v / t", 0.05, "mL/s")]
    [InlineData("6 mL/min * t", 180, "mL.s/min")]
    [InlineData("6 mL/t", 0.2, "mL/s")]
    [InlineData("v / 6 mL/min", 0.25, "min")]
    [InlineData("v / 0.5 mL", 3, "1")]
    [InlineData("v * n", 3, "mL")]
    [InlineData("50 % * v", 0.75, "mL")]
    [InlineData("v * 100 %", 1.5, "mL")]
    [InlineData("2 eV + 0 J", 2, "eV")]
    [InlineData("2 m2 / 1 m", 2, "m2/m")]
    [InlineData("warmth + 5 °C", 30, "°C")]
    [InlineData("warmth - 20 °C", 5, "°C")]
    [InlineData("2 * warmth", 50, "°C")]
    public void Arithmetic_keeps_units(string text, double value, string unit)
    {
        var (number, of) = Compiler.Number(TermParser.Parse(text));

        number.Value(Here).Should().BeApproximately(value, 1e-9);
        of.Symbol.Should().Be(unit);
        Unit.TryParse(of.Symbol, out _).Should().BeTrue();
    }

    [Theory]
    [InlineData("v >= 1500 uL", true)]
    [InlineData("v > 1.5 mL", false)]
    [InlineData("v < 1.5 mL", false)]
    [InlineData("v <= 1.5 mL", true)]
    [InlineData("v == 1.5 mL", true)]
    [InlineData("v != 1.5 mL", false)]
    [InlineData("0.1 + 0.2 == 0.3", true)]
    [InlineData("0.1 + 0.2 <= 0.3", true)]
    [InlineData("0.1 + 0.2 > 0.3", false)]
    [InlineData("warmth == 298.15 K", true)]
    [InlineData("solvent == 'ethanol'", true)]
    [InlineData("solvent != 'ethanol'", false)]
    [InlineData("\"water\" == solvent", false)]
    [InlineData("n > 1 and t > 1 min", false)]
    [InlineData("n > 1 or t > 1 min", true)]
    [InlineData("not n > 1", false)]
    [InlineData("not (n > 1 and t > 1 min)", true)]
    [InlineData("not (n > 1 or t > 1 min)", false)]
    [InlineData("not not n > 1", true)]
    [InlineData("n > 1 or n > 1 and n > 9", true)]
    [InlineData("1 / (n - 2) < 5", false)]
    public void Conditions_compare_across_units(string text, bool holds) => Compiler.Condition(TermParser.Parse(text)).Holds(Here).Should().Be(holds);

    [Theory]
    [InlineData("v + ▸", "the expression ends where a value should be")]
    [InlineData("▸", "the expression ends where a value should be")]
    [InlineData("▸(v + w", "this '(' has no ')'")]
    [InlineData("v ▸) + w", "')' is not understood here|there is no '(' before it")]
    [InlineData("v ▸w", "'w' is not understood here|an operator is missing before it")]
    [InlineData("v ▸− w", "'−' is not understood here|write a plain minus '-'")]
    [InlineData("v ▸≤ w", "'≤' is not understood here|write '<='")]
    [InlineData("2 ▸v", "'v' is not a unit|units are such as mL, mL/min, rpm, °C, s, nm; a product is written as 2 * v")]
    [InlineData("v ▸= w", "'=' does not compare|write '=='")]
    [InlineData("v < w ▸< v", "one comparison cannot follow another|write 'a < b and b < c'")]
    [InlineData("▸* v", "'*' stands where a value should be")]
    [InlineData("v + ▸and", "'and' stands where a value should be")]
    [InlineData("▸'water", "this quote is not closed")]
    [InlineData("▸1e999", "1e999 is too large a number")]
    [InlineData("v ▸+ t", "mL and s do not add")]
    [InlineData("v ▸- 1", "mL and a number without unit do not subtract|perhaps 1 mL")]
    [InlineData("v ▸<= 2", "mL and a number without unit do not compare|perhaps 2 mL")]
    [InlineData("warmth ▸+ 5 K", "°C and K do not add: they have different zero points|write both in °C")]
    [InlineData("▸volume + v", "'volume' is not a parameter|parameters: v, w, t, warmth, n, solvent")]
    [InlineData("▸warmht + v", "'warmht' is not a parameter|did you mean 'warmth'?")]
    [InlineData("▸mL + v", "'mL' is not a parameter|a unit stands after a number")]
    [InlineData("▸solvent + v", "'solvent' is a choice, not a number|it can be compared: solvent == 'water'")]
    [InlineData("v + ▸'water'", "'water' is a text, not a number")]
    [InlineData("v + (n ▸> 1)", "a condition stands where a number should be")]
    public void What_makes_no_sense_is_refused_where_it_stands(string marked, string message)
    {
        var text = CampaignTexts.Unmark(marked, out var place);

        var error = FluentActions.Invoking(() => Either(text)).Should().Throw<ExpressionException>().Which;

        $"1:{error.At + 1}".Should().Be(place);
        (error.Hint is null ? error.Message : $"{error.Message}|{error.Hint}").Should().Be(message);
    }

    [Theory]
    [InlineData("v + ▸w", "a number stands where a condition should be")]
    [InlineData("n > 1 and ▸v", "a number stands where a condition should be")]
    [InlineData("solvent ▸< 'water'", "choices have no order: '<' does not compare them")]
    [InlineData("solvent == ▸'watre'", "'watre' is not a choice of 'solvent'")]
    [InlineData("v == ▸'water'", "'water' is a text; only a categorical parameter compares with a text")]
    [InlineData("▸solvent == solvent", "'solvent' is a choice, not a number")]
    public void What_is_no_condition_is_refused_where_it_stands(string marked, string message)
    {
        var text = CampaignTexts.Unmark(marked.Replace("v + ▸w", "v ▸+ w", StringComparison.Ordinal), out var place);

        var error = FluentActions.Invoking(() => Compiler.Condition(TermParser.Parse(text))).Should().Throw<ExpressionException>().Which;

        (error.Message, $"1:{error.At + 1}").Should().Be((message, place));
    }

    [Fact]
    public void Long_and_deep_expressions_are_refused_before_they_exhaust_the_stack()
    {
        foreach (var text in new[] { new string('(', 900), new string('-', 900) + "1", string.Concat(Enumerable.Repeat("not ", 240)) + "n > 1",
            new string('1', 1001) })
            FluentActions.Invoking(() => TermParser.Parse(text)).Should().Throw<ExpressionException>();
        Compiler.Number(TermParser.Parse(string.Join('+', Enumerable.Repeat("1", 500)))).Number.Value(Here).Should().Be(500);
    }

    [Fact]
    public void A_printed_term_reads_back_as_the_same_term() => Check(Terms.Any, term =>
    {
        var text = term.ToString();
        return TermParser.Parse(text).ToString() == text && Shape(TermParser.Parse(text)) == Shape(term);
    });

    [Fact]
    public void An_interval_encloses_the_value_at_every_point_of_the_box() => Check(
        from term in Terms.Numbers
        from sides in Terms.Share.Three().ArrayOf(5)
        select (term, sides), given =>
        {
            var number = Compiler.Number(given.term).Number;
            var box = given.sides.Select(side => new Interval(Math.Min(side.Item1, side.Item2), Math.Max(side.Item1, side.Item2))).ToArray();
            var point = given.sides.Select((side, k) => Math.Clamp(side.Item3, box[k].Low, box[k].High)).ToArray();
            var value = number.Value(point);
            return double.IsNaN(value) || number.Range(box).Contains(value);
        });

    [Fact]
    public void A_condition_that_holds_at_a_point_is_possible_in_every_box_around_it() => Check(
        from term in Terms.Conditions
        from sides in Terms.Share.Three().ArrayOf(5)
        select (term, sides), given =>
        {
            var condition = Compiler.Condition(given.term);
            var box = given.sides.Select(side =>
                new Interval(Math.Min(side.Item1, side.Item2), Math.Max(side.Item1, side.Item2))).Append(new Interval(0, 1)).ToArray();
            var point = given.sides.Select((side, k) => Math.Clamp(side.Item3, box[k].Low, box[k].High)).Append(1).ToArray();
            var alternatives = Predicate.Alternatives([condition]);
            return (!condition.Holds(point) || condition.IsPossible(box))
                && (!condition.Holds(point) || alternatives.Any(atoms => atoms.All(atom => atom.Holds(point))));
        });

    [Fact]
    public void A_condition_and_its_negation_never_agree_on_finite_numbers() => Check(
        from term in Terms.Conditions
        from point in Terms.Share.ArrayOf(5)
        select (term, point), given =>
        {
            double[] point = [.. given.point, 0];
            var divides = given.term.ToString().Contains('/');
            return divides || Compiler.Condition(given.term).Holds(point) != Compiler.Condition(new NotTerm(0, given.term)).Holds(point);
        });

    [Fact]
    public void A_linear_form_has_the_value_of_its_expression() => Check(
        from term in Terms.Numbers
        from point in Terms.Share.ArrayOf(5)
        select (term, point), given =>
        {
            var number = Compiler.Number(given.term).Number;
            if (number.AsLinear(5) is not { } form) return true;
            var value = number.Value(given.point);
            var linear = form.Constant + form.Weights.Zip(given.point, (weight, x) => weight * x).Sum();
            return !double.IsFinite(value)
                || Math.Abs(value - linear) <= 1e-6 * (1 + Math.Abs(value) + form.Weights.Sum(Math.Abs) + Math.Abs(form.Constant));
        });

    private static object Either(string text) =>
        TermParser.Parse(text) is var term && term is ComparisonTerm or LogicTerm or NotTerm ? Compiler.Condition(term) : Compiler.Number(term);

    private static string Shape(Term term) => term switch
    {
        NumberTerm number => $"{number.Value:R}{number.Unit}",
        NegativeTerm negative => $"(-{Shape(negative.Operand)})",
        NotTerm not => $"(!{Shape(not.Operand)})",
        ArithmeticTerm arithmetic => $"({Shape(arithmetic.Left)}{arithmetic.Operator}{Shape(arithmetic.Right)})",
        ComparisonTerm comparison => $"({Shape(comparison.Left)}{comparison.Operator}{Shape(comparison.Right)})",
        LogicTerm logic => $"({Shape(logic.Left)} {logic.Operator} {Shape(logic.Right)})",
        _ => term.ToString(),
    };

    private static void Check<T>(Gen<T> given, Func<T, bool> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(7, 11), Prop.ForAll(given.ToArbitrary(), property));
}
