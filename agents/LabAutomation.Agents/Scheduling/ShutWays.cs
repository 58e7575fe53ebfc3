namespace LabAutomation.Agents.Scheduling;

/// <summary>Ways that are not taken for now, by task. Not thread-safe.</summary>
internal sealed class ShutWays
{
    private readonly Dictionary<TaskKey, bool[]> _ways = [];

    /// <summary>These are shut, and no others.</summary>
    /// <param name="ways">Each once.</param>
    /// <param name="number">So many ways has a task.</param>
    public void Begin(IEnumerable<TaskWay> ways, Func<TaskKey, int> number)
    {
        _ways.Clear();
        foreach (var (task, way) in ways)
        {
            if (!_ways.TryGetValue(task, out var shut)) _ways[task] = shut = new bool[number(task)];
            shut[way] = true;
        }
    }

    public bool IsEmpty => _ways.Count == 0;

    /// <summary>By way, whether it is shut; null where all ways of the task are open. Not to be changed.</summary>
    public bool[]? Of(TaskKey task) => _ways.GetValueOrDefault(task);

    /// <param name="ways">So many has the task.</param>
    public void Add(TaskWay way, int ways)
    {
        bool[] shut = _ways.TryGetValue(way.Task, out var known) ? [.. known] : new bool[ways];
        shut[way.Way] = true;
        _ways[way.Task] = shut;
    }

    /// <param name="ways">By way, whether it is shut, those included that are already. Not to be changed afterwards.</param>
    public void Set(TaskKey task, bool[] ways) => _ways[task] = ways;

    /// <summary>All ways of the task are open again.</summary>
    public void Open(TaskKey task) => _ways.Remove(task);
}
