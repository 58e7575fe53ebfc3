namespace LabAutomation.Simulators.Reactor.Integration;

/// <summary>Writes the rates of change (per s) of a state at a time (s).</summary>
public delegate void OdeSystem(double time, ReadOnlySpan<double> state, Span<double> rates);
