namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Ways that are not taken because what they need could begin nothing now, where others can be taken. What only such an instrument can do is planned on it: its campaign learns what became of it, and its rules say
/// what follows.
/// </summary>
internal sealed class Detour(LayoutIndex layout, OutInstruments instruments)
{
    private const int OutNowhere = -1;

    private readonly KeptByJob<Known> _known = new();

    /// <summary>By resource: asked once, and not for each of thousands of ways.</summary>
    private readonly bool[] _away = [.. layout.Resources.Select(resource => instruments.IsAway(resource.Name))];
    private readonly bool[] _out = [.. layout.Resources.Select(resource => instruments.IsAway(resource.Name) || instruments.IsBarred(resource.Name))];

    private readonly Dictionary<TaskKey, string[]> _because = [];

    public OutInstruments Out => instruments;

    /// <summary>The same where these are; what was worked out is kept then.</summary>
    public Detour With(LayoutIndex lab, OutInstruments those) => ReferenceEquals(lab, layout) && ReferenceEquals(those, instruments) ? this : new Detour(lab, those);

    /// <summary>Shuts what is left out of all jobs.</summary>
    /// <param name="shut">Ways that are not taken anyway.</param>
    /// <param name="free">Jobs that can happen at any of the locations of their first task, all of a job at that one.</param>
    /// <returns>By task, the instruments because of which ways are left out, each once; until this is asked again.</returns>
    public Dictionary<TaskKey, string[]> Close(ShutWays shut, IEnumerable<JobProgress> jobs, IReadOnlySet<string> free)
    {
        _known.Begin();
        _because.Clear();
        var isOpen = shut.IsEmpty;
        foreach (var job in jobs)
        {
            foreach (var task in Of(job, free.Contains(job.Shape.Job.Name), isOpen ? null : shut))
            {
                shut.Set(task.Key, task.Ways);
                if (task.Instruments.Length > 0) _because.Add(task.Key, task.Instruments);
            }
        }

        return _because;
    }

    /// <param name="shut">Null where all ways of all are open.</param>
    private LeftOut[] Of(JobProgress job, bool isFree, ShutWays? shut)
    {
        var name = job.Shape.Job.Name;
        if (_known.Of(name) is { } before && before.IsOf(job, isFree, shut)) return _known.Keep(name, before).Left;
        bool[]?[] closed = shut is null ? [] : Array.ConvertAll(job.Shape.Tasks, task => shut.Of(task.Key));
        return _known.Keep(name, new Known(job, isFree, closed, [.. Of(job, isFree, closed)])).Left;
    }

    private IEnumerable<LeftOut> Of(JobProgress job, bool isFree, bool[]?[] shut)
    {
        var tasks = job.Shape.Tasks;
        if (shut.Length == 0)
        {
            if (!Array.Exists(tasks, task => Array.Exists(task.Ways, way => IsOut(way, _out)))) yield break;
            shut = new bool[]?[tasks.Length];
        }

        var works = isFree ? WorkingPlaces(tasks, shut) : [];
        var isAnywhere = !Array.Exists(works, place => place);
        var culprits = new Dictionary<int, string?>();
        for (var task = 0; task < tasks.Length; task++)
        {
            if (job.Tasks[task].Phase != TaskPhase.Waiting) continue;
            var (shape, closed) = (tasks[task], shut[task]);
            var (good, count) = Good(shape, closed, isAnywhere ? null : works, isFree && isAnywhere);
            if (count == 0 || count == shape.Ways.Length - (closed?.Count(way => way) ?? 0) || (IsThere(job, shape, _ => true) && !IsThere(job, shape, way => good[way]))) continue;
            var (left, names) = (new bool[good.Length], new List<string>());
            closed?.CopyTo(left, 0);
            for (var way = 0; way < shape.Ways.Length; way++)
            {
                if (good[way] || closed?[way] is true) continue;
                left[way] = true;
                if (Culprit(tasks, shut, shape.Ways[way], culprits) is { } name && !names.Contains(name)) names.Add(name);
            }

            yield return new LeftOut(shape.Key, left, [.. names]);
        }
    }

