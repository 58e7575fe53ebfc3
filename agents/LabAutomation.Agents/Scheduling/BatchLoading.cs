using System.Collections.Immutable;
using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// What stands at the location of an instrument that treats everything there at once: samples that wait for the same, or those that it works on, or those that are to leave; never two
/// of these together. Whatever leaves goes on towards an outlet, so nobody waits for ever.
/// </summary>
/// <param name="jobs">As far as they are, with what was granted. What is asked holds for them as they are at the first question about a place.</param>
internal sealed class BatchLoading(LabStations lab, LayoutIndex layout, IReadOnlyDictionary<string, JobProgress> jobs)
{
    /// <summary>By location; null where nothing treats all samples at once. There are hundreds of jobs and a handful of furnaces.</summary>
    private readonly Dictionary<string, Load?> _loads = new(StringComparer.Ordinal);

    /// <summary>Whether a sample may be carried there now for a task.</summary>
    public bool MayEnter(TaskKey task, string location) => MayEnter(jobs[task.Job], Array.FindIndex(jobs[task.Job].Shape.Tasks, shape => shape.Key == task), location);

    /// <summary>Tasks whose samples may not be carried anywhere now where they could be done.</summary>
    public ImmutableHashSet<TaskKey>.Builder ShutOut()
    {
        var shut = ImmutableHashSet.CreateBuilder<TaskKey>();
        if (lab.Instruments.All(instrument => !instrument.IsBatch)) return shut;
        foreach (var job in jobs.Values)
            if (job.Tasks.IndexOf(default) is >= 0 and var next && IsShutOut(job, next)) shut.Add(job.Shape.Tasks[next].Key);
        return shut;
    }

    /// <summary>Why a task is shut out, in words; null where it is not.</summary>
    public string? Why(TaskKey task)
    {
        var job = jobs[task.Job];
        var index = Array.FindIndex(job.Shape.Tasks, shape => shape.Key == task);
        if (!IsShutOut(job, index)) return null;
        string[] places = [.. job.Shape.Tasks[index].Ways.Select(way => layout.Locations[way.Location].Name).Distinct(StringComparer.Ordinal)];
        return places is [var place] ? $"{place} has other samples in it" : $"{string.Join(" and ", places)} have other samples in them";
    }

    private bool IsShutOut(JobProgress job, int task) => !job.Samples.Any(sample => sample.IsMoving)
        && job.Shape.Tasks[task].Ways.All(way => way.Location >= 0 && job.Samples.All(sample => sample.Location != way.Location) && !MayEnter(job, task, layout.Locations[way.Location].Name));

    /// <summary>The tasks that begin together now, those of all samples there; none where some of them are not to take part, or one is still on its way.</summary>
    public IReadOnlyList<(JobProgress Job, int Task, int Way)> Together(string name, string? setting)
    {
        if (lab.Instruments.First(instrument => instrument.Name == name).Location is not { } at || At(at) is not { IsRunning: false } load) return [];
        var members = new List<(JobProgress, int, int)>();
        foreach (var (job, waiting) in load.There)
        {
            if (job.Samples.Any(sample => sample.IsMoving) || waiting is not { } waits || waits.Way.Setting != setting) return [];
            members.Add((job, waits.Task, Array.IndexOf(job.Shape.Tasks[waits.Task].Ways, waits.Way)));
        }

        return members;
    }

    private bool MayEnter(JobProgress job, int task, string location)
    {
        if (At(location) is not { } load) return true;
        if (load.IsRunning) return false;
        var setting = WayTo(job, task, load.Resource)?.Setting;
        foreach (var (other, waiting) in load.There)
            if (other.Shape.Job.Name != job.Shape.Job.Name && !(waiting is { } waits && waits.Way.Setting == setting)) return false;
        return true;
    }

    private Load? At(string location)
    {
        if (_loads.TryGetValue(location, out var known)) return known;
        return _loads[location] = lab.Instruments.FirstOrDefault(instrument => instrument.IsBatch && instrument.Location == location) is { } batch
            ? LoadOf(layout.Resource(batch.Name), layout.Location(location))
            : null;
    }

    private Load LoadOf(int resource, int location)
    {
        var there = jobs.Values.Where(job => job.Samples.Any(sample => sample.Location == location || sample.Goal == location)).OrderBy(job => job.Number);
        return new Load(resource, jobs.Values.Any(job => Runs(job, resource)), [.. there.Select(job => (job, Waiting(job, resource)))]);
    }

    private static bool Runs(JobProgress job, int resource)
    {
        for (var task = 0; task < job.Tasks.Length; task++)
            if (job.Tasks[task].Phase == TaskPhase.Running && Array.IndexOf(job.Shape.Tasks[task].Ways[job.Tasks[task].Way].Resources, resource) >= 0) return true;
        return false;
    }

    /// <summary>The next task of a job, where it needs the resource; null where it needs something else first, or nothing more.</summary>
    private static (int Task, WayShape Way)? Waiting(JobProgress job, int resource)
    {
        var next = job.Tasks.IndexOf(default);
        return next >= 0 && job.Tasks.All(task => task.Phase != TaskPhase.Running) && WayTo(job, next, resource) is { } way ? (next, way) : null;
    }

    private static WayShape? WayTo(JobProgress job, int task, int resource) => Array.Find(job.Shape.Tasks[task].Ways, way => way.Resources.Contains(resource));

    /// <param name="IsRunning">The instrument itself.</param>
    /// <param name="There">Standing there, coming or leaving, in the order in which they were declared; and what each waits for, if it is this.</param>
    private sealed record Load(int Resource, bool IsRunning, (JobProgress Job, (int Task, WayShape Way)? Waiting)[] There);
}
