using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class FeasibleSpacesTests
{
    private static readonly SearchSpace Simplex = Shares(3, new SpaceRules { Linear = [Sum(3, 1)] });

    [Fact]
    public void Points_of_a_mixture_sum_to_one_and_lie_evenly_about_its_middle()
    {
        var points = SpaceFilling.Candidates(Simplex, new UnitCube(Simplex), 2000, seed: 3);

        points.Should().HaveCount(2000).And.OnlyContain(point => Math.Abs(point.Coordinates.Sum() - 1) < 1e-9 && point.Coordinates.All(share => share >= 0 && share <= 1));
        for (var d = 0; d < 3; d++)
        {
            points.Average(point => point[d]).Should().BeApproximately(1 / 3.0, 0.02);
            // Of a uniform distribution on the triangle: 1/6.
            points.Average(point => point[d] * point[d]).Should().BeApproximately(1 / 6.0, 0.02);
        }
    }

    [Fact]
    public void At_most_so_many_components_are_used()
    {
        var space = Shares(5, new SpaceRules { Linear = [Sum(5, 1)], Counts = [new CountLimit([0, 1, 2, 3, 4], 1, 2)] });
        var points = SpaceFilling.Candidates(space, new UnitCube(space), 400, seed: 3);

        points.Should().HaveCount(400).And.OnlyContain(point => point.Coordinates.Count(share => share != 0) <= 2 && space.IsFeasible(point));
        Enumerable.Range(0, 5).Should().OnlyContain(d => points.Any(point => point[d] > 0.1));
    }

    [Theory]
    [InlineData(0.2, 0.5, 0.3)]
    [InlineData(0.7, 0.6, -0.3)]
    [InlineData(2, -1, 0)]
    public void The_best_point_of_a_mixture_is_found_inside_on_an_edge_and_in_a_corner(double a, double b, double c)
    {
        double[] centre = [a, b, c];
        var found = new AcquisitionSearch(new TrialLog(Simplex, [], []), [0.1, 0.1, 0.8], new Hill(centre), seed: 5).Best();

        found.Point.Coordinates.Sum().Should().BeApproximately(1, 1e-9);
        found.Score.Should().BeApproximately(-Projected(centre).Zip(centre, (x, y) => (x - y) * (x - y)).Sum(), 1e-6);
    }

    [Fact]
    public void The_best_pair_of_components_is_found()
    {
        var space = Shares(6, new SpaceRules { Linear = [Sum(6, 1)], Counts = [new CountLimit([0, 1, 2, 3, 4, 5], 1, 2)] });
        var found = new AcquisitionSearch(new TrialLog(space, [], []), [1, 0, 0, 0, 0, 0], new Hill([0, 0.15, 0, 0.6, 0.1, 0.45]), seed: 5).Best();

        found.Point[3].Should().BeApproximately(0.575, 1e-4);
        found.Point[5].Should().BeApproximately(0.425, 1e-4);
    }

    [Fact]
    public void On_a_logarithmic_dimension_a_linear_constraint_is_followed_too()
    {
        SearchSpace space = new([new RealDimension("a", 0.01, 10, Logarithmic: true), new RealDimension("b", 0, 10)],
            rules: new SpaceRules { Linear = [new LinearConstraint([1, 1], 4, 4)] });
        var found = new AcquisitionSearch(new TrialLog(space, [], []), [0.5, 0.3], new Hill([0.5, 0.9]), seed: 1).Best();

        (found.Point[0] + found.Point[1]).Should().BeApproximately(4, 1e-8);
        var best = Enumerable.Range(0, 400_000).Max(k => 0.01 + 3.99 * k / 400_000 is var x ? -Math.Pow(Math.Log(x / 0.01) / Math.Log(1000) - 0.5, 2) - Math.Pow((4 - x) / 10 - 0.9, 2) : 0);
        found.Score.Should().BeApproximately(best, 1e-6);
    }

    [Fact]
    public void What_does_not_count_rests_and_makes_no_second_point()
    {
        SearchSpace space = new([new CategoricalDimension("method", ["heat", "light"]), new DiscreteDimension("lamp", [1, 2, 3])],
            rules: new SpaceRules { Activations = [new Activation(1, 0, [1])] });

        var all = Catalogue.Of(space)!;
        Enumerable.Range(0, (int)all.Count).Select(k => all[k]).Distinct().Should().HaveCount(4);
        space.Settled(new Point([0, 3])).Should().Be(new Point([0, 1]));
        Enumerable.Range(0, 4).Aggregate(new List<Observation>(), (history, _) =>
        {
            history.Add(new Observation(new RandomOptimiser().Suggest(space, history, [], 1).Point, 0));
            return history;
        }).Select(one => one.Point).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Choices_with_alike_descriptors_are_near_and_never_one()
    {
        var cube = new UnitCube([new CategoricalDimension("solvent", ["a", "b", "c", "d"],
            [[1.0, 100, 7], [1.0, 100, 7], [1.1, 110, 7], [5, 900, 7]])]);
        var rows = Enumerable.Range(0, 4).Select(k =>
        {
            var row = new double[cube.Width];
            cube.Encode(new Point([k]), row);
            return row;
        }).ToArray();
        double Between(int i, int j) => rows[i].Zip(rows[j], (x, y) => (x - y) * (x - y)).Sum();

        Between(0, 1).Should().BeInRange(0.05, 0.15);
        Between(0, 2).Should().BeLessThan(0.5 * Between(0, 3));
        (from i in Enumerable.Range(0, 4) from j in Enumerable.Range(0, 4) where i != j select Between(i, j)).Average().Should().BeApproximately(1, 1e-9);
        Enumerable.Range(0, 4).Should().OnlyContain(k => cube.Decode(rows[k])[0] == k);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_the_rules_suggestions_keep_them(int seed)
    {
        var stream = new RandomStream(seed, 99);
        ImmutableArray<SearchDimension> dimensions =
        [
            new RealDimension("a", 0, 1), new RealDimension("b", 0, 2), new IntegerDimension("n", 0, 6), new DiscreteDimension("v", [0, 0.5, 2]),
            new CategoricalDimension("kind", ["x", "y", "z"]), new OrdinalDimension("size", ["small", "middle", "large"]), new RealDimension("c", 0.1, 10, Logarithmic: true),
        ];
        var equation = new LinearConstraint([1 + stream.NextUniform(), 1, 0.2, 0, 0, 0, 0], 1.5, 1.5);
        var rest = new LinearConstraint([0, 1, 0, 1, 0, 0, 1], double.NegativeInfinity, 6);
        SearchSpace space = new(dimensions, point => point[4] != 2 || point[2] > 1, rules: new SpaceRules
        {
            Linear = [equation, rest], Counts = [new CountLimit([0, 1, 3], 1, 2)], Activations = [new Activation(6, 4, [0, 2])],
        });

        var history = Trials.Run(new GaussianProcessOptimiser(new GaussianProcessOptions { InitialPoints = 6 }), space, at => at[0] + Math.Sin(at[1]) + at[2] - at[6], 14, seed);

        history.Should().OnlyContain(one => space.IsFeasible(one.Point) && space.Settled(one.Point).Equals(one.Point));
        history.Select(one => one.Point).Should().OnlyHaveUniqueItems();
    }

    /// <summary>By bisection over the shift of all: Held, Wolfe and Crowder 1974.</summary>
    private static double[] Projected(double[] centre)
    {
        var (low, high) = (-5.0, 5.0);
        for (var k = 0; k < 200; k++)
        {
            var middle = (low + high) / 2;
            if (centre.Sum(x => Math.Clamp(x - middle, 0, 1)) > 1) low = middle;
            else high = middle;
        }
        return [.. centre.Select(x => Math.Clamp(x - low, 0, 1))];
    }

    private static SearchSpace Shares(int count, SpaceRules rules) => new([.. Enumerable.Range(0, count).Select(k => new RealDimension($"x{k}", 0, 1))], rules: rules);

    private static LinearConstraint Sum(int count, double total) => new([.. Enumerable.Repeat(1.0, count)], total, total);

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
