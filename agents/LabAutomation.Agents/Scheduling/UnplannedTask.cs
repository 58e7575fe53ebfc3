namespace LabAutomation.Agents.Scheduling;

/// <summary>A task for which there is no time yet, and why.</summary>
internal sealed record UnplannedTask(TaskKey Task, WaitReason Why);
