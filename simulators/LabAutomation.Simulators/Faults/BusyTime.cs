namespace LabAutomation.Simulators.Faults;

/// <summary>An instrument did something.</summary>
/// <param name="From">Lab time since the campaign began; so is <paramref name="Until"/>.</param>
public sealed record BusyTime(string Instrument, TimeSpan From, TimeSpan Until);
