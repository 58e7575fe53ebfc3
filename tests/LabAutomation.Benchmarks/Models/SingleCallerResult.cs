namespace LabAutomation.Benchmarks.Models;

/// <summary>Medians over the rounds.</summary>
internal sealed record SingleCallerResult(double BareMicroseconds, double HostMicroseconds, double Ratio, long BytesPerCall);
