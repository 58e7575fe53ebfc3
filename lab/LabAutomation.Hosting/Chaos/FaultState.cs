using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>One fault of a script and how far it has come.</summary>
internal sealed class FaultState(Fault fault)
{
    public Fault Fault => fault;

    /// <summary>Since the campaign began; null where it has not begun.</summary>
    public TimeSpan? BeganAt { get; set; }

    public bool IsOver { get; set; }

    /// <summary>How often it made a difference.</summary>
    public int Struck { get; set; }

    public bool IsActive => BeganAt is not null && !IsOver;
}
