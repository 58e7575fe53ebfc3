namespace LabAutomation.Simulators.Spectra;

/// <summary>A Gaussian absorption band. Centre and width (standard deviation) in nm, strength in L/(mol cm).</summary>
internal sealed record Band(double Centre, double Width, double Strength);

/// <summary>A dye in its stock solution. Concentration in mol/L.</summary>
internal sealed record Dye(double Stock, params Band[] Bands)
{
    /// <summary>Like brilliant blue: a main band with a shoulder, and a little in the violet.</summary>
    public static readonly Dye Cyan = new(4.95e-5, new(630, 28, 80_000), new(590, 35, 22_000), new(415, 25, 8_000));

    public static readonly Dye Magenta = new(6.70e-5, new(530, 27, 55_000), new(497, 30, 24_000), new(400, 35, 6_000));

    /// <summary>Like tartrazine: a broad asymmetric band.</summary>
    public static readonly Dye Yellow = new(1.50e-4, new(430, 36, 25_000), new(395, 30, 9_000));

    /// <summary>Molar absorptivity at a wavelength in nm.</summary>
    public double Absorptivity(double wavelength) =>
        Bands.Sum(band => band.Strength * Math.Exp(-0.5 * Math.Pow((wavelength - band.Centre) / band.Width, 2)));
}
