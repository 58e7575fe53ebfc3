using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Whether the samples in a lab can come to their ends, each going all its way while the others stand still (the banker's algorithm, E. W. Dijkstra 1965). The proof of a plan knows room only; here what treats
/// everything at its location at once is entered by samples that wait for the same as all that stand there, and begins with all of them. See <see cref="BatchLoading"/>.
/// </summary>
/// <param name="jobs">As they would go on if nobody rested.</param>
internal sealed class Passage(LabStations lab, LayoutIndex layout, IEnumerable<JobProgress> jobs)
{
    private readonly HashSet<int> _batches = [.. lab.Instruments.Where(instrument => instrument is { IsBatch: true, Location: not null }).Select(instrument => layout.Location(instrument.Location!))];
    private readonly List<Walker> _walkers = [.. jobs.SelectMany(Walkers)];

    /// <summary>How many samples cannot come to their end by this.</summary>
    public int Stuck()
    {
        var left = _walkers.ToList();
        while (left.RemoveAll(GoesAllTheWay) > 0)
        {
        }

        return left.Count;
    }

    private static IEnumerable<Walker> Walkers(JobProgress job)
    {
        for (var sample = 0; sample < job.Samples.Length; sample++)
        {
            var stands = job.Samples[sample];
            if (stands.Location < 0) continue;
            var tasks = job.Shape.Tasks.Where((task, index) => task.Sample == sample && job.Tasks[index].Phase == TaskPhase.Waiting).ToArray();
            yield return new Walker(tasks, stands.IsMoving ? stands.Goal : stands.Location);
        }
    }

    private bool GoesAllTheWay(Walker walker)
    {
        var before = _walkers.ConvertAll(one => (one.Next, one.At));
        while (walker.Next < walker.Tasks.Length)
        {
            if (Goes(walker)) continue;
            for (var index = 0; index < before.Count; index++) (_walkers[index].Next, _walkers[index].At) = before[index];
            return false;
        }

        walker.At = -1;
        return true;
    }

    /// <summary>One task further, by the first way that is open.</summary>
    private bool Goes(Walker walker)
    {
        foreach (var way in walker.Tasks[walker.Next].Ways)
        {
            if (way.Location >= 0 && way.Location != walker.At && !(HasRoom(way.Location) && layout.TryRoute(walker.At, way.Location, out _))) continue;
            var at = way.Location < 0 ? walker.At : way.Location;
            if (!_batches.Contains(at) || way.Setting is null)
            {
                (walker.At, walker.Next) = (at, walker.Next + 1);
                return true;
            }

            var others = _walkers.Where(other => other != walker && other.At == at).ToArray();
            if (!others.All(other => WaitsFor(other, at, way.Setting))) continue;
            walker.At = at;
            foreach (var member in others.Append(walker)) member.Next++;
            return true;
        }

        return false;
    }

    private static bool WaitsFor(Walker walker, int at, string setting) => walker.Next < walker.Tasks.Length && walker.Tasks[walker.Next].Ways.Any(way => way.Location == at && way.Setting == setting);

    private bool HasRoom(int location) => layout.Locations[location].Capacity is var capacity && (capacity == LabLocation.Unlimited || _walkers.Count(walker => walker.At == location) < capacity);

    /// <summary>A sample with what is still to be done with it.</summary>
    private sealed class Walker(TaskShape[] tasks, int at)
    {
        public TaskShape[] Tasks => tasks;

        public int Next { get; set; }

        public int At { get; set; } = at;
    }
}
