using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Whether the samples in a lab can come to their ends, each going all its way while the others stand still (the banker's algorithm, E. W. Dijkstra 1965). The proof of a plan knows room only; here what treats
/// everything at its location at once is entered by samples that wait for the same as all that stand there, and begins with all of them. See <see cref="BatchLoading"/>.
/// </summary>
internal sealed class Passage
{
    private readonly LayoutIndex _layout;
    private readonly HashSet<int> _batches;
    private readonly List<Walker> _walkers = [];

    /// <summary>Who stands there, by location.</summary>
    private readonly List<Walker>[] _at;

    /// <summary>What to take back where somebody did not get through.</summary>
    private readonly Stack<(Walker Walker, int Next, int At)> _done = [];

    /// <param name="jobs">As they would go on if nobody rested.</param>
    public Passage(LabStations lab, LayoutIndex layout, IEnumerable<JobProgress> jobs)
    {
        _layout = layout;
        _batches = [.. lab.Instruments.Where(instrument => instrument is { IsBatch: true, Location: not null }).Select(instrument => layout.Location(instrument.Location!))];
        _at = [.. layout.Locations.Select(_ => new List<Walker>())];
        foreach (var job in jobs)
        {
            for (var sample = 0; sample < job.Samples.Length; sample++)
            {
                if (job.Samples[sample] is not { Location: >= 0 } stands) continue;
                var walker = new Walker(Tasks(job, sample), stands.IsMoving ? stands.Goal : stands.Location);
                _walkers.Add(walker);
                _at[walker.At].Add(walker);
            }
        }
    }

    /// <summary>How many samples cannot come to their end by this.</summary>
    public int Stuck()
    {
        var left = _walkers.ToList();
        while (left.RemoveAll(GoesAllTheWay) > 0)
        {
        }

        return left.Count;
    }

    private static TaskShape[] Tasks(JobProgress job, int sample)
    {
        var tasks = new List<TaskShape>(job.Tasks.Length);
        for (var task = 0; task < job.Tasks.Length; task++)
            if (job.Shape.Tasks[task].Sample == sample && job.Tasks[task].Phase == TaskPhase.Waiting) tasks.Add(job.Shape.Tasks[task]);
        return [.. tasks];
    }

    private bool GoesAllTheWay(Walker walker)
    {
        _done.Clear();
        while (walker.Next < walker.Tasks.Length)
        {
            if (Goes(walker)) continue;
            while (_done.TryPop(out var last)) Set(last.Walker, last.Next, last.At);
            return false;
        }

        Set(walker, walker.Next, -1);
        return true;
    }

    /// <summary>One task further, by the first way that is open.</summary>
    private bool Goes(Walker walker)
    {
        foreach (var way in walker.Tasks[walker.Next].Ways)
        {
            var at = way.Location < 0 ? walker.At : way.Location;
            if (at != walker.At && !(HasRoom(at) && _layout.TryRoute(walker.At, at, out _))) continue;
            if (!_batches.Contains(at) || way.Setting is not { } setting)
            {
                Step(walker, at);
                return true;
            }

            if (!_at[at].TrueForAll(other => other == walker || WaitsFor(other, at, setting))) continue;
            foreach (var member in _at[at].Where(other => other != walker).ToArray()) Step(member, at);
            Step(walker, at);
            return true;
        }

        return false;
    }

    private static bool WaitsFor(Walker walker, int at, string setting) => walker.Next < walker.Tasks.Length && Array.Exists(walker.Tasks[walker.Next].Ways, way => way.Location == at && way.Setting == setting);

    private bool HasRoom(int location) => _at[location].Count < _layout.Locations[location].Capacity;

    private void Step(Walker walker, int at)
    {
        _done.Push((walker, walker.Next, walker.At));
        Set(walker, walker.Next + 1, at);
    }

    private void Set(Walker walker, int next, int at)
    {
        if (at != walker.At)
        {
            if (walker.At >= 0) _at[walker.At].Remove(walker);
            if (at >= 0) _at[at].Add(walker);
        }

        (walker.Next, walker.At) = (next, at);
    }

    /// <summary>A sample with what is still to be done with it.</summary>
    private sealed class Walker(TaskShape[] tasks, int at)
    {
        public TaskShape[] Tasks => tasks;

        public int Next { get; set; }

        public int At { get; set; } = at;
    }
}
