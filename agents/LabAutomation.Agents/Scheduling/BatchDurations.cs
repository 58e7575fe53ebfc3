using System.Collections.Immutable;
using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// How long instruments that work on batches take for a setting, as was seen the first time. Tasks of different trials can be planned as one batch only where they are expected to take the same.
/// </summary>
internal sealed class BatchDurations(LabStations lab)
{
    private readonly HashSet<string> _batches = [.. lab.Instruments.Where(instrument => instrument.IsBatch).Select(instrument => instrument.Name)];
    private readonly Dictionary<(string Resource, string Setting), TimeSpan> _seen = [];

    /// <returns>Whether it is something new.</returns>
    public bool Learn(ImmutableArray<TrialWork> trials)
    {
        var before = _seen.Count;
        foreach (var trial in trials)
            foreach (var (task, standing) in trial.Job.Tasks.Zip(trial.Tasks))
                if (standing.Phase == TaskPhase.Done && KeyOf(task.Ways[standing.Way]) is { } key && standing.Until > standing.Since) _seen.TryAdd(key, standing.Until - standing.Since);
        return _seen.Count > before;
    }

    /// <summary>The job with what was seen in place of what its campaign expects.</summary>
    public Job In(Job job)
    {
        if (_seen.Count == 0) return job;
        return job with { Tasks = [.. job.Tasks.Select(task => task with { Ways = [.. task.Ways.Select(way => KeyOf(way) is { } key && _seen.TryGetValue(key, out var took) ? way with { Duration = took } : way)] })] };
    }

    private (string Resource, string Setting)? KeyOf(Way way)
    {
        foreach (var need in way.Needs)
            if (way.Setting is not null && _batches.Contains(need.Of)) return (need.Of, way.Setting);
        return null;
    }
}
