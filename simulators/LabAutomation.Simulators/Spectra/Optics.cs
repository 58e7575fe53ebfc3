using LabAutomation.Simulators.Liquids;

namespace LabAutomation.Simulators.Spectra;

/// <summary>What the cuvette does to the sample beam.</summary>
internal static class Optics
{
    public const int Points = 71;

    /// <summary>cm.</summary>
    public const double Path = 1;

    /// <summary>Contents that cover the beam, mL; with less, part of the beam passes above the liquid.</summary>
    public const double Covering = 1.0;

    // Absorbance of each undiluted liquid, in the order of Liquid. Water does not absorb here.
    private static readonly double[][] Undiluted = [Stock(Dye.Cyan), Stock(Dye.Magenta), Stock(Dye.Yellow), new double[Points]];

    /// <summary>nm.</summary>
    public static int Wavelength(int point) => 380 + (5 * point);

    /// <summary>Beer and Lambert: A = Σ ε c d, for the contents fully mixed.</summary>
    public static double Absorbance(double[] volumes, int point)
    {
        var total = Vessel.Total(volumes);
        if (total == 0) return 0;
        var sum = 0.0;
        for (var liquid = 0; liquid < volumes.Length; liquid++) sum += volumes[liquid] / total * Undiluted[liquid][point];
        return sum;
    }

    /// <summary>
    /// Share of the light that passes. The unmixed share of the contents lies in layers, each of one liquid: the beam is spread over them by volume,
    /// and intensities add, not absorbances.
    /// </summary>
    public static double Transmittance(double[] volumes, double unmixed, int point)
    {
        var total = Vessel.Total(volumes);
        if (total == 0) return 1;
        var mixed = Math.Pow(10, -Absorbance(volumes, point));
        var layers = 0.0;
        for (var liquid = 0; unmixed > 0 && liquid < volumes.Length; liquid++)
        {
            layers += volumes[liquid] / total * Math.Pow(10, -Undiluted[liquid][point]);
        }

        var covered = Math.Min(1, total / Covering);
        return 1 - covered + (covered * (((1 - unmixed) * mixed) + (unmixed * layers)));
    }

    private static double[] Stock(Dye dye) =>
        [.. Enumerable.Range(0, Points).Select(point => dye.Absorptivity(Wavelength(point)) * dye.Stock * Path)];
}
