namespace LabAutomation.Simulators.Liquids;

/// <summary>What is truly in the cuvette at one moment, which no instrument of the bench can read.</summary>
/// <param name="Cyan">mL of cyan stock solution; likewise the others.</param>
/// <param name="Unmixed">Share of the liquid still in layers, 0 to 1.</param>
public sealed record CuvetteContents(double Cyan, double Magenta, double Yellow, double Water, double Unmixed)
{
    /// <summary>mL.</summary>
    public double Total => Vessel.Total(Volumes);

    internal double[] Volumes => [Cyan, Magenta, Yellow, Water];
}
