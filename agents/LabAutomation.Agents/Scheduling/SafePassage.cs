using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Whether all samples that could come to their ends still can once something is begun; see <see cref="Passage"/>.</summary>
/// <param name="jobs">As far as they are, with what was granted.</param>
/// <param name="later">Of jobs that rest: as they will go on.</param>
internal sealed class SafePassage(LabStations lab, LayoutIndex layout, IReadOnlyDictionary<string, JobProgress> jobs, IReadOnlyDictionary<string, JobProgress> later)
{
    /// <summary>A sample goes where it is planned now.</summary>
    public bool Allows(PlannedTask planned)
    {
        if (lab.Locations.IsEmpty || planned.Location is not { } goal) return true;
        var (job, at) = (jobs[planned.Task.Job], layout.Location(goal));
        var task = Array.FindIndex(job.Shape.Tasks, shape => shape.Key == planned.Task);
        var sample = job.Shape.Tasks[task].Sample;
        if (sample < 0 || job.Samples[sample] is { IsMoving: false } stands && stands.Location == at) return true;
        return Allows(new Dictionary<JobProgress, JobProgress> { [job] = job.WithSample(sample, new SampleProgress(at)) });
    }

    /// <param name="after">What becomes of jobs as they are.</param>
    public bool Allows(Dictionary<JobProgress, JobProgress> after)
    {
        if (lab.Locations.IsEmpty) return true;
        var before = jobs.Select(one => later.GetValueOrDefault(one.Key, one.Value)).ToArray();
        var stuck = new Passage(lab, layout, before.Select(job => after.GetValueOrDefault(job, job))).Stuck();
        return stuck == 0 || stuck <= new Passage(lab, layout, before).Stuck();
    }
}
