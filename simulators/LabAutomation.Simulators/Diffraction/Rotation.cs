using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Diffraction;

/// <summary>A rotation, as a unit quaternion.</summary>
internal readonly record struct Rotation(double W, double X, double Y, double Z)
{
    /// <summary>Every orientation equally likely (Shoemake, Graphics Gems III, 1992).</summary>
    public static Rotation Any(SeededNoise noise)
    {
        var (part, first, second) = (noise.Uniform(), 2 * Math.PI * noise.Uniform(), 2 * Math.PI * noise.Uniform());
        var (a, b) = (Math.Sqrt(1 - part), Math.Sqrt(part));
        return new(b * Math.Cos(second), a * Math.Sin(first), a * Math.Cos(first), b * Math.Sin(second));
    }

    public Vector Turn(Vector v)
    {
        // v + 2w(q × v) + 2q × (q × v)
        var (cx, cy, cz) = ((Y * v.Z) - (Z * v.Y), (Z * v.X) - (X * v.Z), (X * v.Y) - (Y * v.X));
        return new(
            v.X + (2 * ((W * cx) + (Y * cz) - (Z * cy))),
            v.Y + (2 * ((W * cy) + (Z * cx) - (X * cz))),
            v.Z + (2 * ((W * cz) + (X * cy) - (Y * cx))));
    }
}
