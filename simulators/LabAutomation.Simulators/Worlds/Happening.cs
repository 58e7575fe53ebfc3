namespace LabAutomation.Simulators.Worlds;

/// <summary>Something that comes about by itself at a time, such as the end of a run.</summary>
internal readonly record struct Happening(DateTimeOffset At, Action Happen);
