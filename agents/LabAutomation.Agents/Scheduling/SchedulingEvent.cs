namespace LabAutomation.Agents.Scheduling;

/// <summary>What happened in the lab, as far as it matters for what comes next.</summary>
internal abstract record SchedulingEvent
{
    private SchedulingEvent()
    {
    }

    public sealed record JobAdded(Job Job) : SchedulingEvent;

    /// <summary>It is over, and its samples have been taken out of the lab.</summary>
    public sealed record JobWithdrawn(string Job) : SchedulingEvent;

    /// <param name="Way">As planned: <see cref="PlannedTask.Way"/>. Its sample stands where the task happens.</param>
    public sealed record TaskStarted(TaskKey Task, int Way, DateTimeOffset At) : SchedulingEvent;

    /// <summary>A running task is now expected to end then.</summary>
    public sealed record TaskExpected(TaskKey Task, DateTimeOffset End) : SchedulingEvent;

    public sealed record TaskEnded(TaskKey Task, DateTimeOffset At) : SchedulingEvent;

    /// <summary>A running task came to nothing and waits again; its sample stays where it is.</summary>
    public sealed record TaskReturned(TaskKey Task) : SchedulingEvent;

    /// <summary>The sample of a task is on its way there.</summary>
    /// <param name="Task">Which it is carried to.</param>
    public sealed record MoveStarted(TaskKey Task, string To, string Carrier, DateTimeOffset At) : SchedulingEvent;

    public sealed record MoveEnded(TaskKey Task, DateTimeOffset At) : SchedulingEvent;

    public sealed record SetUpStarted(string Resource, string Setting, DateTimeOffset At) : SchedulingEvent;

    public sealed record SetUpEnded(string Resource, string Setting, DateTimeOffset At) : SchedulingEvent;

    /// <summary>Nothing can start on it in this window: out of order, closed at night, serviced next week. What runs on it is left to run.</summary>
    /// <param name="Until">Null: until <see cref="ResourceBack"/>.</param>
    public sealed record ResourceOut(string Resource, DateTimeOffset From, DateTimeOffset? Until = null) : SchedulingEvent;

    /// <summary>Ends every window in which it was to be out.</summary>
    public sealed record ResourceBack(string Resource) : SchedulingEvent;
}
