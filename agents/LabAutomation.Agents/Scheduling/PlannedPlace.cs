namespace LabAutomation.Agents.Scheduling;

/// <summary>Where a waiting task stands in a plan.</summary>
/// <param name="Rank">Rises with the time from which something is reserved for it.</param>
/// <param name="Way">As planned; -1 where its ways are others now.</param>
/// <param name="Opens">No batch is begun with it before, ticks; 0: as soon as it can.</param>
/// <param name="IsChosen">The way was chosen by a search, not because it ends first.</param>
internal readonly record struct PlannedPlace(int Rank, int Way, long Opens, bool IsChosen);
