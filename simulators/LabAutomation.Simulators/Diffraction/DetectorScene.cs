namespace LabAutomation.Simulators.Diffraction;

/// <summary>What the detector sees and how well it works. The defaults are a good day.</summary>
public sealed record DetectorScene
{
    /// <summary>Photons per pixel from air and solvent, at full beam.</summary>
    public double Background { get; init; } = 1.5;

    /// <summary>Photons per pixel on top of the solvent's ring, at full beam.</summary>
    public double Ring { get; init; } = 3;

    /// <summary>Å: of the solvent's ring. Water has it at about 3.2.</summary>
    public double RingSpacing { get; init; } = 3.2;

    /// <summary>Standard deviation in pixels.</summary>
    public double RingWidth { get; init; } = 22;

    /// <summary>Photons of a mean reflection at low resolution, at full beam.</summary>
    public double Brightness { get; init; } = 400;

    /// <summary>Standard deviation of a peak in pixels.</summary>
    public double PeakWidth { get; init; } = 1.1;

    /// <summary>Logarithm's standard deviation from pulse to pulse.</summary>
    public double PulseSpread { get; init; } = 0.2;

    /// <summary>Counts per photon.</summary>
    public double Gain { get; init; } = 10;

    /// <summary>Counts, standard deviation.</summary>
    public double ReadNoise { get; init; } = 3;

    /// <summary>Counts of a pixel that no photon has met.</summary>
    public double Pedestal { get; init; } = 20;

    /// <summary>Share of the pixels that are stuck high.</summary>
    public double HotPixels { get; init; } = 1e-4;

    /// <summary>Share of the pixels that count nothing.</summary>
    public double DeadPixels { get; init; } = 3e-4;

    /// <summary>Pixels of a panel, both ways; between panels there is a gap.</summary>
    public int Panel { get; init; } = 252;

    /// <summary>Pixels.</summary>
    public int Gap { get; init; } = 8;

    /// <summary>Probability that a pulse meets a crystal where jet and beam meet exactly, with a weak beam.</summary>
    public double BestHitRate { get; init; } = 0.6;

    /// <summary>µm from the jet to the beam at which it has fallen to exp(−1/2).</summary>
    public double JetWidth { get; init; } = 4;

    /// <summary>The transmission at which the beam tears the jet so often that half of the crystals are lost.</summary>
    public double TearingTransmission { get; init; } = 0.7;

    /// <summary>What changes with the pulses; null where the detector stays as it is.</summary>
    public DetectorDrift? Drift { get; init; }
}
