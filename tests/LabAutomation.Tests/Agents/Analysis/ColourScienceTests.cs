using LabAutomation.Agents.Analysis;
using LabAutomation.Models;
using LabAutomation.Tests.Models;

namespace LabAutomation.Tests.Agents.Analysis;

public sealed class ColourScienceTests
{
    private static readonly double[] Grid = [.. Enumerable.Range(0, CieTables.Count).Select(i => CieTables.FirstNm + (i * CieTables.StepNm))];

    [Fact]
    public void The_white_of_the_tables_is_D65()
    {
        // CIE 15:2004 gives 95.04, 100, 108.88 for the whole visible range; the tables end at 730 nm.
        var white = ColourScience.White;

        white.X.Should().BeApproximately(95.04, 0.01);
        white.Y.Should().BeApproximately(100, 1e-12);
        white.Z.Should().BeApproximately(108.88, 0.01);
    }

    [Fact]
    public void A_clear_sample_is_white()
    {
        var colour = ColourScience.FromAbsorbance(Grid, new double[Grid.Length]);

        colour.L.Should().BeApproximately(100, 1e-12);
        colour.A.Should().BeApproximately(0, 1e-12);
        colour.B.Should().BeApproximately(0, 1e-12);
    }

    [Theory]
    [InlineData(0.184187, 50)] // middle grey
    [InlineData(0.1, 37.8424)] // 116 · ∛0.1 − 16
    [InlineData(0.001, 0.9033)] // below the knee: 24389/27 · 0.001
    public void A_grey_sample_has_the_lightness_of_its_transmittance_and_no_chroma(double transmittance, double lightness)
    {
        var colour = ColourScience.FromAbsorbance(Grid, Spectrum(_ => -Math.Log10(transmittance)));

        colour.L.Should().BeApproximately(lightness, 1e-4);
        colour.A.Should().BeApproximately(0, 1e-9);
        colour.B.Should().BeApproximately(0, 1e-9);
    }

    [Theory]
    [InlineData(440, 0, 1)] // takes away blue: yellow
    [InlineData(530, 1, -1)] // takes away green: magenta
    [InlineData(640, -1, -1)] // takes away red: cyan
    public void A_dye_shows_the_complement_of_what_it_absorbs(double bandNm, int signOfA, int signOfB)
    {
        var colour = ColourScience.FromAbsorbance(Grid, Spectrum(nm => Math.Exp(-Math.Pow((nm - bandNm) / 30, 2))));

        if (signOfA != 0)
            Math.Sign(colour.A).Should().Be(signOfA);
        Math.Sign(colour.B).Should().Be(signOfB);
        double.Hypot(colour.A, colour.B).Should().BeGreaterThan(15);
    }

    [Fact]
    public void Points_between_are_interpolated_and_missing_ends_hold_the_last_value()
    {
        double[] coarse = [.. Enumerable.Range(0, 31).Select(i => 400.0 + (i * 10))];
        static double Line(double nm) => 0.2 + ((Math.Clamp(nm, 400, 700) - 400) / 1000);

        var fromCoarse = ColourScience.FromAbsorbance(coarse, Array.ConvertAll(coarse, Line));
        var fromGrid = ColourScience.FromAbsorbance(Grid, Spectrum(Line));

        fromCoarse.L.Should().BeApproximately(fromGrid.L, 1e-9);
        fromCoarse.A.Should().BeApproximately(fromGrid.A, 1e-9);
        fromCoarse.B.Should().BeApproximately(fromGrid.B, 1e-9);
    }

    [Fact]
    public void Points_beyond_the_tables_do_not_matter()
    {
        double[] wide = [.. Enumerable.Range(0, 121).Select(i => 300.0 + (i * 5))];

        var colour = ColourScience.FromAbsorbance(wide, Array.ConvertAll(wide, nm => nm is < 380 or > 730 ? 3.0 : 0.0));

        colour.L.Should().BeApproximately(100, 1e-9);
    }

    [Fact]
    public void The_onnx_model_gives_the_same_tristimulus_values()
    {
        using var model = ModelArtifact.Open(ArtifactFolder.Shipped);
        var random = new Random(20050221);
        for (var round = 0; round < 20; round++)
        {
            var absorbance = Spectrum(_ => 2 * random.NextDouble());

            var expected = ColourScience.Transmitted(absorbance);
            var actual = model.Run(Array.ConvertAll(absorbance, a => (float)a)).ToArray();

            ((double)actual[0]).Should().BeApproximately(expected.X, 1e-4);
            ((double)actual[1]).Should().BeApproximately(expected.Y, 1e-4);
            ((double)actual[2]).Should().BeApproximately(expected.Z, 1e-4);
        }
    }

    private static double[] Spectrum(Func<double, double> absorbanceAtNm) => Array.ConvertAll(Grid, nm => absorbanceAtNm(nm));
}
