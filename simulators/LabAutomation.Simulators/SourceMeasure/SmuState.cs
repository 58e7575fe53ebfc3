using LabAutomation.Simulators.Scpi;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.SourceMeasure;

internal sealed class SmuState : WorldState, IScpiStatus
{
    public bool IsOn { get; set; }

    /// <summary>V.</summary>
    public double Voltage { get; set; }

    /// <summary>A.</summary>
    public double Limit { get; set; } = SourceMeter.LimitAfterReset;

    public bool IsFourWire { get; set; }

    public bool ClearsItself { get; set; }

    /// <summary>Of VOLT, CURR, RES, TIME, STAT.</summary>
    public List<string> Elements { get; set; } = [.. SourceMeter.AllElements];

    public long Readings { get; set; }

    public DateTimeOffset ResetUntil { get; set; }

    public List<int> Errors { get; set; } = [];

    public int Events { get; set; } = 128;

    public int EventMask { get; set; }

    public int ServiceMask { get; set; }

    public bool AnnouncesCompletion { get; set; }

    /// <summary>Null until something is connected.</summary>
    public Load? Load { get; set; }
}
