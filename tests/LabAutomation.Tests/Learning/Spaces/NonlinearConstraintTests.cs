using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Learning.Spaces;

public sealed class NonlinearConstraintTests
{
    [Theory]
    [InlineData("x * x + y * y == 1")]
    [InlineData("x * x + y * y - 1 == 0")]
    [InlineData("x * x + y * y <= 1 and x * x + y * y >= 0.999999")]
    public void Points_of_a_circle_are_met_all_around(string constraint)
    {
        var space = Square(-2, 2, constraint);

        var points = SpaceFilling.Candidates(space, new UnitCube(space), 400, seed: 3);

        points.Should().HaveCount(400).And.OnlyContain(point => Math.Abs(point[0] * point[0] + point[1] * point[1] - 1) < 2e-6 && space.IsFeasible(point));
        var sectors = points.GroupBy(point => (int)Math.Floor(Math.Atan2(point[1], point[0]) / (Math.PI / 4))).ToArray();
        sectors.Should().HaveCountGreaterThanOrEqualTo(8);
        sectors.Should().OnlyContain(sector => sector.Count() > 15);
    }

    [Theory]
    [InlineData("(x - 0.31) * (x - 0.31) + (y - 0.77) * (y - 0.77) <= 0.000003")]
    [InlineData("x / y <= 0.30001 and x / y >= 0.3")]
    [InlineData("x * y == 0.25 and x - y == 0.1")]
    [InlineData("x * y >= 0.9999")]
    public void A_part_of_a_hundred_thousandth_is_found(string constraint)
    {
        var space = Square(0, 1, constraint);

        SpaceFilling.Candidates(space, new UnitCube(space), 50, seed: 3).Should().HaveCount(50).And.OnlyContain(point => space.IsFeasible(point));
    }

    [Fact]
    public void Ratios_over_many_powers_of_ten_are_met()
    {
        RealDimension Wide(string name) => new(name, 1e-6, 1e6, Logarithmic: true);
        var space = Space([Wide("x"), Wide("y")], "x / y <= 1.001", "x * y == 2000");

        SpaceFilling.Candidates(space, new UnitCube(space), 50, seed: 3).Should().HaveCountGreaterThan(20).And.OnlyContain(point => space.IsFeasible(point));
    }

    [Theory]
    [InlineData("x * x == y", 0, 100_000, 60)]      // 317 points
    [InlineData("x * y == 1200", 1, 5000, 24)]      // 30 points
    [InlineData("x * y <= 50 and x * y >= 49", 1, 5000, 8)]     // 9 points
    public void Whole_numbers_that_an_equation_allows_are_found(string constraint, int least, int most, int wanted)
    {
        var space = Space([new IntegerDimension("x", least, most), new IntegerDimension("y", least, most)], constraint);
        var tried = new List<Observation>();

        while (tried.Count < wanted) tried.Add(new Observation(SpaceFilling.Random(new TrialLog(space, tried, []), seed: 3), 1));

        tried.Select(one => one.Point).Should().OnlyHaveUniqueItems().And.OnlyContain(point => space.IsFeasible(point));
    }

    [Fact]
    public void Where_constraints_contradict_each_other_there_is_no_point()
    {
        var space = Square(0, 1, "x * x + y * y <= 0.1", "x + y >= 1.9");

        SpaceFilling.Candidates(space, new UnitCube(space), 1, seed: 3).Should().BeEmpty();
    }

    [Theory]
    [InlineData(0.9, 0.5)]
    [InlineData(0.2, 0.2)]
    [InlineData(0.3, 1.4)]
    public void The_best_point_of_a_curve_is_found(double a, double b)
    {
        var space = Square(0, 1, "x * y == 0.25");
        var best = Enumerable.Range(0, 750_001).Max(k => 0.25 + k * 1e-6 is var x ? -(x - a) * (x - a) - (0.25 / x - b) * (0.25 / x - b) : 0);

        var found = new AcquisitionSearch(new TrialLog(space, [], []), [0.5, 0.5], new Hill([a, b]), seed: 5).Best();

        found.Score.Should().BeApproximately(best, 1e-7);
        (found.Point[0] * found.Point[1]).Should().BeApproximately(0.25, 1e-9);
    }

    [Theory]
    [InlineData(0.9, 0.8)]
    [InlineData(0.02, 0.5)]
    [InlineData(0.45, 0.55)]
    public void The_best_point_of_a_disc_is_found_at_its_edge_and_inside(double a, double b)
    {
        var space = Square(0, 1, "(x - 0.4) * (x - 0.4) + (y - 0.5) * (y - 0.5) <= 0.04");
        var beyond = Math.Max(0, Math.Sqrt((a - 0.4) * (a - 0.4) + (b - 0.5) * (b - 0.5)) - 0.2);

        var found = new AcquisitionSearch(new TrialLog(space, [], []), [0.4, 0.5], new Hill([a, b]), seed: 5).Best();

        found.Score.Should().BeApproximately(-beyond * beyond, 1e-7);
    }

    [Fact]
    public void A_curve_in_a_mixture_is_followed_to_where_both_end()
    {
        var space = Space([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new RealDimension("c", 0, 1)], "a + b + c == 1", "a * b >= 0.2");

        var found = new AcquisitionSearch(new TrialLog(space, [], []), [0.4, 0.6, 0], new Hill([1, 0, 0]), seed: 5).Best();

        // a + b = 1 and a·b = 0.2.
        found.Point[0].Should().BeApproximately(0.5 + Math.Sqrt(0.05), 1e-5);
        found.Point[2].Should().BeApproximately(0, 1e-5);
    }

