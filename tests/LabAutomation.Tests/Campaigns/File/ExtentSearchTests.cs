using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

public sealed class ExtentSearchTests
{
    private static readonly ImmutableArray<ParameterPlan> Dyes =
        [.. new[] { "cyan", "magenta", "yellow" }.Select(name => new RealParameter(name, Unit.Parse("mL"), 0, 0.8, false))];

    private static readonly ImmutableArray<ParameterPlan> Mixed =
        [new RealParameter("x", Unit.One, -1, 2, false), new IntegerParameter("n", Unit.One, 1, 4), new CategoricalParameter("solvent", ["water", "ethanol", "none"])];

    [Theory]
    [InlineData("2 mL - cyan - magenta - yellow", "", -0.4, 2)]
    [InlineData("2 mL - cyan - magenta - yellow", "cyan + magenta + yellow <= 1.6 mL", 0.4, 2)]
    [InlineData("2 mL - cyan - magenta - yellow", "cyan + magenta + yellow <= 1600 uL; cyan >= 0.1 mL", 0.4, 1.9)]
    [InlineData("1.6 mL - cyan - magenta - yellow", "cyan + magenta + yellow <= 1.6 mL", 0, 1.6)]
    [InlineData("cyan", "cyan + magenta == 1 mL", 0.2, 0.8)]
    [InlineData("cyan - magenta", "cyan <= 2 * magenta; magenta <= 0.3 mL", -0.3, 0.3)]
    [InlineData("cyan", "cyan <= 0.1 mL or cyan >= 0.7 mL", 0, 0.8)]
    [InlineData("cyan", "not (cyan <= 0.1 mL or cyan >= 0.7 mL)", 0.1, 0.7)]
    [InlineData("cyan", "cyan <= 0.3 mL and magenta > 0.2 mL or cyan >= 0.4 mL and cyan < 0.5 mL", 0, 0.5)]
    [InlineData("3 mL", "cyan >= 0.5 mL", 3, 3)]
    public void Linear_expressions_under_linear_conditions_have_exact_ends(string expression, string conditions, double low, double high)
    {
        var extent = Search(Dyes, expression, conditions)!;

        extent.Range.Low.Should().BeApproximately(low, 1e-9);
        extent.Range.High.Should().BeApproximately(high, 1e-9);
        extent.IsExact.Should().BeTrue();
        Number(Dyes, expression).Value(extent.AtLow).Should().BeApproximately(low, 1e-9, "it is taken there");
        Number(Dyes, expression).Value(extent.AtHigh).Should().BeApproximately(high, 1e-9, "it is taken there");
    }

    [Theory]
    [InlineData("cyan * magenta / 1 mL", "", 0, 0.64)]
    [InlineData("cyan * magenta / 1 mL", "cyan + magenta <= 1 mL", 0, 0.25)]
    [InlineData("cyan * (1 mL - cyan) / 1 mL", "", 0, 0.25)]
    [InlineData("1 mL * cyan / (cyan + magenta)", "cyan + magenta >= 0.1 mL", 0, 1)]
    [InlineData("1 mL * 1 mL / (cyan - magenta)", "cyan - magenta >= 0.25 mL", 1.25, 4)]
    public void Other_expressions_are_enclosed_closely(string expression, string conditions, double low, double high)
    {
        var range = Search(Dyes, expression, conditions)!.Range;

        range.Low.Should().BeLessThanOrEqualTo(low + 1e-9).And.BeApproximately(low, 0.02);
        range.High.Should().BeGreaterThanOrEqualTo(high - 1e-9).And.BeApproximately(high, 0.02);
    }

    [Theory]
    [InlineData("cyan >= 0.5 mL; cyan <= 0.4 mL")]
    [InlineData("cyan + magenta + yellow >= 2.5 mL")]
    [InlineData("cyan + magenta == 2 mL")]
    public void Where_nothing_is_feasible_there_is_no_extent(string conditions)
    {
        Search(Dyes, "cyan", conditions).Should().BeNull();
        Search(Dyes, "cyan * cyan", conditions).Should().BeNull();
    }

