using System.Globalization;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Trials of which nothing has been done, and that would be given up before their ends: by the plan a step that must begin by a certain time does not. They are not begun.</summary>
internal static class VainTrials
{
    /// <summary>So many are left out one after the other, as others may be in time without it; then all at once, so that plans stay few.</summary>
    private const int OneByOne = 4;

    /// <param name="jobs">By name, as the plan had them.</param>
    /// <param name="round">How often trials were left out already, from 0.</param>
    /// <returns>Their tasks, each with the reason in words; none where all are in time.</returns>
    public static IReadOnlyList<(TaskKey Task, string Why)> Of(Schedule plan, IReadOnlyDictionary<string, JobProgress> jobs, int round)
    {
        var late = plan.Tasks.Where(task => task is { IsLate: true, IsRunning: false }).Select(task => (Planned: task, Job: jobs[task.Task.Job])).Where(one => one.Job.Tasks.All(task => task.Phase == TaskPhase.Waiting))
            .Select(one => (one.Planned, one.Job, By: By(one.Job, one.Planned.Task))).Where(one => one.Planned.Start > one.By).ToArray();
        var given = round < OneByOne ? late.OrderBy(one => one.Planned.Start).TakeLast(1) : late;
        return [.. given.SelectMany(one => one.Job.Shape.Tasks.Select(task => (task.Key, Why: string.Create(CultureInfo.InvariantCulture, $"'{one.Planned.Task.Task}' could not begin by {one.By:u}")))).DistinctBy(one => one.Key)];
    }

    private static DateTimeOffset? By(JobProgress job, TaskKey key) => job.Shape.Job.Tasks.First(task => task.Name == key.Task) is { IsVainLate: true, StartBy: { } by } ? by : null;
}
