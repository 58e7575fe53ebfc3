using System.Collections.Immutable;
using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// What stands at the location of an instrument that treats everything there at once: samples that wait for the same, or those that it works on, or those that are to leave; never two
/// of these together. Whatever leaves goes on towards an outlet, so nobody waits for ever.
/// </summary>
/// <param name="jobs">As far as they are, with what was granted.</param>
internal sealed class BatchLoading(LabStations lab, LayoutIndex layout, IReadOnlyDictionary<string, JobProgress> jobs)
{
    /// <summary>Whether a sample may be carried there now for a task.</summary>
    public bool MayEnter(TaskKey task, string location)
    {
        if (lab.Instruments.FirstOrDefault(instrument => instrument.IsBatch && instrument.Location == location) is not { } batch) return true;
        var resource = layout.Resource(batch.Name);
        var setting = WayTo(jobs[task.Job], Array.FindIndex(jobs[task.Job].Shape.Tasks, shape => shape.Key == task), resource)?.Setting;
        return Runs(resource) is false && There(layout.Location(location)).Where(one => one.Shape.Job.Name != task.Job).All(one => Waiting(one, resource) is { } other && other.Way.Setting == setting);
    }

    /// <summary>Tasks whose samples may not be carried anywhere now where they could be done.</summary>
    public ImmutableHashSet<TaskKey>.Builder ShutOut()
    {
        var shut = ImmutableHashSet.CreateBuilder<TaskKey>();
        foreach (var job in jobs.Values)
        {
            var next = job.Tasks.IndexOf(default);
            if (next < 0 || job.Samples.Any(sample => sample.IsMoving)) continue;
            var shape = job.Shape.Tasks[next];
            if (shape.Ways.All(way => way.Location >= 0 && job.Samples.All(sample => sample.Location != way.Location) && !MayEnter(shape.Key, layout.Locations[way.Location].Name))) shut.Add(shape.Key);
        }

        return shut;
    }

    /// <summary>The tasks that begin together now, those of all samples there; none where some of them are not to take part, or one is still on its way.</summary>
    public IReadOnlyList<(JobProgress Job, int Task, int Way)> Together(string name, string? setting)
    {
        var (resource, at) = (layout.Resource(name), lab.Instruments.First(instrument => instrument.Name == name).Location);
        if (at is null || Runs(resource)) return [];
        var members = new List<(JobProgress, int, int)>();
        foreach (var job in There(layout.Location(at)))
        {
            if (job.Samples.Any(sample => sample.IsMoving) || Waiting(job, resource) is not { } waits || waits.Way.Setting != setting) return [];
            members.Add((job, waits.Task, Array.IndexOf(job.Shape.Tasks[waits.Task].Ways, waits.Way)));
        }

        return members;
    }

    private bool Runs(int resource) => jobs.Values.Any(job => job.Tasks.Select((task, index) => (task, index)).Any(one => one.task.Phase == TaskPhase.Running && job.Shape.Tasks[one.index].Ways[one.task.Way].Resources.Contains(resource)));

    /// <summary>Standing there, coming or leaving; in the order in which they were declared.</summary>
    private IEnumerable<JobProgress> There(int location) =>
        jobs.Values.Where(job => job.Samples.Any(sample => sample.Location == location || sample.Goal == location)).OrderBy(job => job.Number);

    /// <summary>The next task of a job, where it needs the resource; null where it needs something else first, or nothing more.</summary>
    private static (int Task, WayShape Way)? Waiting(JobProgress job, int resource)
    {
        var next = job.Tasks.IndexOf(default);
        return next >= 0 && job.Tasks.All(task => task.Phase != TaskPhase.Running) && WayTo(job, next, resource) is { } way ? (next, way) : null;
    }

    private static WayShape? WayTo(JobProgress job, int task, int resource) => Array.Find(job.Shape.Tasks[task].Ways, way => way.Resources.Contains(resource));
}