    [Fact]
    public void A_divisor_that_can_be_zero_leaves_no_bounds() =>
        double.IsFinite(Search(Dyes, "1 mL * cyan / (cyan - magenta)", "")!.Range.Low).Should().BeFalse();

    [Theory]
    [InlineData("n", "solvent == 'water' and n <= 2 or solvent == 'none'", 1, 4)]
    [InlineData("n", "(solvent == 'water' or n >= 3) and (solvent != 'water' or n >= 2) and n < 4", 2, 4)]
    [InlineData("n * x", "", -4, 8)]
    public void Choices_and_whole_numbers_take_part(string expression, string conditions, double low, double high)
    {
        var range = Search(Mixed, expression, conditions)!.Range;

        range.Low.Should().BeApproximately(low, 1e-6);
        range.High.Should().BeApproximately(high, 1e-6);
    }

    [Fact]
    public void A_small_finite_space_is_gone_through()
    {
        ImmutableArray<ParameterPlan> space = [new DiscreteParameter("a", Unit.One, [1, 2, 4]), new DiscreteParameter("b", Unit.One, [1, 2, 4]),
            new CategoricalParameter("c", ["x", "y"])];

        var extent = Search(space, "a + b", "a + b <= 5.5; c == 'y' or a <= 2")!;

        extent.Range.Should().Be(new Interval(2, 5));
        extent.AtHigh.Should().Equal(1, 4, 0);
        Search(space, "a + b", "a + b > 8").Should().BeNull();
    }

    [Fact]
    public void No_point_of_a_fine_grid_lies_outside_and_the_ends_are_feasible()
    {
        var random = new Random(3);
        var found = 0;
        for (var k = 0; k < 200; k++)
        {
            double Some() => Math.Round(random.NextDouble() * 4 - 2, 2);
            string Sum() =>
                FormattableString.Invariant($"{Some()} * cyan + {Some()} * magenta - {Math.Abs(Some())} * yellow").Replace("+ -", "- ", StringComparison.Ordinal);
            var conditions = FormattableString.Invariant($"{Sum()} <= {Some()} mL; {Sum()} >= {Some()} mL; {Sum()} <= {Math.Abs(Some())} mL");
            var expression = Sum();
            var extent = Search(Dyes, expression, conditions);
            var (number, predicates) = (Number(Dyes, expression), Conditions(Dyes, conditions));
            foreach (var point in Grid(8).Where(point => predicates.All(predicate => predicate.Holds(point))))
            {
                extent.Should().NotBeNull(conditions);
                number.Value(point).Should().BeInRange(extent!.Range.Low - 1e-7, extent.Range.High + 1e-7, $"{expression} where {conditions}");
                found++;
            }

            if (extent is not null)
                predicates.Should().OnlyContain(predicate => predicate.Holds(extent.AtLow) || Nearly(predicate, extent.AtLow), conditions);
        }

        found.Should().BeGreaterThan(10_000, "the random conditions leave something");
    }

    /// <summary>At a corner a condition holds with equality, up to rounding.</summary>
    private static bool Nearly(Predicate predicate, double[] at) =>
        predicate is Compared compared && Math.Abs(compared.Left.Value(at) - compared.Right.Value(at)) < 1e-7;

    private static IEnumerable<double[]> Grid(int steps) =>
        from a in Enumerable.Range(0, steps + 1) from b in Enumerable.Range(0, steps + 1) from c in Enumerable.Range(0, steps + 1)
        select new[] { 0.8 * a / steps, 0.8 * b / steps, 0.8 * c / steps };

    private static Extent? Search(ImmutableArray<ParameterPlan> parameters, string expression, string conditions) =>
        new ExtentSearch([.. parameters.Select(parameter => parameter.ToDimension())],
            Conditions(parameters, conditions)).Of(Number(parameters, expression));

    private static Arithmetic Number(ImmutableArray<ParameterPlan> parameters, string expression) =>
        new TermCompiler(parameters).Number(TermParser.Parse(expression)).Number;

    private static ImmutableArray<Predicate> Conditions(ImmutableArray<ParameterPlan> parameters, string conditions) =>
        [.. conditions.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(condition => new TermCompiler(parameters).Condition(TermParser.Parse(condition)))];
}
