namespace LabAutomation.Agents.Scheduling;

/// <summary>Which jobs have come and gone since a better order was looked for. One that is kept back comes when it is let go. Not thread-safe.</summary>
internal sealed class Newcomers
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <param name="jobs">All that there are.</param>
    /// <param name="hasChoice">Whether any of them is held to a way that others made the better one.</param>
    /// <returns>Whether any of them that could begin was not there the last time, or one is gone that a choice may have been made for.</returns>
    public bool Look(IReadOnlyDictionary<string, JobProgress> jobs, Func<TaskKey, bool> isHeld, bool hasChoice)
    {
        var isNew = _seen.RemoveWhere(name => !jobs.ContainsKey(name)) > 0 && hasChoice;
        foreach (var (name, job) in jobs)
            if (!isHeld(job.Shape.Tasks[0].Key) && _seen.Add(name)) isNew |= job.Tasks.All(task => task.Phase == TaskPhase.Waiting) && job.Samples.All(sample => sample.Location < 0);
        return isNew;
    }
}
