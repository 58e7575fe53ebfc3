namespace LabAutomation.Agents.Scheduling;

/// <summary>Names a task in the whole lab.</summary>
internal readonly record struct TaskKey(string Job, string Task)
{
    public override string ToString() => $"{Job}/{Task}";
}
