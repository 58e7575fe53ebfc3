namespace LabAutomation.Agents.Scheduling;

/// <summary>Where a sample is before a task.</summary>
/// <param name="Location">-1: nowhere.</param>
/// <param name="Ready">When it can be carried away, ticks.</param>
/// <param name="ArrivedBy">Task of the job with which it came there; -1: it was there.</param>
internal readonly record struct Stand(int Location, long Ready, int ArrivedBy);
