namespace LabAutomation.Instruments.Reactor;

/// <summary>What the sensors show at the beginning of a tick. A channel without a value holds NaN.</summary>
/// <param name="Power">Three channels, in multiples of the rated power.</param>
/// <param name="Fuel">Three channels, K.</param>
/// <param name="CoolantOutlet">Three channels, K.</param>
/// <param name="Drums">Two encoders for each of eight drums, degrees: 2k and 2k + 1 belong to drum k.</param>
public sealed record ReactorReadings(IReadOnlyList<double> Power, IReadOnlyList<double> Fuel, IReadOnlyList<double> CoolantOutlet, IReadOnlyList<double> Drums);
