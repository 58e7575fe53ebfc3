using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using static LabAutomation.Tests.Learning.Diagnosis.Studies;

namespace LabAutomation.Tests.Learning.Diagnosis;

public sealed class ImportanceTests
{
    private static readonly ImmutableArray<SearchDimension> Cube = [new RealDimension("a", -Math.PI, Math.PI), new RealDimension("b", -Math.PI, Math.PI), new RealDimension("c", -Math.PI, Math.PI)];

    /// <summary>T. Ishigami and T. Homma 1990; the indices are known in closed form: A. Saltelli et al., "Sensitivity Analysis", 2000.</summary>
    [Fact]
    public void Indices_of_the_Ishigami_function_are_the_known_ones()
    {
        var (first, total, sd) = Indices(new SearchSpace(Cube), point => Math.Sin(point[0]) + 7 * Math.Pow(Math.Sin(point[1]), 2) + 0.1 * Math.Pow(point[2], 4) * Math.Sin(point[0]));

        first.Zip([0.3139, 0.4424, 0.0]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 0.03);
        total.Zip([0.5576, 0.4424, 0.2437]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 0.03);
        (sd * sd).Should().BeApproximately(13.845, 0.5);
    }

    [Fact]
    public void Indices_of_a_sum_are_the_shares_of_its_terms_and_both_kinds_agree()
    {
        var (first, total, _) = Indices(new SearchSpace([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new IntegerDimension("n", 0, 1), new CategoricalDimension("k", ["p", "q", "r"])]),
            point => 3 * point[0] + point[1] + point[2] + (point[3] == 2 ? 1.5 : 0));

        // Variances 9/12, 1/12, 1/4 and 1.5²·2/9 = 1/2.
        double[] shares = [.. new[] { 9.0 / 12, 1.0 / 12, 0.25, 0.5 }.Select(part => part / (9.0 / 12 + 1.0 / 12 + 0.25 + 0.5))];
        first.Zip(shares).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 0.02);
        total.Zip(shares).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 0.03);
    }

    [Fact]
    public void Under_a_constraint_the_indices_are_those_of_the_feasible_part()
    {
        // Uniform over the triangle a + b ≤ 1, y = a: given b, a is uniform on [0, 1 − b]; Var(a) = 1/18, E[Var(a|b)] = E[(1 − b)²]/12 = 1/24.
        var (first, total, _) = Indices(new SearchSpace(Square, point => point[0] + point[1] <= 1), point => point[0]);

        first[0].Should().BeApproximately(1, 0.02);
        total[0].Should().BeApproximately(18.0 / 24, 0.03);
        // b says something of a, though it does nothing: Var(E[a|b]) = Var((1 − b)/2) = 1/72.
        first[1].Should().BeApproximately(18.0 / 72, 0.03);
        total[1].Should().Be(0);
    }

    [Fact]
    public void Parts_of_a_mixture_are_told_apart()
    {
        var mixture = new SearchSpace([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new RealDimension("c", 0, 1)],
            rules: new SpaceRules { Linear = [new LinearConstraint([1, 1, 1], 1, 1)] });

        var (_, total, _) = Indices(mixture, point => point[0] * point[0]);

        total[0].Should().BeGreaterThan(2 * total[1]).And.BeGreaterThan(2 * total[2]);
    }

    [Fact]
    public void A_pool_is_taken_as_it_is()
    {
        Point[] pool = [.. Enumerable.Range(0, 60).Select(k => At(k % 4, k % 3, 0.5))];
        var (first, total, _) = Indices(new SearchSpace([new CategoricalDimension("k", ["p", "q", "r", "s"]), new IntegerDimension("n", 0, 2), new RealDimension("x", 0, 1)], pool: [.. pool]), point => point[0] == 1 ? 1 : 0);

        first[0].Should().BeApproximately(1, 0.01);
        total[0].Should().BeApproximately(1, 0.35);
        first[1].Should().BeLessThan(0.05);
        total[1..].Should().AllBeEquivalentTo(0.0);
    }

    [Fact]
    public void A_constant_has_no_important_parameter()
    {
        var (first, total, sd) = Indices(new SearchSpace(Square), _ => 4.2);

        first.Concat(total).Should().AllBeEquivalentTo(0.0);
        sd.Should().Be(0);
    }

    [Fact]
    public void A_model_of_enough_trials_finds_what_matters_and_more_trials_narrow_its_doubt()
    {
        double Width(int trials)
        {
            var importance = Importance(trials);
            importance.Ranked.First().Name.Should().Be("a");
            return importance.Parameters[0].TotalHigh - importance.Parameters[0].TotalLow;
        }

        var many = Importance(40);
        many.Parameters[0].Total.Should().BeApproximately(0.96, 0.06);
        many.Parameters[1].Total.Should().BeApproximately(0.04, 0.05);
        many.Parameters.Should().OnlyContain(one => one.FirstLow <= one.FirstHigh && one.TotalLow <= one.TotalHigh && one.TotalHigh <= 1 && one.FirstLow >= 0);
        Width(40).Should().BeLessThan(Width(8));
    }

    [Fact]
    public void The_same_model_and_seed_give_the_same_indices() =>
        Importance(12).Should().BeEquivalentTo(Importance(12), options => options.WithStrictOrdering());

    private static Importance Importance(int trials)
    {
        var space = new SearchSpace(Square);
        return Sensitivity.Of(GaussianProcess.Fit(space, [.. Spread(space, trials, point => 5 * point[0] + point[1]).Select(trial => trial.Of("y"))], seed: 3), seed: 4);
    }

    private static (double[] First, double[] Total, double Sd) Indices(SearchSpace space, Func<Point, double> function)
    {
        var design = SensitivityDesign.Of(space, new UnitCube(space), 2048, seed: 6);
        double[] values = [.. design.Points.Select(function)];
        return design.Indices(values, values.Max(Math.Abs));
    }
}
