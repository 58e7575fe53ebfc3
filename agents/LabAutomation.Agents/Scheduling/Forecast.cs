using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What a schedule means: when each job is done, how busy everything is, and what there is too little of.</summary>
/// <param name="Loads">Busiest first.</param>
/// <param name="Jobs">When each is done; what could not be planned whole is missing.</param>
internal sealed record Forecast(DateTimeOffset End, ImmutableSortedDictionary<string, DateTimeOffset> Jobs, ImmutableArray<ResourceLoad> Loads)
{
    /// <summary>The busiest resource; null where nothing is used.</summary>
    public string? Bottleneck => Loads is [{ Utilisation: > 0 } first, ..] ? first.Resource : null;

    public static Forecast Of(SchedulingState state, Schedule schedule)
    {
        var unplanned = schedule.Unplanned.Select(task => task.Task.Job).ToHashSet(StringComparer.Ordinal);
        var jobs = schedule.Tasks.GroupBy(task => task.Task.Job, StringComparer.Ordinal).Where(job => !unplanned.Contains(job.Key));
        var loads = state.Layout.Resources.Select(resource => Load(state, resource, schedule)).OrderByDescending(load => load.Utilisation).ThenBy(load => load.Resource, StringComparer.Ordinal);
        return new Forecast(schedule.End, jobs.ToImmutableSortedDictionary(job => job.Key, job => job.Max(task => task.End), StringComparer.Ordinal), [.. loads]);
    }

    /// <summary>By how much everything would be done earlier with a second one of it; both plans are searched for with the same budget. Zero where it would not help.</summary>
    /// <exception cref="ArgumentException">There is no such resource.</exception>
    public static TimeSpan SavedBySecond(SchedulingState state, string resource, DateTimeOffset now, SearchBudget budget)
    {
        var saved = Scheduler.Improve(state, now, budget).End - Scheduler.Improve(state.WithSecond(resource), now, budget).End;
        return saved > TimeSpan.Zero ? saved : TimeSpan.Zero;
    }

    /// <summary>Between now and the end of the schedule, in turn.</summary>
    public static ImmutableArray<IdleStretch> Idle(Schedule schedule, string resource)
    {
        var idle = ImmutableArray.CreateBuilder<IdleStretch>();
        var free = schedule.At;
        foreach (var (start, end, _, task) in Uses(schedule, resource).OrderBy(use => use.Start))
        {
            if (start > free) idle.Add(new IdleStretch(free, start, task.Task, task.Why));
            if (end > free) free = end;
        }

        if (schedule.End > free) idle.Add(new IdleStretch(free, schedule.End, null, default));
        return idle.ToImmutable();
    }

    private static ResourceLoad Load(SchedulingState state, LabResource resource, Schedule schedule)
    {
        var (busy, used, free) = (TimeSpan.Zero, TimeSpan.Zero, schedule.At);
        foreach (var (start, end, amount, _) in Uses(schedule, resource.Name, state).OrderBy(use => use.Start))
        {
            var from = start > schedule.At ? start : schedule.At;
            used += (end - from) * amount;
            if (end <= free) continue;
            busy += end - (from > free ? from : free);
            free = end;
        }

        var whole = schedule.Makespan * (resource.IsBatch ? 1 : resource.Capacity);
        return new ResourceLoad(resource.Name, busy, whole > TimeSpan.Zero ? (resource.IsBatch ? busy : used) / whole : 0);
    }

    private static IEnumerable<(DateTimeOffset Start, DateTimeOffset End, int Amount, PlannedTask Task)> Uses(Schedule schedule, string resource, SchedulingState? state = null)
    {
        foreach (var task in schedule.Tasks)
        {
            if (task.Resources.IndexOf(resource) is var need && need >= 0) yield return (task.Start, task.End, state is null ? 1 : Amount(state, task, need), task);
            if (task.Move is { } move && move.Carrier == resource) yield return (move.Start, move.End, 1, task);
        }
    }

    private static int Amount(SchedulingState state, PlannedTask task, int need) =>
        state.Jobs[task.Task.Job].Shape.Tasks.First(shape => shape.Key == task.Task).Ways[task.Way].Amounts[need];
}
