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
        var works = isFree ? WorkingPlaces(tasks, shut) : [];
        var isAnywhere = !Array.Exists(works, place => place);
        var culprits = new Dictionary<int, string?>();
        for (var task = 0; task < tasks.Length; task++)
        {
            if (job.Tasks[task].Phase != TaskPhase.Waiting) continue;
            var (shape, closed) = (tasks[task], shut.Of(tasks[task].Key));
            var (good, count) = Good(shape, closed, isAnywhere ? null : works, isFree && isAnywhere);
            if (count == 0 || count == shape.Ways.Length - (closed?.Count ?? 0) || (IsThere(job, shape, _ => true) && !IsThere(job, shape, way => good[way]))) continue;
            for (var way = 0; way < shape.Ways.Length; way++)
                if (!good[way] && closed?.Contains(way) is not true) yield return new LeftOut(new TaskWay(shape.Key, way), Culprit(tasks, shut, shape.Ways[way], culprits));
        }
    }

    /// <summary>By location, whether each task has an open way there whose instruments work.</summary>
    private bool[] WorkingPlaces(TaskShape[] tasks, ShutWays shut)
    {
        var (works, there) = (new bool[layout.Locations.Length], new bool[layout.Locations.Length]);
        Array.Fill(works, true);
        foreach (var task in tasks)
        {
            Array.Clear(there);
            var closed = shut.Of(task.Key);
            for (var way = 0; way < task.Ways.Length; way++)
                if (task.Ways[way] is { Location: >= 0 and var at } shape && !there[at] && closed?.Contains(way) is not true) there[at] = !IsOut(shape, _out);
            for (var place = 0; place < works.Length; place++) works[place] &= there[place];
        }

        return works;
    }

    /// <param name="closed">Ways that are not taken anyway; null where none is.</param>
    /// <param name="works">Places that are good; null where any is.</param>
    /// <param name="isWhole">Whether a place of which no way is good counts with all of them: where no place works the job is made at one that does not, and goes round as much as it can there.</param>
    private (bool[] Good, int Count) Good(TaskShape task, IReadOnlySet<int>? closed, bool[]? works, bool isWhole)
    {
        var (good, count, there) = (new bool[task.Ways.Length], 0, isWhole ? new HashSet<int>() : null);
        for (var way = 0; way < good.Length; way++)
        {
            var shape = task.Ways[way];
            if (closed?.Contains(way) is true || IsOut(shape, _away) || (works is not null && (shape.Location < 0 || !works[shape.Location]))) continue;
            (good[way], count) = (true, count + 1);
            there?.Add(shape.Location);
        }

        for (var way = 0; there is not null && way < good.Length; way++)
        {
            if (good[way] || closed?.Contains(way) is true || there.Contains(task.Ways[way].Location)) continue;
            (good[way], count) = (true, count + 1);
        }

        return (good, count);
    }

    /// <summary>An instrument of the way that could begin nothing, or one that keeps its place from working; null where the place is left out for another reason.</summary>
    private string? Culprit(TaskShape[] tasks, ShutWays shut, WayShape way, Dictionary<int, string?> known)
    {
        if (OutOf(way, _away) is not OutNowhere and var at) return layout.Resources[at].Name;
        if (!known.TryGetValue(way.Location, out var culprit)) known[way.Location] = culprit = CulpritAt(tasks, shut, way.Location);
        return culprit;
    }

    private string? CulpritAt(TaskShape[] tasks, ShutWays shut, int place)
    {
        foreach (var task in tasks)
        {
            var closed = shut.Of(task.Key);
            if (task.Ways.Where((way, k) => way.Location == place && closed?.Contains(k) is not true).Any(way => !IsOut(way, _out))) continue;
            foreach (var way in task.Ways)
                if (way.Location == place && OutOf(way, _out) is not OutNowhere and var at) return layout.Resources[at].Name;
        }

        return null;
    }

    /// <summary>A sample that stands where its next step is done, or is on its way there, is not carried elsewhere for what may be over in a moment.</summary>
    private static bool IsThere(JobProgress job, TaskShape task, Func<int, bool> isCounted) =>
        task.Sample >= 0 && job.Samples[task.Sample] is { Location: >= 0 } stands && task.Ways.Where((way, k) => isCounted(k) && way.Location == (stands.IsMoving ? stands.Goal : stands.Location)).Any();

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
internal readonly record struct LeftOut(TaskWay Way, string? Instrument);
