namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Ways that are not taken because what they need could begin nothing now, where others can be taken. What only such an instrument can do is planned on it: its campaign learns what became of it, and its rules say
/// what follows.
/// </summary>
/// <param name="away">Instruments that could begin nothing now.</param>
/// <param name="barred">Instruments that are given nothing to do for a while: the plan goes round that while, but no trial begins at a station that has one.</param>
internal sealed class Detour(LayoutIndex layout, Func<string, bool> away, Func<string, bool> barred)
{
    private const int OutNowhere = -1;

    /// <summary>By resource: asked once, and not for each of thousands of ways.</summary>
    private readonly bool[] _away = [.. layout.Resources.Select(resource => away(resource.Name))];
    private readonly bool[] _out = [.. layout.Resources.Select(resource => away(resource.Name) || barred(resource.Name))];

    /// <param name="isFree">Whether a job can happen at any of the locations of its first task, all of it at that one.</param>
    /// <param name="shut">Ways that are not taken anyway.</param>
    public IEnumerable<LeftOut> Of(JobProgress job, bool isFree, ShutWays shut)
    {
        var tasks = job.Shape.Tasks;
        if (shut.IsEmpty && !Array.Exists(tasks, task => Array.Exists(task.Ways, way => IsOut(way, _out)))) yield break;
        WayShape[][] open = [.. tasks.Select(task => Open(task, shut))];
        var places = isFree ? open[0].Select(way => way.Location).Distinct().Where(place => Works(open, place)).ToHashSet() : [];
        var culprits = new Dictionary<int, string?>();
        for (var task = 0; task < tasks.Length; task++)
        {
            if (job.Tasks[task].Phase != TaskPhase.Waiting) continue;
            var shape = tasks[task];

            // Where no place works the job is made at one that does not, and goes round as much as it can there.
            var good = Array.FindAll(open[task], way => !IsOut(way, _away) && (places.Count == 0 || places.Contains(way.Location)));
            if (isFree && places.Count == 0) good = [.. good, .. Array.FindAll(open[task], way => !Array.Exists(good, other => other.Location == way.Location))];
            if (good.Length == 0 || good.Length == open[task].Length || (IsThere(job, shape, shape.Ways) && !IsThere(job, shape, good))) continue;
            var kept = good.ToHashSet<WayShape>(ReferenceEqualityComparer.Instance);
            var closed = shut.Of(shape.Key);
            for (var way = 0; way < shape.Ways.Length; way++)
                if (closed?.Contains(way) is not true && !kept.Contains(shape.Ways[way])) yield return new LeftOut(new TaskWay(shape.Key, way), Culprit(tasks, open, shape.Ways[way], culprits));
        }
    }

    /// <summary>An instrument of the way that could begin nothing, or one that keeps its place from working; null where the place is left out for another reason.</summary>
    private string? Culprit(TaskShape[] tasks, WayShape[][] open, WayShape way, Dictionary<int, string?> known)
    {
        if (OutOf(way, _away) is not OutNowhere and var at) return layout.Resources[at].Name;
        if (!known.TryGetValue(way.Location, out var culprit)) known[way.Location] = culprit = CulpritAt(tasks, open, way.Location);
        return culprit;
    }

    private string? CulpritAt(TaskShape[] tasks, WayShape[][] open, int place)
    {
        for (var task = 0; task < tasks.Length; task++)
        {
            if (Works(open[task], place)) continue;
            foreach (var way in tasks[task].Ways)
                if (way.Location == place && OutOf(way, _out) is not OutNowhere and var at) return layout.Resources[at].Name;
        }

        return null;
    }

    private static WayShape[] Open(TaskShape task, ShutWays shut) => shut.Of(task.Key) is { } closed ? [.. task.Ways.Where((_, way) => !closed.Contains(way))] : task.Ways;

    /// <summary>A sample that stands where its next step is done, or is on its way there, is not carried elsewhere for what may be over in a moment.</summary>
    private static bool IsThere(JobProgress job, TaskShape task, WayShape[] ways) =>
        task.Sample >= 0 && job.Samples[task.Sample] is { Location: >= 0 } stands && Array.Exists(ways, way => way.Location == (stands.IsMoving ? stands.Goal : stands.Location));

    private bool Works(WayShape[][] open, int place) => Array.TrueForAll(open, ways => Works(ways, place));

    private bool Works(WayShape[] open, int place) => Array.Exists(open, way => way.Location == place && !IsOut(way, _out));

    private static bool IsOut(WayShape way, bool[] isOut) => OutOf(way, isOut) != OutNowhere;

    /// <summary>The first resource of a way that is out.</summary>
    private static int OutOf(WayShape way, bool[] isOut)
    {
        foreach (var resource in way.Resources)
            if (isOut[resource]) return resource;
        return OutNowhere;
    }
}

/// <summary>A way that is not taken, and an instrument because of which it is not; null where that is not about one.</summary>
internal sealed record LeftOut(TaskWay Way, string? Instrument);
