using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// How long instruments that work on batches take for a setting: as the first campaign expects it, until it was seen. Tasks of different trials can be planned as one batch only where they are expected
/// to take the same.
/// </summary>
internal sealed class BatchDurations(LabStations lab)
{
    /// <summary>An instrument that has become slower is believed after a few batches.</summary>
    private const int MostCounted = 4;

    private readonly HashSet<string> _batches = [.. lab.Instruments.Where(instrument => instrument.IsBatch).Select(instrument => instrument.Name)];
    private readonly Dictionary<(string Resource, string Setting), Batches> _known = [];

    /// <returns>Whether it is something new.</returns>
    public bool Learn(ImmutableArray<TrialWork> trials)
    {
        var isNew = false;
        foreach (var trial in trials)
        {
            foreach (var (task, standing) in trial.Job.Tasks.Zip(trial.Tasks))
            {
                if (standing is not { Phase: TaskPhase.Done, IsWhole: true } || standing.Until <= standing.Since || KeyOf(task.Ways[standing.Way]) is not { } key) continue;
                var known = _known.GetValueOrDefault(key);
                if (standing.Until <= known.LastEnd) continue;
                var after = _known[key] = known.With(standing.Until - standing.Since, standing.Until);
                isNew |= after.Expected != known.Expected || after.Seen.Shortest != known.Seen.Shortest || after.Seen.Longest != known.Seen.Longest;
            }
        }

        return isNew;
    }

    /// <summary>The job with what is known in place of what its campaign expects.</summary>
    public Job In(Job job) =>
        _batches.Count == 0 ? job : job with { Tasks = [.. job.Tasks.Select(task => task with { Ways = [.. task.Ways.Select(In)] })] };

    private Way In(Way way)
    {
        if (KeyOf(way) is not { } key) return way;
        if (!_known.TryGetValue(key, out var known)) _known[key] = known = new Batches(0, way.Duration, default, default);
        return known.Times == 0 ? way with { Duration = known.Expected } : way with { Duration = known.Expected, Shortest = known.Seen.Shortest, Longest = known.Seen.Longest };
    }

    private (string Resource, string Setting)? KeyOf(Way way)
    {
        foreach (var need in way.Needs)
            if (way.Setting is not null && _batches.Contains(need.Of)) return (need.Of, way.Setting);
        return null;
    }

    /// <param name="Expected">The mean of the last few.</param>
    /// <param name="Seen">All of what they took, of which the longest and the shortest count.</param>
    private readonly record struct Batches(int Times, TimeSpan Expected, TimeOnTop Seen, DateTimeOffset LastEnd)
    {
        public Batches With(TimeSpan took, DateTimeOffset end)
        {
            var times = Math.Min(Times + 1, MostCounted);
            return new Batches(times, Expected + ((took - Expected) / times), Seen.With(took.Ticks), end);
        }
    }
}
