using LabAutomation.Simulators.Scpi;

namespace LabAutomation.Simulators.Synthesis;

internal sealed class DiffractometerState : IScpiStatus
{
    /// <summary>s.</summary>
    public double Duration { get; set; } = 480;

    /// <summary>Scans ever begun.</summary>
    public long Count { get; set; }

    /// <summary>The scan under way, or the one whose data can be fetched.</summary>
    public ScanState? Scan { get; set; }

    public List<int> Errors { get; set; } = [];

    public int Events { get; set; } = 128;

    public int EventMask { get; set; }

    public int ServiceMask { get; set; }

    public bool AnnouncesCompletion { get; set; }
}

/// <summary>A scan and what stood in the beam when it began; its data follow from it.</summary>
internal sealed class ScanState
{
    public long Number { get; set; }

    public DateTimeOffset EndsAt { get; set; }

    /// <summary>s.</summary>
    public double Duration { get; set; }

    public int Target { get; set; }

    public int Recipe { get; set; }

    /// <summary>Of the target phase, in truth.</summary>
    public double Fraction { get; set; }
}
