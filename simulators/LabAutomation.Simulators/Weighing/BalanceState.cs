using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Weighing;

internal sealed class BalanceState : WorldState
{
    public LoadCell Cell { get; set; } = new();

    /// <summary>What the cell shows where the balance shows zero, g.</summary>
    public double Zero { get; set; }

    /// <summary>g, a whole number of digits.</summary>
    public double Tare { get; set; }

    /// <summary>In which it shows and tells weights: g, mg, kg or oz.</summary>
    public string Unit { get; set; } = "g";

    /// <summary>Sends its weight over and over since SIR.</summary>
    public bool Repeats { get; set; }

    /// <summary>Sends its weight at every change since SR.</summary>
    public WeightWatch? Watch { get; set; }

    /// <summary>Whether its keys do something: K 1 and K 4.</summary>
    public bool HasKeys { get; set; } = true;

    /// <summary>What SR that waits asked for as a change, g; null for the balance's own.</summary>
    public double? Wanted { get; set; }

    /// <summary>S, SR, T or Z that waits for the weight to come to rest; null = none.</summary>
    public string? Waiting { get; set; }

    /// <summary>When it stops waiting.</summary>
    public DateTimeOffset Patience { get; set; }
}
