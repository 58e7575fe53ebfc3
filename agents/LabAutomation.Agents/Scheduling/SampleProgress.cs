namespace LabAutomation.Agents.Scheduling;

/// <summary>Where a sample is.</summary>
/// <param name="Location">-1: nowhere in the lab.</param>
/// <param name="Goal">Where it is being carried; -1: it stands.</param>
/// <param name="Carrier">Index of the resource that carries it.</param>
/// <param name="Until">When it is expected at its goal, ticks.</param>
internal readonly record struct SampleProgress(int Location, int Goal = -1, int Carrier = -1, long Until = 0)
{
    public bool IsMoving => Goal >= 0;
}
