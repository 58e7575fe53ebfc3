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
    public IEnumerable<LeftOut> Of(JobProgress job, bool isFree, ImmutableHashSet<TaskWay>.Builder shut)
    {
        var places = isFree ? Open(job.Shape.Tasks[0], shut).Select(way => way.Shape.Location).Distinct().Where(place => Works(job, place, shut)).ToHashSet() : [];
        for (var task = 0; task < job.Tasks.Length; task++)
        {
            if (job.Tasks[task].Phase != TaskPhase.Waiting) continue;
            var shape = job.Shape.Tasks[task];
            var open = Open(shape, shut);

            // Where no place works the job is made at one that does not, and goes round as much as it can there.
            var good = open.Where(way => Works(way.Shape, away) && (places.Count == 0 || places.Contains(way.Shape.Location))).ToArray();
            if (isFree && places.Count == 0) good = [.. good, .. open.Where(way => good.All(other => other.Shape.Location != way.Shape.Location))];
            if (good.Length == 0 || (IsThere(job, shape, shape.Ways) && !IsThere(job, shape, [.. good.Select(way => way.Shape)]))) continue;
            foreach (var way in open.Except(good)) yield return new LeftOut(way.Way, Culprit(job, way.Shape, shut));
        }
    }

    /// <summary>An instrument of the way that could begin nothing, or one that keeps its place from working; null where the place is left out for another reason.</summary>
    private string? Culprit(JobProgress job, WayShape way, ImmutableHashSet<TaskWay>.Builder shut)
    {
        var there = job.Shape.Tasks.Where(task => Open(task, shut).All(other => other.Shape.Location != way.Location || !Works(other.Shape, away) || !Works(other.Shape, barred)));
        return way.Names.FirstOrDefault(away) ?? there.SelectMany(task => task.Ways).Where(other => other.Location == way.Location).SelectMany(other => other.Names).FirstOrDefault(name => away(name) || barred(name));
    }

    private static (TaskWay Way, WayShape Shape)[] Open(TaskShape task, ImmutableHashSet<TaskWay>.Builder shut) => [.. task.Ways.Select((shape, way) => (new TaskWay(task.Key, way), shape)).Where(way => !shut.Contains(way.Item1))];

    /// <summary>A sample that stands where its next step is done, or is on its way there, is not carried elsewhere for what may be over in a moment.</summary>
    private static bool IsThere(JobProgress job, TaskShape task, WayShape[] ways) =>
        task.Sample >= 0 && job.Samples[task.Sample] is { Location: >= 0 } stands && Array.Exists(ways, way => way.Location == (stands.IsMoving ? stands.Goal : stands.Location));

    private bool Works(JobProgress job, int place, ImmutableHashSet<TaskWay>.Builder shut) =>
        job.Shape.Tasks.All(task => Open(task, shut).Any(way => way.Shape.Location == place && Works(way.Shape, away) && Works(way.Shape, barred)));

    private bool Works(WayShape way, Func<string, bool> isOut) => !Array.Exists(way.Resources, resource => isOut(layout.Resources[resource].Name));
}

/// <summary>A way that is not taken, and an instrument because of which it is not; null where that is not about one.</summary>
internal sealed record LeftOut(TaskWay Way, string? Instrument);
