using System.ComponentModel;
using Microsoft.SemanticKernel;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

/// <summary>A plugin as products write them.</summary>
[Description("A syringe pump.")]
public sealed class Pump
{
    public double Dispensed { get; private set; }

    [KernelFunction]
    [Description("Dispenses a volume.")]
    [return: Description("Volume dispensed so far, in ml.")]
    public double Dispense(
        [Description("Volume in ml.")] double volume,
        [Description("Rate in ml/min.")] double rate = 1.5,
        string? note = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Dispensed += volume;
    }

    [KernelFunction("read_back")]
    public Task<double> ReadAsync() => Task.FromResult(Dispensed);

    [KernelFunction]
    public Task PrimeAsync() => Task.CompletedTask;

    [KernelFunction]
    internal static string Model() => "P-1";

    public void NotAFunction()
    {
    }
}
