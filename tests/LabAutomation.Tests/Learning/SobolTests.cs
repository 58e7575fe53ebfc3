using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class SobolTests
{
    [Fact]
    public void The_first_points_are_the_published_ones()
    {
        double[][] published =
        [
            [0, 0, 0, 0, 0, 0, 0, 0],
            [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25],
            [0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875],
            [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375],
            [0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125],
            [0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625],
        ];

        var sobol = new Sobol(8);

        for (var i = 0u; i < published.Length; i++) Read(sobol, i).Should().Equal(published[i]);
    }

    [Fact]
    public void Later_points_of_many_dimensions_are_the_published_ones()
    {
        Read(new Sobol(21), 63).Should().Equal(
            0.015625, 0.796875, 0.359375, 0.453125, 0.859375, 0.140625, 0.578125, 0.140625, 0.828125, 0.578125, 0.421875,
            0.671875, 0.546875, 0.765625, 0.328125, 0.765625, 0.078125, 0.390625, 0.953125, 0.234375, 0.234375);
        Read(new Sobol(64), 1000)[56..].Should().Equal(
            0.4541015625, 0.0791015625, 0.8837890625, 0.5712890625, 0.4462890625, 0.6025390625, 0.2587890625, 0.4462890625);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public void Every_dimension_of_a_power_of_two_of_points_has_one_point_in_every_part(int? seed)
    {
        var sobol = new Sobol(64, seed);
        var points = Enumerable.Range(0, 256).Select(i => Read(sobol, (uint)i)).ToArray();

        for (var d = 0; d < 64; d++)
            points.Select(p => (int)(p[d] * 256)).Should().OnlyHaveUniqueItems().And.OnlyContain(part => part >= 0 && part < 256);
    }

    [Fact]
    public void Scrambling_keeps_the_net_in_two_dimensions()
    {
        var sobol = new Sobol(2, 11);

        var cells = Enumerable.Range(0, 256).Select(i => Read(sobol, (uint)i)).Select(p => ((int)(p[0] * 16), (int)(p[1] * 16)));

        cells.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Scrambling_is_a_function_of_the_seed_and_differs_between_seeds()
    {
        Read(new Sobol(5, 3), 77).Should().Equal(Read(new Sobol(5, 3), 77));
        Read(new Sobol(5, 3), 77).Should().NotEqual(Read(new Sobol(5, 4), 77));
    }

    [Fact]
    public void More_dimensions_than_the_table_has_are_refused()
    {
        var making = () => new Sobol(65);

        making.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*1 to 64 dimensions*");
    }

    private static double[] Read(Sobol sobol, uint index)
    {
        var point = new double[sobol.Dimensions];
        sobol.Read(index, point);
        return point;
    }
}
