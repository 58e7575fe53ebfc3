namespace LabAutomation.Agents.Scheduling;

/// <summary>Which jobs have come since a better order was looked for. One that is kept back comes when it is let go. Not thread-safe.</summary>
internal sealed class Newcomers
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <param name="jobs">All that there are.</param>
    /// <returns>Whether any of them that could begin was not there the last time.</returns>
    public bool Look(IReadOnlyDictionary<string, JobProgress> jobs, Func<TaskKey, bool> isHeld)
    {
        _seen.RemoveWhere(name => !jobs.ContainsKey(name));
        var isNew = false;
        foreach (var (name, job) in jobs)
            if (!isHeld(job.Shape.Tasks[0].Key) && _seen.Add(name)) isNew |= job.Tasks.All(task => task.Phase == TaskPhase.Waiting) && job.Samples.All(sample => sample.Location < 0);
        return isNew;
    }
}
