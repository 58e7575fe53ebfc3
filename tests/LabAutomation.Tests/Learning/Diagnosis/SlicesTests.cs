using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using static LabAutomation.Tests.Learning.Diagnosis.Studies;

namespace LabAutomation.Tests.Learning.Diagnosis;

public sealed class SlicesTests
{
    [Fact]
    public void A_curve_is_what_the_model_predicts_through_the_point()
    {
        var space = new SearchSpace(Square, point => point[0] + point[1] <= 1.5);
        var model = GaussianProcess.Fit(space, [.. Spread(space, 15, Bowl).Select(trial => trial.Of("y", -1))], seed: 1);

        var curve = new Slices(model, -1, At(0.3, 0.7)).Curve(0);

        curve.Parameter.Should().Be("a");
        curve.Points.Should().HaveCount(41);
        foreach (var one in curve.Points)
        {
            var expected = model.Predict(At(one.Coordinate, 0.7));
            one.Mean.Should().Be(-expected.Mean);
            one.Sd.Should().Be(expected.Sd);
            one.IsFeasible.Should().Be(one.Coordinate + 0.7 <= 1.5);
        }
        curve.Points[0].Coordinate.Should().Be(0);
        curve.Points[^1].Coordinate.Should().Be(1);
    }

    [Fact]
    public void A_curve_over_choices_has_each_of_them_and_a_logarithmic_one_even_ratios()
    {
        var space = new SearchSpace([new CategoricalDimension("k", ["p", "q", "r"]), new RealDimension("t", 1e-3, 10, Logarithmic: true)]);
        var model = GaussianProcess.Fit(space, [.. Spread(space, 12, point => point[0] + Math.Log(point[1])).Select(trial => trial.Of("y"))], seed: 1);
        var slices = new Slices(model, 1, At(1, 0.1));

        slices.Curve(0).Points.Select(one => one.Coordinate).Should().Equal(0, 1, 2);
        var times = slices.Curve(1).Points.Select(one => one.Coordinate).ToArray();
        (times[1] / times[0]).Should().BeApproximately(times[40] / times[39], 1e-9);
    }

    [Fact]
    public void A_map_is_what_the_model_predicts_over_both_parameters()
    {
        var space = new SearchSpace([.. Square, new IntegerDimension("n", 1, 3)], point => point[0] + point[1] <= 1.2);
        var model = GaussianProcess.Fit(space, [.. Spread(space, 15, Bowl).Select(trial => trial.Of("y"))], seed: 1);

        var map = new Slices(model, 1, At(0.3, 0.7, 2)).Map(0, 2);

        (map.Column, map.Row).Should().Be(("a", "n"));
        map.Rows.Should().Equal(1, 2, 3);
        map.Columns.Should().HaveCount(25);
        map.Mean.Should().HaveCount(75);
        for (var k = 0; k < 75; k++)
        {
            var point = At(map.Columns[k % 25], 0.7, map.Rows[k / 25]);
            map.Mean[k].Should().Be(model.Predict(point).Mean);
            map.Sd[k].Should().Be(model.Predict(point).Sd);
            map.IsFeasible[k].Should().Be(space.IsFeasible(point));
        }
    }

    [Fact]
    public void In_a_mixture_the_other_parts_make_room_in_proportion()
    {
        var space = new SearchSpace([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new RealDimension("c", 0, 1)],
            rules: new SpaceRules { Linear = [new LinearConstraint([1, 1, 1], 1, 1)] });

        Exchange.With(space, At(0.2, 0.6, 0.2), 0, 0.6)!.Coordinates.Should().BeEquivalentTo([0.6, 0.3, 0.1], options => options.Using<double>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-12)).WhenTypeIs<double>());
        Exchange.With(space, At(1, 0, 0), 0, 0.5).Should().BeNull();
        Exchange.With(space, At(0, 0.5, 0.5), 0, 1)!.Coordinates.Should().Equal(1, 0, 0);
    }
}
