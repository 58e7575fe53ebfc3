namespace LabAutomation.Simulators.Diffraction;

/// <summary>A flat detector, square to the beam, and the wavelength of the beam.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="PixelSize">mm.</param>
/// <param name="Distance">From sample to detector, mm.</param>
/// <param name="Wavelength">Å.</param>
public sealed record DetectorGeometry(int Width, int Height, double PixelSize, double Distance, double Wavelength)
{
    public static readonly DetectorGeometry Small = new(512, 512, 0.15, 60, 1.3);

    public static readonly DetectorGeometry Large = new(1920, 1920, 0.075, 100, 1.3);

    /// <summary>Pixels; the beam goes through the middle, between the panels.</summary>
    public double CentreX => (Width - 1) / 2.0;

    /// <inheritdoc cref="CentreX"/>
    public double CentreY => (Height - 1) / 2.0;

    /// <summary>Å: what is diffracted into the corners. Finer spacings leave the detector.</summary>
    public double FinestSpacing => Spacing(Math.Sqrt((CentreX * CentreX) + (CentreY * CentreY)));

    /// <summary>Pixels from the beam at which planes of a spacing (Å) diffract: D·tan 2θ with λ = 2d·sin θ (Bragg).</summary>
    public double Radius(double spacing) => Distance / PixelSize * Math.Tan(2 * Math.Asin(Wavelength / (2 * spacing)));

    /// <summary>Å; the inverse of <see cref="Radius"/>.</summary>
    public double Spacing(double radius) => Wavelength / (2 * Math.Sin(Math.Atan(radius * PixelSize / Distance) / 2));

    /// <summary>Where the beam goes that a reciprocal vector (1/Å) diffracts, in pixels; null where it does not go forward.</summary>
    public (double X, double Y)? Place(Vector scattering)
    {
        var along = (1 / Wavelength) + scattering.Z;
        if (along <= 0) return null;
        var scale = Distance / PixelSize / along;
        return (CentreX + (scale * scattering.X), CentreY + (scale * scattering.Y));
    }
}
