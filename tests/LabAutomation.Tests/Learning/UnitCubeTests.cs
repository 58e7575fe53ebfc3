using System.Collections.Immutable;
using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class UnitCubeTests
{
    private static readonly ImmutableArray<SearchDimension> AllKinds =
    [
        new RealDimension("t", 20, 120),
        new RealDimension("c", 0.001, 10, Logarithmic: true),
        new IntegerDimension("n", 1, 9),
        new DiscreteDimension("r", [1, 2, 5]),
        new CategoricalDimension("base", ["K2CO3", "NaOtBu", "DBU"]),
    ];

    [Fact]
    public void Each_kind_has_its_place_in_the_cube()
    {
        var cube = new UnitCube(AllKinds);
        var columns = new double[cube.Width];

        cube.Encode(new Point([70, 0.1, 3, 2, 1]), columns);

        cube.Width.Should().Be(7);
        columns.Should().Equal([0.5, 0.5, 0.25, 0.25, 0, Math.Sqrt(0.5), 0], (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Two_choices_are_as_far_apart_as_the_ends_of_a_number()
    {
        var cube = new UnitCube([AllKinds[4]]);
        var (a, b) = (new double[3], new double[3]);
        cube.Encode(new Point([0]), a);
        cube.Encode(new Point([2]), b);

        a.Zip(b, (x, y) => (x - y) * (x - y)).Sum().Should().BeApproximately(1, 1e-15);
    }

    [Fact]
    public void Every_point_comes_back_from_its_columns()
    {
        var cube = new UnitCube(AllKinds);
        var columns = new double[cube.Width];
        var stream = new RandomStream(5);
        for (var i = 0; i < 200; i++)
        {
            var point = cube.At([.. Enumerable.Range(0, 5).Select(_ => stream.NextUniform())]);

            cube.Encode(point, columns);
            var back = cube.Decode(columns);

            for (var d = 0; d < 5; d++) back[d].Should().BeApproximately(point[d], 1e-12 * Math.Abs(point[d]));
        }
    }

    [Fact]
    public void Columns_outside_the_cube_become_the_nearest_allowed_values()
        => new UnitCube(AllKinds).Decode([1.2, -0.1, 0.49, 0.6, 0.1, 0.2, 0.3]).Should().Be(new Point([120, 0.001, 5, 2, 2]));

    [Fact]
    public void Uniform_places_give_every_countable_value_the_same_chance()
    {
        var cube = new UnitCube([AllKinds[3]]);

        var counts = Enumerable.Range(0, 300).Select(i => cube.At([i / 300.0])[0]).CountBy(v => v).ToDictionary();

        counts.Should().Equal(new Dictionary<double, int> { [1] = 100, [2] = 100, [5] = 100 });
    }

    [Fact]
    public void Bad_coordinates_are_refused_by_name()
    {
        var cube = new UnitCube(AllKinds);
        var columns = new double[cube.Width];

        Encoding([70, 0.1, 3, 2]).Should().Throw<ArgumentException>().WithMessage("*4 coordinates*5 dimensions*");
        Encoding([70, double.NaN, 3, 2, 0]).Should().Throw<ArgumentException>().WithMessage("*'c' is NaN*");
        Encoding([70, 0, 3, 2, 0]).Should().Throw<ArgumentException>().WithMessage("*'c' is 0*above zero*");
        Encoding([70, 0.1, 3, 2, 3]).Should().Throw<ArgumentException>().WithMessage("*'base' is 3*0 to 2*");

        Action Encoding(ImmutableArray<double> coordinates) => () => cube.Encode(new Point(coordinates), columns);
    }

    [Fact]
    public void Dimensions_that_cannot_be_are_refused_by_name()
    {
        Making(new RealDimension("t", 2, 1)).Should().Throw<ArgumentException>().WithMessage("*'t'*rising order*");
        Making(new RealDimension("t", 0, 1, true)).Should().Throw<ArgumentException>().WithMessage("*'t'*above zero*");
        Making(new IntegerDimension("n", 2, 1)).Should().Throw<ArgumentException>().WithMessage("*'n'*rising order*");
        Making(new DiscreteDimension("r", [2, 1])).Should().Throw<ArgumentException>().WithMessage("*'r'*rising order*");
        Making(new CategoricalDimension("b", [])).Should().Throw<ArgumentException>().WithMessage("*'b'*at least one choice*");

        static Action Making(SearchDimension dimension) => () => _ = new UnitCube([dimension]);
    }
}