    /// <summary>By location, whether each task has an open way there whose instruments work.</summary>
    private bool[] WorkingPlaces(TaskShape[] tasks, bool[]?[] shut)
    {
        var (works, there) = (new bool[layout.Locations.Length], new bool[layout.Locations.Length]);
        Array.Fill(works, true);
        foreach (var (task, closed) in tasks.Zip(shut))
        {
            Array.Clear(there);
            for (var way = 0; way < task.Ways.Length; way++)
                if (task.Ways[way] is { Location: >= 0 and var at } shape && !there[at] && closed?[way] is not true) there[at] = !IsOut(shape, _out);
            for (var place = 0; place < works.Length; place++) works[place] &= there[place];
        }

        return works;
    }

    /// <param name="closed">Ways that are not taken anyway; null where none is.</param>
    /// <param name="works">Places that are good; null where any is.</param>
    /// <param name="isWhole">Whether a place of which no way is good counts with all of them: where no place works the job is made at one that does not, and goes round as much as it can there.</param>
    private (bool[] Good, int Count) Good(TaskShape task, bool[]? closed, bool[]? works, bool isWhole)
    {
        var (good, count, there) = (new bool[task.Ways.Length], 0, isWhole ? new HashSet<int>() : null);
        for (var way = 0; way < good.Length; way++)
        {
            var shape = task.Ways[way];
            if (closed?[way] is true || IsOut(shape, _away) || (works is not null && (shape.Location < 0 || !works[shape.Location]))) continue;
            (good[way], count) = (true, count + 1);
            there?.Add(shape.Location);
        }

        for (var way = 0; there is not null && way < good.Length; way++)
        {
            if (good[way] || closed?[way] is true || there.Contains(task.Ways[way].Location)) continue;
            (good[way], count) = (true, count + 1);
        }

        return (good, count);
    }

    /// <summary>An instrument of the way that could begin nothing, or one that keeps its place from working; null where the place is left out for another reason.</summary>
    private string? Culprit(TaskShape[] tasks, bool[]?[] shut, WayShape way, Dictionary<int, string?> known)
    {
        if (OutOf(way, _away) is not OutNowhere and var at) return layout.Resources[at].Name;
        if (!known.TryGetValue(way.Location, out var culprit)) known[way.Location] = culprit = CulpritAt(tasks, shut, way.Location);
        return culprit;
    }

    private string? CulpritAt(TaskShape[] tasks, bool[]?[] shut, int place)
    {
        foreach (var (task, closed) in tasks.Zip(shut))
        {
            if (task.Ways.Where((way, k) => way.Location == place && closed?[k] is not true).Any(way => !IsOut(way, _out))) continue;
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

    /// <param name="Shut">By task; empty where all ways of all were open.</param>
    private sealed record Known(JobProgress Job, bool IsFree, bool[]?[] Shut, LeftOut[] Left)
    {
        public bool IsOf(JobProgress job, bool isFree, ShutWays? shut)
        {
            if (!ReferenceEquals(job, Job) || isFree != IsFree || shut is null != (Shut.Length == 0)) return false;
            for (var task = 0; task < Shut.Length; task++)
                if (shut!.Of(job.Shape.Tasks[task].Key) is var now && (now is null != Shut[task] is null || !now.AsSpan().SequenceEqual(Shut[task]))) return false;
            return true;
        }
    }
}

/// <summary>Ways of a task that are not taken.</summary>
/// <param name="Ways">By way, whether it is not taken, for this or another reason. Not to be changed.</param>
/// <param name="Instruments">Because of which they are, each once; none where that is not about one.</param>
internal sealed record LeftOut(TaskKey Key, bool[] Ways, string[] Instruments);
