namespace LabAutomation.Agents.Scheduling;

/// <summary>Ways that are not taken for now, by task. Not thread-safe.</summary>
internal sealed class ShutWays
{
    private readonly Dictionary<TaskKey, HashSet<int>> _ways = [];

    public bool IsEmpty => _ways.Count == 0;

    /// <summary>Null where all ways of the task are open.</summary>
    public IReadOnlySet<int>? Of(TaskKey task) => _ways.GetValueOrDefault(task);

    public void Add(TaskWay way)
    {
        if (!_ways.TryGetValue(way.Task, out var ways)) _ways[way.Task] = ways = [];
        ways.Add(way.Way);
    }

    /// <summary>All ways of the task are open again.</summary>
    public void Open(TaskKey task) => _ways.Remove(task);
}
