namespace LabAutomation.Agents.Scheduling;

/// <param name="Way">Index into the ways of the task's shape.</param>
internal readonly record struct TaskWay(TaskKey Task, int Way);
