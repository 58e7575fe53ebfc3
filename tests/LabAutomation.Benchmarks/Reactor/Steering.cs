using LabAutomation.Instruments.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>Whoever steers an episode: writes a rate for each drum, degrees per second, positive outwards.</summary>
/// <param name="tick">s since the start.</param>
internal delegate void Steering(int tick, ReactorReadings readings, Span<double> rates);
