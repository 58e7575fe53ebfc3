namespace LabAutomation.Agents.Scheduling;

internal enum TaskPhase
{
    Waiting,
    Running,
    Done,
}

/// <param name="Way">Index into the ways of its shape; of a waiting task without meaning.</param>
/// <param name="Since">Start, ticks.</param>
/// <param name="Until">End, or when it is expected, ticks.</param>
internal readonly record struct TaskProgress(TaskPhase Phase, int Way, long Since, long Until);
