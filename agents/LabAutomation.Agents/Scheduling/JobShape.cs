using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// A job as the planner reads it. Tasks stand in an order in which all of them can be done. A unit is what has to be placed as a whole: tasks tied by a hold, and the tasks of a sample that
/// would otherwise stand in the way of others for an unknown time.
/// </summary>
internal sealed class JobShape
{
    private readonly LayoutIndex _layout;

    private JobShape(Job job, TaskShape[] tasks, string[] samples, int[] samplesAt, int[][] units, LayoutIndex layout)
    {
        (Job, Tasks, Samples, SamplesAt, Units, _layout) = (job, tasks, samples, samplesAt, units, layout);
        Work = tasks.Sum(task => task.Ways.Min(way => way.Duration));
    }

    public Job Job { get; }

    public TaskShape[] Tasks { get; }

    public string[] Samples { get; }

    /// <summary>Where each sample is at first; -1: nowhere.</summary>
    public int[] SamplesAt { get; }

    /// <summary>Task indices, and the units themselves, in an order in which they can be done.</summary>
    public int[][] Units { get; }

    /// <summary>Ticks of all tasks one after the other, the shortest way of each.</summary>
    public long Work { get; }

    /// <summary>The task of that name, which is one of the job's.</summary>
    public TaskShape this[string task] => Find(task) ?? throw new ArgumentException($"job '{Job.Name}' has no task '{task}'");

    /// <summary>Whether an index of a way means the same in both, whatever it takes.</summary>
    public bool HasWaysOf(JobShape other) => Tasks.All(task => Array.Find(other.Tasks, before => before.Key == task.Key) is not { } same
        || ReferenceEquals(task.Ways, same.Ways) || task.Ways.Length == same.Ways.Length && task.Ways.Zip(same.Ways).All(pair => (pair.First.Location, pair.First.Setting) == (pair.Second.Location, pair.Second.Setting) && pair.First.Names.SequenceEqual(pair.Second.Names)));

