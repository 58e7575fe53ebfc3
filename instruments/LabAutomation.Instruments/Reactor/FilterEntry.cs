namespace LabAutomation.Instruments.Reactor;

/// <summary>What the filter's record says.</summary>
/// <param name="Tick">Seconds since the filter was started.</param>
public abstract record FilterEntry(long Tick);

/// <summary>All drums go in from here on.</summary>
public sealed record FilterTripped(long Tick, string Reason) : FilterEntry(Tick);

/// <summary>A person took a trip back.</summary>
public sealed record FilterReset(long Tick, string Person, string Reason) : FilterEntry(Tick);
