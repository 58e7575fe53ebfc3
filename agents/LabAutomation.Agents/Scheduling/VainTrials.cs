using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Trials of which nothing has been done, and that would be given up before their ends, since by the plan that would begin them a step that must begin by a certain time does not. They are
/// not begun by that plan, so that others go first; the next one looks at them again. Not thread-safe.
/// </summary>
internal sealed class VainTrials
{
    private readonly Dictionary<TaskKey, string> _why = [];
    private readonly HashSet<string> _jobs = new(StringComparer.Ordinal);

    /// <summary>Those of the last plan.</summary>
    public IReadOnlyCollection<string> Jobs => _jobs;

    public int Count => _jobs.Count;

    /// <summary>Null of a task that is not kept back by this.</summary>
    public string? Why(TaskKey task) => _why.GetValueOrDefault(task);

    public bool IsHeld(string job) => _jobs.Contains(job);

    public void Clear()
    {
        _why.Clear();
        _jobs.Clear();
    }

    /// <param name="job">Of which something is due in the plan.</param>
    /// <param name="trial">Whose job it is.</param>
    /// <param name="held">Takes the tasks of a trial that is not begun.</param>
    /// <returns>Whether it is one.</returns>
    public bool Hold(Schedule plan, JobProgress job, TrialWork trial, ImmutableHashSet<TaskKey>.Builder held)
    {
        if (trial.HasBegun || job.Tasks.Any(task => task.Phase != TaskPhase.Waiting) || job.Samples.Any(sample => sample.Location >= 0)) return false;
        if (job.Shape.Job.Tasks.Select(task => Late(plan, job.Shape.Job.Name, task)).FirstOrDefault(words => words is not null) is not { } why) return false;
        _jobs.Add(job.Shape.Job.Name);
        foreach (var task in job.Shape.Tasks)
        {
            held.Add(task.Key);
            _why[task.Key] = why;
        }

        return true;
    }

    private static string? Late(Schedule plan, string job, JobTask task) => task is { IsVainLate: true, StartBy: { } by } && plan[new TaskKey(job, task.Name)]?.Start > by
        ? string.Create(CultureInfo.InvariantCulture, $"'{task.Name}' could not begin by {by:u}")
        : null;
}
