using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Ways that are not taken because what they need could begin nothing now, where others can be taken. What only such an instrument can do is planned on it: its campaign learns what became of it, and its rules say
/// what follows.
/// </summary>
/// <param name="away">Instruments that could begin nothing now.</param>
/// <param name="barred">Instruments that are given nothing to do for a while: the plan goes round that while, but no trial begins at a station that has one.</param>
internal sealed class Detour(LayoutIndex layout, Func<string, bool> away, Func<string, bool> barred)
{
    /// <param name="isFree">Whether a job can happen at any of the locations of its first task, all of it at that one.</param>
    /// <param name="shut">Ways that are not taken anyway.</param>
    public IEnumerable<TaskWay> Of(JobProgress job, bool isFree, ImmutableHashSet<TaskWay>.Builder shut)
    {
        var places = isFree ? job.Shape.Tasks[0].Ways.Select(way => way.Location).Distinct().Where(place => Works(job, place)).ToHashSet() : null;
        for (var task = 0; task < job.Tasks.Length; task++)
        {
            if (job.Tasks[task].Phase != TaskPhase.Waiting) continue;
            var shape = job.Shape.Tasks[task];
            TaskWay[] open = [.. shape.Ways.Select((_, way) => new TaskWay(shape.Key, way)).Where(way => !shut.Contains(way))];
            TaskWay[] good = [.. open.Where(way => Works(shape.Ways[way.Way], away) && places?.Contains(shape.Ways[way.Way].Location) is not false)];
            if (good.Length == 0 || (IsThere(job, shape, shape.Ways) && !IsThere(job, shape, [.. good.Select(way => shape.Ways[way.Way])]))) continue;
            foreach (var way in open.Except(good)) yield return way;
        }
    }

    /// <summary>A sample that stands where its next step is done, or is on its way there, is not carried elsewhere for what may be over in a moment.</summary>
    private static bool IsThere(JobProgress job, TaskShape task, WayShape[] ways) =>
        task.Sample >= 0 && job.Samples[task.Sample] is { Location: >= 0 } stands && Array.Exists(ways, way => way.Location == (stands.IsMoving ? stands.Goal : stands.Location));

    private bool Works(JobProgress job, int place) => job.Shape.Tasks.All(task => task.Ways.Any(way => way.Location == place && Works(way, away) && Works(way, barred)));

    private bool Works(WayShape way, Func<string, bool> isOut) => !Array.Exists(way.Resources, resource => isOut(layout.Resources[resource].Name));
}
