namespace LabAutomation.Agents.Scheduling;

/// <summary>What was made of a job as it was declared last.</summary>
/// <param name="Job">Null where it is to be made anew.</param>
/// <param name="Work">Of which the progress follows; null where it does not from that alone.</param>
internal sealed record KnownJob(Job? Job, JobShape Shape, TrialWork? Work, JobProgress Progress);
