using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Simulation</c>: the simulated bench behind instruments whose connection is <c>simulated</c>.</summary>
public sealed class SimulationOptions
{
    public const string Section = "Simulation";

    /// <summary>Lab seconds per second of wall-clock time; 1 to 1000. Above 1 only where every instrument is simulated.</summary>
    [Range(1.0, 1000.0, ErrorMessage = "Simulation:Speed is 1 to 1000 lab seconds per second")]
    public double Speed { get; set; } = 60;

    /// <summary>An instant in the past from which lab time is counted, so that several programs with the same Speed agree on it; the start of the program unless given.</summary>
    public DateTimeOffset? From { get; set; }

    /// <summary>Of all noise and error in the simulated devices.</summary>
    public int Seed { get; set; } = 1;
}
