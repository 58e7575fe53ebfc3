using LabAutomation.Learning;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Tests.Learning.Advising;

public sealed class AdvisedWorthTests
{
    private static readonly SearchSpace Space = new(
        [new RealDimension("t", 0, 10), new RealDimension("c", 0.01, 10, Logarithmic: true), new IntegerDimension("n", 1, 5), new CategoricalDimension("s", ["a", "b", "c"])]);

    private static readonly UnitCube Cube = new(Space);

    private static readonly Advice Two = new(
    [
        new AdvisedRegion([new PreferredRange(0, 2, 4), new PreferredPlace(1, 0.1, 0.2), new PreferredChoices(3, [1])]),
        new AdvisedRegion([new PreferredRange(0, null, 3), new PreferredRange(2, 4, null)]) { Weight = 0.5 },
    ]);

    [Theory]
    [InlineData(0.8, 3)]
    [InlineData(0.95, 10)]
    [InlineData(0.2, 40)]
    public void Its_slopes_are_those_of_its_scores(double trust, int told)
    {
        double[][] rows = [.. Enumerable.Range(0, 40).Select(k => Row(0.3 + 9.3 * (k * 0.618 % 1), Math.Pow(10, -1.9 + 2.8 * (k * 0.387 % 1)), 1 + k % 5, k % 3))];

        AcquisitionSlopes.ShouldBeRight(Worth(trust, told), rows);
    }

    [Fact]
    public void What_is_preferred_most_is_worth_as_much_as_without_advice()
    {
        Score(Worth(0.8, 1), Row(3, 0.1, 1, 1)).Should().BeApproximately(0, 1e-12);
        Score(Worth(0.8, 1), Row(3, 0.1, 1, 0)).Should().BeLessThan(-0.5);
    }

    [Fact]
    public void No_more_is_given_up_for_advice_than_the_doubt_about_it_allows_and_never_more_than_nine_tenths()
    {
        foreach (var trust in (double[])[0.05, 0.5, 0.95])
            for (var k = 0; k < 50; k++)
                Score(Worth(trust, 1), Row(10 * (k * 0.618 % 1), 10 - 9.9 * (k * 0.2 % 1), 1 + k % 5, k % 3)).Should().BeInRange(Math.Log(1 - Math.Min(trust, 0.9)) - 1e-12, 0);
    }

    [Fact]
    public void Its_pull_fades_with_the_trials_told()
    {
        double[] scores = [.. new[] { 1, 5, 20, 100, 10_000 }.Select(told => Score(Worth(0.8, told), Row(5, 0.1, 1, 1)))];

        scores.Should().BeInAscendingOrder();
        scores[^1].Should().BeApproximately(0, 1e-2);
    }

    [Fact]
    public void Where_a_dimension_does_not_count_it_is_no_reason_against_a_point()
    {
        SearchDimension[] dimensions = [new CategoricalDimension("method", ["heat", "light"]), new RealDimension("power", 1, 9)];
        var space = new SearchSpace([.. dimensions], rules: new SpaceRules { Activations = [new Activation(1, 0, [1])] });
        var map = new PreferenceMap(new Advice([new AdvisedRegion([new PreferredRange(1, 7, 9)])]), space);

        map.Of(new Point([0, 1])).Should().Be(1);
        map.Of(new Point([1, 1])).Should().BeLessThan(1e-6);
        map.Of(new Point([1, 8])).Should().Be(1);
    }

    private static AdvisedWorth Worth(double trust, int told) => new(new PreferenceMap(Two, Space), Cube, trust, told);

    private static double[] Row(params double[] coordinates)
    {
        var row = new double[Cube.Width];
        Cube.Encode(new Point([.. coordinates]), row);
        return row;
    }

    private static double Score(AdvisedWorth worth, double[] row)
    {
        var score = new double[1];
        worth.Score(row, score);
        return score[0];
    }
}
