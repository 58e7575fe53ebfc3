using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What will happen when, if everything takes as long as expected. Start at once what is <see cref="Due"/>; all of it, before the next plan is made.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Tasks">Running and planned ones, by start.</param>
/// <param name="SetUps">Not yet begun, by start.</param>
internal sealed record Schedule(DateTimeOffset At, ImmutableArray<PlannedTask> Tasks, ImmutableArray<UnplannedTask> Unplanned, ImmutableArray<PlannedSetUp> SetUps)
{
    /// <summary>The end of the last task; <see cref="At"/> where there is none.</summary>
    public DateTimeOffset End => Tasks.IsEmpty ? At : Tasks.Max(task => task.End);

    public TimeSpan Makespan => End - At;

    /// <summary>Tasks to be started now; members of a batch together.</summary>
    public IEnumerable<PlannedTask> Due => Tasks.TakeWhile(task => task.Start <= At).Where(task => !task.IsRunning);

    /// <summary>Tasks whose samples are to be carried now.</summary>
    public IEnumerable<PlannedTask> DueMoves => Tasks.Where(task => task.Move is { } move && move.Start <= At);

    public IEnumerable<PlannedSetUp> DueSetUps => SetUps.TakeWhile(setUp => setUp.Start <= At);

    /// <summary>When something is to be started that nothing else may announce; null where nothing is.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var at in Tasks.Where(task => !task.IsRunning).SelectMany(task => new[] { task.Start, task.Move?.Start ?? task.Start }).Concat(SetUps.Select(setUp => setUp.Start)))
                if (at > At && (next is null || at < next)) next = at;
            return next;
        }
    }

    public PlannedTask? this[TaskKey key] => Tasks.FirstOrDefault(task => task.Task == key);
}
