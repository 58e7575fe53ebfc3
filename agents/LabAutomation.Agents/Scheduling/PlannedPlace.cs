namespace LabAutomation.Agents.Scheduling;

/// <summary>Where a waiting task stands in a plan.</summary>
/// <param name="Rank">Rises with the time from which something is reserved for it.</param>
/// <param name="Way">As planned; -1 where its ways are others now.</param>
/// <param name="Opens">No batch is begun with it before, ticks; 0: as soon as it can.</param>
/// <param name="IsChosen">The way was chosen by a search, not because it ends first.</param>
/// <param name="HoldsUntil">Ticks: where the way could only start after that, it is not waited for.</param>
internal readonly record struct PlannedPlace(int Rank, int Way, long Opens, bool IsChosen, long HoldsUntil)
{
    /// <summary>By such a part of what it takes a way may start later than it was planned for.</summary>
    private const int Slip = 20;

    /// <param name="before">Where it stood in the plan before; none where it is new, or its way was chosen anew.</param>
    public static PlannedPlace Of(PlannedTask task, int rank, PlannedPlace? before) => new(
        rank, task.Way, task.Opens?.UtcTicks ?? 0, task.IsWayChosen, before is { } last && (last.Way, last.IsChosen) == (task.Way, task.IsWayChosen) ? last.HoldsUntil : Latest(task).UtcTicks);

    /// <summary>Until when it is waited for the way of a task, as planned now.</summary>
    public static DateTimeOffset Latest(PlannedTask task) => task.Start + ((task.End - task.Start) / Slip);
}
