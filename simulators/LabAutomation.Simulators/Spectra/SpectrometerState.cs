using LabAutomation.Simulators.Scpi;

namespace LabAutomation.Simulators.Spectra;

internal sealed class SpectrometerState : IScpiStatus
{
    /// <summary>ms.</summary>
    public int Integration { get; set; } = 100;

    public int Averages { get; set; } = 1;

    /// <summary>Acquisitions ever started.</summary>
    public long Count { get; set; }

    /// <summary>The acquisition under way or fetchable.</summary>
    public Acquisition? Acquisition { get; set; }

    public List<int> Errors { get; set; } = [];

    public int Events { get; set; } = 128;

    public int EventMask { get; set; }

    public int ServiceMask { get; set; }

    public bool AnnouncesCompletion { get; set; }
}

/// <summary>One acquisition and what the beam met when it began; the spectrum follows from it.</summary>
internal sealed class Acquisition
{
    public long Number { get; set; }

    public DateTimeOffset EndsAt { get; set; }

    public int Integration { get; set; }

    public int Averages { get; set; }

    public double[] Volumes { get; set; } = [];

    public double Unmixed { get; set; }
}
