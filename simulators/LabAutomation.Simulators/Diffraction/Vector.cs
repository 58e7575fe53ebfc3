namespace LabAutomation.Simulators.Diffraction;

/// <summary>Three Cartesian components; Z goes along the beam.</summary>
public readonly record struct Vector(double X, double Y, double Z)
{
    public double Length => Math.Sqrt((X * X) + (Y * Y) + (Z * Z));
}
