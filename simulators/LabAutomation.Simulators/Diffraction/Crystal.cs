using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Diffraction;

/// <summary>
/// Crystals of one kind that come one by one in any orientation. A reflection shows where the Ewald sphere passes it within the crystal's mosaic width; its
/// strength follows from its indices (exponentially distributed, as Wilson 1949 has it for acentric crystals) and falls with resolution as exp(−B/2d²).
/// </summary>
public sealed class Crystal
{
    /// <summary>1/Å from the Ewald sphere at which a reflection has fallen to exp(−1/2).</summary>
    public const double Mosaicity = 0.00015;

    /// <summary>Å², the temperature factor B.</summary>
    public const double TemperatureFactor = 20;

    /// <summary>Weaker ones are not there, in photons.</summary>
    private const double Faintest = 1;

    private readonly DetectorGeometry _geometry;
    private readonly (Vector Reciprocal, double Strength)[] _reflections;

    /// <param name="seed">Of the strengths: another seed is another structure in the same cell.</param>
    public Crystal(UnitCell cell, DetectorGeometry geometry, long seed)
    {
        _geometry = geometry;
        _reflections = [.. cell.Reflections(geometry.FinestSpacing).Select(reflection => (reflection.Reciprocal, Strength(reflection.H, reflection.K, reflection.L, reflection.Reciprocal.Length, seed)))];
    }

    /// <summary>The reflections of one crystal, wherever they fall on the detector's plane.</summary>
    /// <param name="brightness">Photons of a reflection of mean strength at low resolution, exactly on the sphere.</param>
    /// <param name="width">Standard deviation of a peak in pixels.</param>
    public List<BraggPeak> Diffract(SeededNoise noise, double brightness, double width)
    {
        var rotation = Rotation.Any(noise);
        var radius = 1 / _geometry.Wavelength;
        var peaks = new List<BraggPeak>();
        foreach (var (reciprocal, strength) in _reflections)
        {
            var turned = rotation.Turn(reciprocal);
            var excitation = (new Vector(turned.X, turned.Y, turned.Z + radius).Length - radius) / Mosaicity;
            if (Math.Abs(excitation) > 4) continue;
            var photons = brightness * strength * Math.Exp(-excitation * excitation / 2);
            if (photons >= Faintest && _geometry.Place(turned) is var (x, y)) peaks.Add(new BraggPeak(x, y, photons, width));
        }

        return peaks;
    }

    // Friedel's law: (h k l) and its opposite are equally strong.
    private static double Strength(int h, int k, int l, double reciprocal, long seed)
    {
        if ((h, k, l).CompareTo((0, 0, 0)) < 0) (h, k, l) = (-h, -k, -l);
        var noise = new SeededNoise(seed, "structure", ((h + 500L) * 1_000_000) + ((k + 500L) * 1000) + l + 500);
        return -Math.Log(noise.Uniform()) * Math.Exp(-TemperatureFactor * reciprocal * reciprocal / 2);
    }
}
