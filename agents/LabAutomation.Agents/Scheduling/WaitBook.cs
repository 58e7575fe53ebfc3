using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Why steps that could be next did not begin, by the plans that were followed, until they do. Not thread-safe.</summary>
internal sealed class WaitBook
{
    /// <summary>What was longer ago is left out.</summary>
    private const int MostKept = 12;

    private readonly Dictionary<TaskKey, ImmutableArray<StepWait>> _waits = [];

    /// <summary>What could be next by the plan that was taken last.</summary>
    private readonly HashSet<TaskKey> _next = [];

    /// <param name="jobs">By name, as the plan had them.</param>
    /// <param name="leftOut">By task: the instruments that could have served, and begin nothing now.</param>
    /// <param name="why">Why such an instrument begins nothing, in words.</param>
    /// <param name="shutOut">Of a task that is kept back because its sample may not go where others are, that in words; null of another.</param>
    public void Take(Schedule plan, IReadOnlyDictionary<string, JobProgress> jobs, IReadOnlyDictionary<TaskKey, string[]> leftOut, Func<string, string> why, Func<TaskKey, string?> shutOut)
    {
        _next.Clear();
        foreach (var job in jobs.Values)
            if (NextOf(job) is { } next) _next.Add(next);
        foreach (var gone in _waits.Keys.Where(task => !_next.Contains(task)).ToArray()) _waits.Remove(gone);
        foreach (var task in plan.Tasks)
            if (!task.IsRunning && (task.Move?.Start ?? task.Start) > plan.At && _next.Contains(task.Task)) Take(plan.At, task.Task, task.Why, leftOut, why, shutOut);
        foreach (var task in plan.Unplanned)
            if (_next.Contains(task.Task)) Take(plan.At, task.Task, task.Why, leftOut, why, shutOut);
    }

    private void Take(DateTimeOffset at, TaskKey task, WaitReason reason, IReadOnlyDictionary<TaskKey, string[]> leftOut, Func<string, string> why, Func<TaskKey, string?> shutOut)
    {
        if (reason.Kind is WaitKind.None or WaitKind.Predecessor)
        {
            if (Of(task) is { IsEmpty: false } told && told[^1].Words != StepWait.Over) _waits[task] = [.. told.TakeLast(MostKept - 1), new StepWait(at, StepWait.Over)];
            return;
        }

        var (known, words) = (Of(task), (reason.Kind == WaitKind.KeptBack ? shutOut(task) : null) ?? reason.ToString());
        if (leftOut.TryGetValue(task, out var others)) words = others is [var other] ? $"{words}, and {why(other)}" : string.Join(", and ", others.Select(why).Distinct(StringComparer.Ordinal).Prepend(words));
        if (known.IsEmpty || known[^1].Words != words) _waits[task] = [.. known.TakeLast(MostKept - 1), new StepWait(at, words)];
    }

    /// <summary>Earliest first; empty where it did not wait.</summary>
    public ImmutableArray<StepWait> Of(TaskKey task) => _waits.GetValueOrDefault(task, []);

    /// <summary>What is on record with the carriage to a step is not told again with the step.</summary>
    public ImmutableArray<StepWait> HandOver(TaskKey task) => _waits.Remove(task, out var told) ? told : [];

    /// <summary>The task that is all that a job waits for; null where something of it runs, or all is done.</summary>
    private static TaskKey? NextOf(JobProgress job) =>
        job.Tasks.IndexOf(default) is >= 0 and var next && job.Tasks.All(task => task.Phase != TaskPhase.Running) ? job.Shape.Tasks[next].Key : null;
}

/// <summary>Why a step did not begin, from a time on until it did or there was another reason.</summary>
/// <param name="Words">For people, such as <c>spectrometer is occupied</c>; <see cref="Over"/> where there was none from then on.</param>
public sealed record StepWait(DateTimeOffset From, string Words)
{
    internal const string Over = "";
}
