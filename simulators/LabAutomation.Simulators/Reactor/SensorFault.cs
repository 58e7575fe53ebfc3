namespace LabAutomation.Simulators.Reactor;

/// <summary>What goes wrong with one sensor, and when.</summary>
/// <param name="From">s since the start of the instrumentation.</param>
public abstract record SensorFault(ReactorChannel Channel, double From);

/// <summary>Shows for ever what it showed last.</summary>
public sealed record StuckSensor(ReactorChannel Channel, double From) : SensorFault(Channel, From);

/// <summary>Moves away from the truth.</summary>
/// <param name="Rate">In the unit of the quantity, per second.</param>
public sealed record DriftingSensor(ReactorChannel Channel, double From, double Rate) : SensorFault(Channel, From);

/// <summary>Gives no number.</summary>
public sealed record DeadSensor(ReactorChannel Channel, double From) : SensorFault(Channel, From);
