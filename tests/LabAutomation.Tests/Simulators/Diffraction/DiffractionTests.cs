using LabAutomation.Simulators.Diffraction;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Simulators.Diffraction;

public sealed class DiffractionTests
{
    private static readonly DetectorGeometry Geometry = DetectorGeometry.Small;

    [Theory]
    [InlineData(0.2)]
    [InlineData(3)]
    [InlineData(11.9)]
    [InlineData(12.1)]
    [InlineData(250)]
    public void Photons_have_the_mean_and_the_variance_of_Poisson(double mean)
    {
        const int draws = 400_000;
        var noise = new SeededNoise(1, "photons", 0);
        var numbers = Enumerable.Range(0, draws).Select(_ => (double)Poisson.Draw(mean, noise)).ToArray();

        var average = numbers.Average();
        var variance = numbers.Sum(n => (n - average) * (n - average)) / (draws - 1);

        average.Should().BeApproximately(mean, 0.01 * mean);
        variance.Should().BeApproximately(mean, 0.01 * mean);
        numbers.Sum(n => Math.Pow(n - average, 3)).Should().BeApproximately(draws * mean, 0.1 * draws * Math.Pow(mean, 1.5), "the third moment of Poisson is its mean too");
    }

    [Fact]
    public void Planes_diffract_to_the_radius_that_Bragg_gives()
    {
        // λ = 2d sin θ; at d = λ/√2 the beam goes off by 90°, at d = λ by 60°.
        var square = new DetectorGeometry(1000, 1000, 0.1, 50, 1);

        square.Radius(1).Should().BeApproximately(500 * Math.Sqrt(3), 1e-9);
        square.Spacing(square.Radius(2.7)).Should().BeApproximately(2.7, 1e-12);
        UnitCell.Lysozyme.Spacing(0, 0, 2).Should().BeApproximately(18.95, 1e-12);
        UnitCell.Lysozyme.Spacing(1, 1, 0).Should().BeApproximately(79.1 / Math.Sqrt(2), 1e-12);
    }

    [Fact]
    public void A_vector_on_the_Ewald_sphere_is_placed_at_the_radius_of_its_planes()
    {
        var (spacing, wave) = (4.2, Geometry.Wavelength);
        var along = -wave / (2 * spacing * spacing);        // on the sphere: |k + g| = |k|
        var across = Math.Sqrt((1 / (spacing * spacing)) - (along * along));

        var (x, y) = Geometry.Place(new Vector(0.6 * across, -0.8 * across, along))!.Value;

        double.Hypot(x - Geometry.CentreX, y - Geometry.CentreY).Should().BeApproximately(Geometry.Radius(spacing), 1e-9);
        x.Should().BeGreaterThan(Geometry.CentreX);
        y.Should().BeLessThan(Geometry.CentreY);
        Geometry.Place(new Vector(0, 0, -1 / wave)).Should().BeNull("nothing goes backwards onto the detector");
    }

    [Fact]
    public void All_orientations_are_equally_likely_and_none_changes_a_length()
    {
        var noise = new SeededNoise(3, "orientation", 0);
        var turned = Enumerable.Range(0, 40_000).Select(_ => Rotation.Any(noise).Turn(new Vector(0.3, -0.4, 1.2))).ToArray();

        turned.Should().OnlyContain(v => Math.Abs(v.Length - 1.3) < 1e-12);
        foreach (Func<Vector, double> component in (Func<Vector, double>[])[v => v.X, v => v.Y, v => v.Z])
        {
            turned.Average(component).Should().BeApproximately(0, 0.015);
            turned.Average(v => component(v) * component(v)).Should().BeApproximately(1.69 / 3, 0.01, "the square is shared out evenly");
            turned.Count(v => component(v) > 0.65).Should().BeCloseTo(10_000, 300, "a component of a random direction is uniform (Archimedes)");
        }
    }

    [Fact]
    public void Peaks_lie_where_planes_of_the_cell_diffract_and_nowhere_else()
    {
        var cell = new UnitCell(12, 12, 12);
        var radii = cell.Reflections(Geometry.FinestSpacing).Select(r => Geometry.Radius(1 / r.Reciprocal.Length)).Distinct().ToArray();
        var crystal = new Crystal(cell, Geometry, 5);
        var noise = new SeededNoise(5, "crystals", 0);

        var peaks = Enumerable.Range(0, 300).SelectMany(_ => crystal.Diffract(noise, 1e4, 1)).ToList();

        peaks.Should().HaveCountGreaterThan(50);
        peaks.Should().OnlyContain(p => radii.Any(r => Math.Abs(r - double.Hypot(p.X - Geometry.CentreX, p.Y - Geometry.CentreY)) < 0.5));
    }
}
