namespace LabAutomation.Agents.Scheduling;

/// <summary>A way to do a task, with its times in ticks; a start of <see cref="Ticks.Never"/> or later: it cannot be done.</summary>
internal readonly record struct Candidate(int Way, long Start, long End, int Carrier, long MoveStart, long MoveEnd, WaitKind Why, int On);
