namespace LabAutomation.Simulators.Diffraction;

/// <summary>A detector, and what it sees, that changes slowly: in equal steps from one pulse to another, and then no more.</summary>
/// <param name="From">Number of the last pulse before it.</param>
/// <param name="Over">Pulses that it takes, at least 1.</param>
public sealed record DetectorDrift(long From, long Over)
{
    /// <summary>Of a peak, in multiples of the scene's, in the end; likewise background and ring, and the counts per photon.</summary>
    public double PeakWidth { get; init; } = 1;

    public double Background { get; init; } = 1;

    public double Gain { get; init; } = 1;

    /// <summary>Counts that a pixel without photons shows more, in the end.</summary>
    public double Pedestal { get; init; }

    /// <returns>How far it has gone, from 0 to 1.</returns>
    internal double At(long number) => Math.Clamp((number - From) / (double)Over, 0, 1);
}
