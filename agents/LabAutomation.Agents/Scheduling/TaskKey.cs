namespace LabAutomation.Agents.Scheduling;

/// <summary>Names a task in the whole lab.</summary>
internal readonly record struct TaskKey(string Job, string Task)
{
    /// <summary>Worked out once: a plan looks up thousands.</summary>
    private readonly int _hash = HashCode.Combine(Job, Task);

    // Without init, so that no copy has other names and the same hash.
    public string Job { get; } = Job;

    public string Task { get; } = Task;

    public bool Equals(TaskKey other) => _hash == other._hash && Job == other.Job && Task == other.Task;

    public override int GetHashCode() => _hash;

    public override string ToString() => $"{Job}/{Task}";
}
