using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Everything that a schedule depends on beside the time: what there is to do, what runs, what is done, what is out of order. Finished jobs are forgotten.</summary>
internal sealed record SchedulingState
{
    private SchedulingState(LayoutIndex layout) => Layout = layout;

    public LayoutIndex Layout { get; private init; }

    /// <summary>By name.</summary>
    public ImmutableDictionary<string, JobProgress> Jobs { get; private init; } = ImmutableDictionary<string, JobProgress>.Empty;

    /// <summary>By name; what is missing is fresh.</summary>
    public ImmutableDictionary<string, ResourceProgress> Resources { get; private init; } = ImmutableDictionary<string, ResourceProgress>.Empty;

    /// <summary>Ticks of resources used so far, by owner; only differences mean something.</summary>
    public ImmutableDictionary<string, long> Used { get; private init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Ticks of resources used so far, by principal, whether or not a job of theirs is here; what is missing is the sum of what their owners that have a job here have used.</summary>
    public ImmutableDictionary<(string Name, bool IsCampaign), long> Shares { get; init; } = ImmutableDictionary<(string Name, bool IsCampaign), long>.Empty;

    /// <summary>The plan that the lab follows: where each waiting task stands in it. It keeps an improved order, and proves that what has been begun can be finished.</summary>
    public IReadOnlyDictionary<TaskKey, PlannedPlace> Followed { get; private init; } = ImmutableDictionary<TaskKey, PlannedPlace>.Empty;

    /// <summary>Tasks for which the plan that is followed found no time, as none could be found.</summary>
    public IReadOnlySet<TaskKey> Unplanned { get; private init; } = ImmutableHashSet<TaskKey>.Empty;

    /// <summary>Tasks that do not begin for now, for a reason that the plan does not know.</summary>
    public ImmutableHashSet<TaskKey> Held { get; init; } = [];

    /// <summary>Ways that are not taken for now, for a reason that the plan does not know. Never all of a task that is not held.</summary>
    public ShutWays Shut { get; init; } = new();

    /// <summary>By carrier, what a carriage is expected to take, and what it may, in ticks; a carrier that is missing takes what the route says.</summary>
    public ImmutableDictionary<string, (long Expected, long Longest)> Carriages { get; init; } = ImmutableDictionary<string, (long Expected, long Longest)>.Empty;

    private long NextNumber { get; init; }

    /// <exception cref="ArgumentException">The layout contradicts itself; the message says how.</exception>
    public static SchedulingState Of(LabLayout layout) => new(new LayoutIndex(layout));

    public ResourceProgress Resource(string name) => Resources.GetValueOrDefault(name, ResourceProgress.Fresh);

    /// <summary>The same lab at the same moment with one more resource like <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">There is no such resource.</exception>
    public SchedulingState WithSecond(string name)
    {
        var layout = new LayoutIndex(Layout.Layout.WithSecond(name));
        return this with { Layout = layout, Jobs = Jobs.ToImmutableDictionary(job => job.Key, job => In(layout, job.Value)), Followed = ImmutableDictionary<TaskKey, PlannedPlace>.Empty };
    }

    /// <summary>The same lab with these jobs in place of those it had, and with what their owners have used.</summary>
    public SchedulingState WithJobs(IEnumerable<JobProgress> jobs, IEnumerable<KeyValuePair<string, long>> used) => this with
    {
        Jobs = jobs.ToImmutableDictionary(job => job.Shape.Job.Name, StringComparer.Ordinal),
        Used = used.ToImmutableDictionary(StringComparer.Ordinal),
    };

    /// <summary>From now on the lab follows this schedule; what it could not plan keeps its old place.</summary>
    /// <param name="isFound">Whether a search has found it: then its ways are waited for as it has them.</param>
    public SchedulingState Following(Schedule schedule, bool isFound = false)
    {
        var places = new Dictionary<TaskKey, PlannedPlace>(schedule.Tasks.Length);
        foreach (var task in schedule.Tasks.Where(task => !task.IsRunning).OrderBy(task => task.Move?.Start ?? task.Start))
            places.Add(task.Task, PlannedPlace.Of(task, places.Count, !isFound && Followed.TryGetValue(task.Task, out var before) ? before : null));
        foreach (var left in schedule.Unplanned)
            if (Followed.TryGetValue(left.Task, out var place)) places.Add(left.Task, place);
        return this with { Followed = places, Unplanned = schedule.Unplanned.Where(left => left.Why.Kind is WaitKind.Blocked or WaitKind.NoRoute or WaitKind.Out).Select(left => left.Task).ToHashSet() };
    }

    /// <summary>The same order, with no way chosen for these jobs: theirs are others now.</summary>
    public SchedulingState WithoutWaysOf(IReadOnlySet<string> jobs) => jobs.Count == 0 ? this : this with
    {
        Followed = Followed.ToDictionary(place => place.Key, place => jobs.Contains(place.Key.Job) ? place.Value with { Way = -1, IsChosen = false } : place.Value),
    };

    /// <exception cref="ArgumentException">The event speaks of what this state does not have, or what cannot have happened; the message says which.</exception>
    public SchedulingState With(SchedulingEvent what) => what switch
    {
        SchedulingEvent.JobAdded added => Add(added.Job),
        SchedulingEvent.JobWithdrawn gone => Jobs.ContainsKey(gone.Job) ? this with { Jobs = Jobs.Remove(gone.Job) } : throw new ArgumentException($"there is no job '{gone.Job}'"),
        SchedulingEvent.TaskStarted started => Start(started),
        SchedulingEvent.TaskExpected expected => Change(expected.Task, TaskPhase.Running, (job, task) => job.With(task, job.Tasks[task] with { Until = expected.End.UtcTicks })),
        SchedulingEvent.TaskEnded ended => End(ended),
        SchedulingEvent.TaskReturned returned => Change(returned.Task, TaskPhase.Running, (job, task) => job.With(task, default)),
        SchedulingEvent.MoveStarted move => Change(move.Task, TaskPhase.Waiting, (job, task) => Move(job, task, move)),
        SchedulingEvent.MoveEnded move => Change(move.Task, TaskPhase.Waiting, (job, task) => Arrive(job, task)),
        SchedulingEvent.SetUpStarted setUp => SetUp(setUp),
        SchedulingEvent.SetUpEnded setUp => WithResource(setUp.Resource, resource => resource with { Setting = setUp.Setting, ReadyAt = 0 }),
        SchedulingEvent.ResourceOut gone => WithResource(gone.Resource, resource => resource with { Out = resource.Out.Add((gone.From.UtcTicks, gone.Until?.UtcTicks ?? Ticks.Never)) }),
        SchedulingEvent.ResourceBack back => WithResource(back.Resource, resource => resource with { Out = [] }),
        _ => throw new ArgumentException($"{what.GetType().Name} is no event of scheduling"),
    };

    private static JobProgress In(LayoutIndex layout, JobProgress job)
    {
        var shape = JobShape.Of(job.Shape.Job, layout);
        var tasks = job.Tasks.Select((progress, task) => progress.Phase == TaskPhase.Waiting ? progress : progress with { Way = Array.FindIndex(shape.Tasks[task].Ways, way => way.IsLike(job.Shape.Tasks[task].Ways[progress.Way])) });
        return job with { Shape = shape, Tasks = [.. tasks] };
    }

    private SchedulingState Add(Job job)
    {
        if (Jobs.ContainsKey(job.Name)) throw new ArgumentException($"there is a job '{job.Name}' already");
        var shape = JobShape.Of(job, Layout);
        var added = new JobProgress(shape, NextNumber, [.. shape.Tasks.Select(_ => default(TaskProgress))], [.. shape.SamplesAt.Select(at => new SampleProgress(at))]);

        // Who has been away does not get back what others used in the meantime.
        var others = Jobs.Values.Select(other => other.Shape.Job.Owner).Distinct(StringComparer.Ordinal).ToList();
        var used = others.Contains(job.Owner) || others.Count == 0 ? Used : Used.SetItem(job.Owner, Math.Max(Used.GetValueOrDefault(job.Owner), others.Min(other => Used.GetValueOrDefault(other))));
        return this with { Jobs = Jobs.Add(job.Name, added), NextNumber = NextNumber + 1, Used = used };
    }

    private SchedulingState Start(SchedulingEvent.TaskStarted started)
    {
        var state = Change(started.Task, TaskPhase.Waiting, (job, task) =>
        {
            var shape = job.Shape.Tasks[task];
            var way = shape.Ways[started.Way];
            var begun = job.With(task, new TaskProgress(TaskPhase.Running, started.Way, started.At.UtcTicks, started.At.UtcTicks + way.Duration + Change(way)));
            return way.Location < 0 ? begun : begun.WithSample(shape.Sample, new SampleProgress(way.Location));
        });
        var set = state.Jobs[started.Task.Job].Shape.Tasks[TaskIn(state.Jobs[started.Task.Job], started.Task)].Ways[started.Way];
        for (var need = 0; need < set.Resources.Length; need++)
            if (set.SettingOf(need) is { } setting) state = state.WithResource(set.Names[need], progress => progress with { Setting = setting, ReadyAt = 0 });
        return state;
    }

    /// <summary>How much longer it takes because its resources are set otherwise.</summary>
    private long Change(WayShape way)
    {
        var change = 0L;
        for (var need = 0; need < (way.Settings?.Length ?? 0); need++)
            if (Layout.Resources[way.Resources[need]] is { IsSetUpInTask: true } resource && way.SettingOf(need) is { } setting && setting != Resource(resource.Name).Setting) change = Math.Max(change, resource.SetUp.Ticks);
        return change;
    }

    private SchedulingState End(SchedulingEvent.TaskEnded ended)
    {
        var state = Change(ended.Task, TaskPhase.Running, (job, task) =>
        {
            var done = job.With(task, job.Tasks[task] with { Phase = TaskPhase.Done, Until = ended.At.UtcTicks });
            return job.Shape.Tasks[task].IsLastOfSample ? done.WithSample(job.Shape.Tasks[task].Sample, new SampleProgress(-1)) : done;
        });
        var progress = state.Jobs[ended.Task.Job];
        var task = TaskIn(progress, ended.Task);
        var spent = (progress.Tasks[task].Until - progress.Tasks[task].Since) * progress.Shape.Tasks[task].Ways[progress.Tasks[task].Way].Resources.Length;
        var owner = progress.Shape.Job.Owner;
        state = state with { Used = Used.SetItem(owner, Used.GetValueOrDefault(owner) + spent) };
        return progress.IsDone ? state with { Jobs = state.Jobs.Remove(ended.Task.Job) } : state;
    }

    private JobProgress Move(JobProgress job, int task, SchedulingEvent.MoveStarted move)
    {
        var sample = job.Shape.Tasks[task].Sample;
        if (sample < 0) throw new ArgumentException($"{move.Task} has no sample that could be moved");
        var (from, to) = (job.Samples[sample].Location, Layout.Location(move.To));
        if (from < 0 || !Layout.TryRoute(from, to, out var route)) throw new ArgumentException($"there is no way for the sample of {move.Task} to '{move.To}' from {(from < 0 ? "nowhere" : $"'{Layout.Locations[from].Name}'")}");
        return job.WithSample(sample, new SampleProgress(from, to, Layout.Resource(move.Carrier), move.At.UtcTicks + route.Duration));
    }

    private static JobProgress Arrive(JobProgress job, int task)
    {
        var sample = job.Shape.Tasks[task].Sample;
        return sample >= 0 && job.Samples[sample].IsMoving
            ? job.WithSample(sample, new SampleProgress(job.Samples[sample].Goal))
            : throw new ArgumentException($"no sample is on its way to {job.Shape.Tasks[task].Key}");
    }

    private SchedulingState SetUp(SchedulingEvent.SetUpStarted setUp) =>
        WithResource(setUp.Resource, resource => resource with { Setting = setUp.Setting, ReadyAt = setUp.At.UtcTicks + Layout.Resources[Layout.Resource(setUp.Resource)].SetUp.Ticks });

    private SchedulingState WithResource(string name, Func<ResourceProgress, ResourceProgress> change)
    {
        _ = Layout.Resource(name);
        return this with { Resources = Resources.SetItem(name, change(Resource(name))) };
    }

    private SchedulingState Change(TaskKey key, TaskPhase expected, Func<JobProgress, int, JobProgress> change)
    {
        if (!Jobs.TryGetValue(key.Job, out var job)) throw new ArgumentException($"there is no job '{key.Job}'");
        var task = TaskIn(job, key);
        if (job.Tasks[task].Phase != expected) throw new ArgumentException($"{key} is {job.Tasks[task].Phase}, not {expected}");
        return this with { Jobs = Jobs.SetItem(key.Job, change(job, task)) };
    }

    private static int TaskIn(JobProgress job, TaskKey key)
    {
        var task = Array.FindIndex(job.Shape.Tasks, shape => shape.Key == key);
        return task >= 0 ? task : throw new ArgumentException($"job '{key.Job}' has no task '{key.Task}'");
    }
}
