namespace LabAutomation.Agents.Scheduling;

/// <summary>A sample that has a way to go.</summary>
/// <param name="tasks">What it has to go through, as indices of its job.</param>
/// <param name="goals">For each of them the locations where it can happen; -1: wherever the sample is.</param>
internal sealed class Traveller(int job, int[] tasks, int[][] goals, int location)
{
    public int Job => job;

    public int[] Tasks => tasks;

    public int[][] Goals => goals;

    public int Next { get; set; }

    /// <summary>-1: nowhere.</summary>
    public int Location { get; set; } = location;

    public int Left => tasks.Length - Next;
}
