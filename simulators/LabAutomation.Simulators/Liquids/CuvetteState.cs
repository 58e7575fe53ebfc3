namespace LabAutomation.Simulators.Liquids;

internal sealed class CuvetteState
{
    /// <summary>mL of each <see cref="Liquid"/> from dispenses that have ended or were interrupted; one accumulator per liquid.</summary>
    public double[] Settled { get; set; } = new double[4];

    /// <summary>Since when the waste pump has been drawing with the present flows; null when it is not.</summary>
    public DateTimeOffset? DrainingSince { get; set; }

    /// <summary>Revolutions of the stirrer when the last dose ended; null before the first dose.</summary>
    public double? RevolutionsAtLastDose { get; set; }
}
