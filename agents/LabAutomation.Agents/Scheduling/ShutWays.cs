namespace LabAutomation.Agents.Scheduling;

/// <summary>Ways that are not taken for now, by task. Not thread-safe.</summary>
internal sealed class ShutWays
{
    private readonly Dictionary<TaskKey, bool[]> _ways = [];

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

    /// <param name="ways">By way, whether it is shut, too. Not to be changed afterwards.</param>
    public void Add(TaskKey task, bool[] ways) => _ways[task] = _ways.TryGetValue(task, out var known) ? [.. ways.Select((shut, way) => shut || known[way])] : ways;

    /// <summary>All ways of the task are open again.</summary>
    public void Open(TaskKey task) => _ways.Remove(task);
}
