namespace LabAutomation.Agents.Scheduling;

/// <summary>A time in which a resource does nothing, and why.</summary>
/// <param name="Next">What comes after it; null where nothing does.</param>
/// <param name="Why">Why that does not come earlier.</param>
internal sealed record IdleStretch(DateTimeOffset From, DateTimeOffset Until, TaskKey? Next, WaitReason Why);
