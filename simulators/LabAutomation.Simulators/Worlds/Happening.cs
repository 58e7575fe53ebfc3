namespace LabAutomation.Simulators.Worlds;

/// <summary>Something that comes about by itself at a time, such as the end of a run.</summary>
/// <param name="At">Lab time.</param>
/// <param name="Happen">Changes the state; called once, with the time of the world at <paramref name="At"/>.</param>
public readonly record struct Happening(DateTimeOffset At, Action Happen);
