using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Diffraction;

internal sealed class BeamlineState : WorldState
{
    /// <summary>Of the attenuator, from 0 to 1.</summary>
    public double Transmission { get; set; } = 0.1;

    /// <summary>µm, where the present move began.</summary>
    public double From { get; set; }

    /// <summary>µm, where it ends.</summary>
    public double To { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Pulses that ever met the detector while it was open.</summary>
    public long Pulses { get; set; }

    /// <summary>The latest, the oldest first.</summary>
    public List<ExposureState> Exposures { get; set; } = [];
}

internal sealed class ExposureState
{
    public string Id { get; set; } = "";

    /// <summary>The number of the first pulse.</summary>
    public long First { get; set; }

    /// <summary>Frames that were asked for, and after an abort those that were taken.</summary>
    public int Frames { get; set; }

    public DateTimeOffset Since { get; set; }

    public double Transmission { get; set; }

    /// <summary>µm, of the stage.</summary>
    public double Position { get; set; }

    public bool WasAborted { get; set; }

    /// <summary>Lab time at which the last frame is there.</summary>
    public DateTimeOffset Ends => Since + (Frames * HttpBeamline.Period);
}