    [Fact]
    public void Equations_of_whole_numbers_are_met()
    {
        var space = Space([.. "abcd".Select(name => new IntegerDimension($"{name}", 0, 50))], "a + b + c + d == 50", "a * b == 24", "c >= 2 * d");

        SpaceFilling.Candidates(space, new UnitCube(space), 20, seed: 3).Should().HaveCount(20)
            .And.OnlyContain(point => point[0] * point[1] == 24 && point.Coordinates.Sum() == 50 && point[2] >= 2 * point[3]);
    }

    /// <summary>Of 20¹² points one in a hundred thousand is feasible; none is ever listed.</summary>
    [Fact]
    public void Choices_that_depend_on_each_other_are_found_in_a_product_that_nobody_could_list()
    {
        var space = Space([.. Enumerable.Range(0, 12).Select(k => new CategoricalDimension($"c{k}", [.. Enumerable.Range(0, 20).Select(v => $"v{v}")]))],
            [.. Enumerable.Range(0, 11).Select(k => $"c{k} != 'v{k}' or c{k + 1} == 'v3'"), "c0 == 'v5' or c1 == 'v7'", "c5 == 'v1'", "c6 == 'v2'", "c7 == 'v9'"]);

        var trials = Trials.Run(new GaussianProcessOptimiser(new GaussianProcessOptions { InitialPoints = 6 }), space, at => at[0] + at[11], 8, seed: 1);

        trials.Should().OnlyContain(trial => space.IsFeasible(trial.Point));
        trials.Select(trial => trial.Point).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("x * y / (x + 0.5) - 3 * x <= y * y")]
    [InlineData("x * y <= 0.1 or x + y * y >= 1.2 and x >= 0.3")]
    [InlineData("not (x * y < 0.2)")]
    [InlineData("x != 0.3")]
    public void How_much_is_missed_is_above_zero_where_a_condition_does_not_hold(string text)
    {
        var predicate = Compiler(Dimensions(0, 1)).Condition(TermParser.Parse(text));
        foreach (var at in Places()) (predicate.Excess(at, new double[2]) <= 1e-9).Should().Be(predicate.Holds(at), $"{text} at {at[0]}, {at[1]}");
    }

    [Theory]
    [InlineData("x * y / (x + 0.5) - 3 * x")]
    [InlineData("-(x - y) * (x * x * y - 2) / 3")]
    [InlineData("1 / (y - 2) + x / y / 4")]
    public void Slopes_of_an_expression_are_those_of_finite_differences(string text)
    {
        var number = Compiler(Dimensions(0, 1)).Number(TermParser.Parse(text)).Number;
        foreach (var at in Places())
        {
            var slopes = new double[2];
            number.AddSlopes(at, 2, slopes);
            for (var d = 0; d < 2; d++)
            {
                double[] up = [.. at], down = [.. at];
                (up[d], down[d]) = (at[d] + 1e-6, at[d] - 1e-6);
                slopes[d].Should().BeApproximately((number.Value(up) - number.Value(down)) / 1e-6, 1e-5 * Math.Max(1, Math.Abs(slopes[d])), $"{text} at {at[0]}, {at[1]}");
            }
        }
    }

    private static IEnumerable<double[]> Places() => Enumerable.Range(0, 50).Select(k => new[] { 0.03 + (k * 0.37 + 0.05) % 0.9, 0.03 + (k * 0.61 + 0.02) % 0.9 });

    private static SearchSpace Square(double low, double high, params string[] constraints) => Space(Dimensions(low, high), constraints);

    private static SearchDimension[] Dimensions(double low, double high) => [new RealDimension("x", low, high), new RealDimension("y", low, high)];

    private static SearchSpace Space(SearchDimension[] dimensions, params string[] constraints)
    {
        var compiler = Compiler(dimensions);
        var read = Constraints.Of([.. constraints.Select(text => compiler.Condition(TermParser.Parse(text)))], [.. dimensions]);
        return new SearchSpace([.. dimensions], read.Condition, rules: new SpaceRules { Linear = read.Linear, Nonlinear = read.Nonlinear });
    }

    private static TermCompiler Compiler(SearchDimension[] dimensions) => new(
        [
            .. dimensions.Select(dimension => (ParameterPlan)(dimension switch
            {
                CategoricalDimension choice => new CategoricalParameter(choice.Name, choice.Choices),
                IntegerDimension whole => new IntegerParameter(whole.Name, Unit.One, whole.Low, whole.High),
                _ => (RealDimension)dimension is var real ? new RealParameter(real.Name, Unit.One, real.Low, real.High, real.Logarithmic) : null!,
            })),
        ]);

    /// <summary>Minus the squared distance from a place.</summary>
    private sealed class Hill(double[] centre) : IAcquisition
    {
        public int Width => centre.Length;

        public void Score(ReadOnlySpan<double> rows, Span<double> scores)
        {
            for (var i = 0; i < scores.Length; i++) scores[i] = ScoreWithSlopes(rows.Slice(i * Width, Width), new double[Width]);
        }

        public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
        {
            var sum = 0.0;
            for (var c = 0; c < Width; c++)
            {
                sum -= (row[c] - centre[c]) * (row[c] - centre[c]);
                slope[c] = -2 * (row[c] - centre[c]);
            }
            return sum;
        }
    }
}