    /// <exception cref="ArgumentException">The job contradicts itself or the lab; the message says how.</exception>
    /// <param name="before">Of a job that may be like it: what is the same is taken over.</param>
    public static JobShape Of(Job job, LayoutIndex layout, JobShape? before = null)
    {
        var names = job.Tasks.Select(task => task.Name).ToList();
        if (names.Count == 0) throw Wrong(job, "has no tasks");
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count) throw Wrong(job, "has two tasks of one name");
        foreach (var sample in job.SamplesAt.Keys)
            if (job.Tasks.All(task => task.Sample != sample)) throw Wrong(job, $"has a sample '{sample}' that none of its tasks needs");
        var samples = job.Tasks.Select(task => task.Sample).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var order = Order(job, names);
        var tasks = new TaskShape[order.Length];
        if (before is not null && !ReferenceEquals(before._layout, layout)) before = null;
        for (var index = 0; index < order.Length; index++) tasks[index] = Task(job, names, order, index, samples, layout, before?.Find(names[order[index]])?.Ways);
        var units = UnitsOf(tasks, layout);
        for (var unit = 0; unit < units.Length; unit++)
            foreach (var task in units[unit]) tasks[task].Unit = unit;
        return new JobShape(job, tasks, samples, [.. samples.Select(sample => job.SamplesAt.TryGetValue(sample, out var at) ? layout.Location(at) : -1)], units, layout);
    }

    private TaskShape? Find(string task)
    {
        foreach (var shape in Tasks)
            if (shape.Key.Task == task) return shape;
        return null;
    }

    private static TaskShape Task(Job job, List<string> names, int[] order, int index, string[] samples, LayoutIndex layout, WayShape[]? before)
    {
        var task = job.Tasks[order[index]];
        var same = task.Sample is null ? [] : Enumerable.Range(0, order.Length).Where(other => job.Tasks[order[other]].Sample == task.Sample).ToArray();
        var ways = Retimed(task, before, layout) ?? task.Ways.SelectMany(way => Ways(job, task, way, layout)).ToArray();
        if (ways.Length == 0) throw Wrong(job, $"cannot do its task '{task.Name}': it gives no way to do it");
        if (task.After.Any(after => after.Hold < TimeSpan.Zero)) throw Wrong(job, $"holds its task '{task.Name}' for a negative time");
        var after = task.After.Select(after => (Array.IndexOf(order, names.IndexOf(after.Task)), after.Hold?.Ticks ?? -1)).ToList();
        var previous = same.LastOrDefault(other => other < index, -1);
        if (previous >= 0 && !after.Exists(one => one.Item1 == previous)) after.Add((previous, -1));
        return new TaskShape
        {
            Key = new TaskKey(job.Name, task.Name),
            Ways = ways,
            After = [.. after],
            Sample = Array.IndexOf(samples, task.Sample),
            PreviousOfSample = previous,
            IsLastOfSample = same.Length > 0 && same[^1] == index,
            NotBefore = task.NotBefore?.UtcTicks ?? long.MinValue,
            NotCarriedBefore = task.NotCarriedBefore?.UtcTicks ?? long.MinValue,
            StartBy = task.StartBy?.UtcTicks ?? Ticks.Never,
            FillFor = ways.Max(way => way.Resources.Max(resource => (long?)layout.Resources[resource].FillFor.Ticks)) ?? 0,
        };
    }

    /// <summary>The ways as they were, but for what they take; null where something else about them is another, or may be. There are hundreds of ways, and of most of them nothing new is learnt.</summary>
    private static WayShape[]? Retimed(JobTask task, WayShape[]? before, LayoutIndex layout)
    {
        if (before is null || before.Length != task.Ways.Length) return null;
        var retimed = before;
        for (var index = 0; index < before.Length; index++)
        {
            var (way, same) = (task.Ways[index], before[index]);
            if (same.Settings is not null || way.Duration <= TimeSpan.Zero || !IsSame(way, same, layout)) return null;
            var (duration, shortest, longest) = TimesOf(way);
            if ((same.Duration, same.Shortest, same.Longest) == (duration, shortest, longest)) continue;
            if (ReferenceEquals(retimed, before)) retimed = [.. before];
            retimed[index] = same with { Duration = duration, Shortest = shortest, Longest = longest };
        }

        return retimed;
    }

    /// <summary>Whether a way is done by the same resources, and nothing else could meet its needs.</summary>
    private static bool IsSame(Way way, WayShape same, LayoutIndex layout)
    {
        if (way.Needs.Length != same.Names.Length || way.Setting != same.Setting || (way.Location is null ? -1 : layout.Location(way.Location)) != same.Location) return false;
        for (var need = 0; need < way.Needs.Length; need++)
            if (way.Needs[need].Of != same.Names[need] || way.Needs[need].Amount != same.Amounts[need] || layout.Serving(same.Names[need]).Length != 1) return false;
        return true;
    }

    private static (long Duration, long Shortest, long Longest) TimesOf(Way way) =>
        (way.Duration.Ticks, Math.Clamp(way.Shortest.Ticks, 1, way.Duration.Ticks), Math.Clamp(way.Longest.Ticks, way.Duration.Ticks, Ticks.Never));

    /// <summary>Every choice of resources that meets the needs.</summary>
    private static IEnumerable<WayShape> Ways(Job job, JobTask task, Way way, LayoutIndex layout)
    {
        if (way.Duration <= TimeSpan.Zero) throw Wrong(job, $"has a task '{task.Name}' that takes no time");
        if (way.Location is not null && task.Sample is null) throw Wrong(job, $"has a task '{task.Name}' with a location but no sample");
        var location = way.Location is null ? -1 : layout.Location(way.Location);
        List<int[]> choices = [[]];
        foreach (var need in way.Needs)
        {
            var (serving, longer) = (layout.Serving(need.Of), new List<int[]>());
            if (serving.Length == 0) throw Wrong(job, $"needs '{need.Of}' for its task '{task.Name}', and the lab has no such resource or capability");
            if (!Array.Exists(serving, resource => IsEnough(need, layout.Resources[resource]))) throw Wrong(job, $"needs {need.Amount} of '{need.Of}' for its task '{task.Name}', and there are at most {serving.Max(resource => layout.Resources[resource].Capacity)}");
            foreach (var chosen in choices)
                foreach (var resource in serving)
                    if (IsEnough(need, layout.Resources[resource]) && !chosen.Contains(resource)) longer.Add([.. chosen, resource]);
            choices = longer;
        }

        int[] amounts = [.. way.Needs.Select(need => need.Amount)];
        var (duration, shortest, longest) = TimesOf(way);
        foreach (var chosen in choices)
        {
            yield return new WayShape(chosen, amounts, duration, location, way.Setting, ImmutableArray.Create(Array.ConvertAll(chosen, resource => layout.Resources[resource].Name)))
            {
                Shortest = shortest,
                Longest = longest,
                Settings = Array.Exists(chosen, resource => layout.Resources[resource].IsSetUpInTask) ? [.. way.Needs.Select(need => need.Setting ?? way.Setting)] : null,
            };
        }
    }

    private static bool IsEnough(Need need, LabResource resource) => need.Amount >= 1 && need.Amount <= resource.Capacity;

    /// <summary>Positions in the job, earlier ones first where the order is free.</summary>
    private static int[] Order(Job job, List<string> names)
    {
        var before = job.Tasks.Select(task => new HashSet<int>(task.After.Select(after => Named(job, names, task, after.Task)))).ToArray();
        foreach (var same in Enumerable.Range(0, names.Count).Where(task => job.Tasks[task].Sample is not null).GroupBy(task => job.Tasks[task].Sample))
            foreach (var (first, second) in same.Zip(same.Skip(1))) before[second].Add(first);
        var order = new List<int>();
        while (order.Count < names.Count)
        {
            var next = Enumerable.Range(0, names.Count).FirstOrDefault(task => !order.Contains(task) && before[task].All(order.Contains), -1);
            if (next < 0) throw Wrong(job, $"goes in a circle: {string.Join(", ", Enumerable.Range(0, names.Count).Where(task => !order.Contains(task)).Select(task => $"'{names[task]}'"))} wait for each other");
            order.Add(next);
        }

        return [.. order];
    }

    private static int Named(Job job, List<string> names, JobTask task, string after)
    {
        var index = names.IndexOf(after);
        if (index < 0) throw Wrong(job, $"has a task '{task.Name}' after '{after}', which it has not");
        return index;
    }

    /// <summary>Tied tasks, and whatever lies between two that are tied.</summary>
    private static int[][] UnitsOf(TaskShape[] tasks, LayoutIndex layout)
    {
        var reaches = new bool[tasks.Length, tasks.Length];
        for (var to = 0; to < tasks.Length; to++)
        {
            foreach (var (from, hold) in tasks[to].After)
            {
                for (var earlier = 0; earlier <= from; earlier++) reaches[earlier, to] |= earlier == from || reaches[earlier, from];
                if (hold >= 0 || IsInTheWay(tasks[from], tasks[to], tasks, layout)) reaches[to, from] = true;
            }
        }

        // Tied tasks reach each other; whoever reaches both ways belongs together.
        for (var via = 0; via < tasks.Length; via++)
            for (var from = 0; from < tasks.Length; from++)
                for (var to = 0; to < tasks.Length; to++) reaches[from, to] |= reaches[from, via] && reaches[via, to];
        var units = new List<List<int>>();
        for (var task = 0; task < tasks.Length; task++)
        {
            var unit = units.Find(unit => reaches[unit[0], task] && reaches[task, unit[0]]);
            if (unit is null) units.Add([task]);
            else unit.Add(task);
        }

        var order = new List<List<int>>();
        while (order.Count < units.Count)
            order.Add(units.First(unit => !order.Contains(unit) && units.TrueForAll(other => other == unit || order.Contains(other) || !reaches[other[0], unit[0]])));
        return [.. order.Select(unit => unit.ToArray())];
    }

    private static bool IsInTheWay(TaskShape from, TaskShape to, TaskShape[] tasks, LayoutIndex layout)
    {
        if (to.Sample < 0 || to.PreviousOfSample < 0 || tasks[to.PreviousOfSample] != from) return false;
        return from.Ways.Any(way => way.Location < 0 || layout.Locations[way.Location].Capacity != LabLocation.Unlimited);
    }

    private static ArgumentException Wrong(Job job, string how) => new($"job '{job.Name}' {how}");
}
