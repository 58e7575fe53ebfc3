using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// Says what is wrong with what was planned or done, from the jobs and the lab alone. It shares no code with the planner, and looks at every pair rather than being quick.
/// </summary>
internal sealed class ScheduleCheck
{
    private readonly LabLayout _layout;
    private readonly Dictionary<TaskKey, JobTask> _tasks = [];
    private readonly Dictionary<TaskKey, PlannedTask> _planned = [];
    private readonly List<Job> _jobs;
    private readonly List<string> _complaints = [];

    private ScheduleCheck(LabLayout layout, IEnumerable<Job> jobs)
    {
        (_layout, _jobs) = (layout, [.. jobs]);
        foreach (var job in _jobs)
            foreach (var task in job.Tasks) _tasks[new TaskKey(job.Name, task.Name)] = task;
    }

    /// <summary>Of a plan for a lab in which nothing has been begun.</summary>
    public static List<string> Complaints(SchedulingState state, Schedule schedule)
    {
        var complaints = Complaints(state.Layout.Layout, state.Jobs.Values.Select(job => job.Shape.Job), schedule.Tasks, mayBeLate: true);
        foreach (var task in schedule.Tasks)
            if (!task.IsRunning && (task.Move?.Start ?? task.Start) < schedule.At) complaints.Add($"{task.Task} starts in the past");
        var told = schedule.Tasks.Select(task => task.Task).Concat(schedule.Unplanned.Select(task => task.Task)).ToList();
        var waiting = state.Jobs.Values.SelectMany(job => job.Shape.Tasks.Where((_, task) => job.Tasks[task].Phase != TaskPhase.Done).Select(task => task.Key)).ToList();
        if (told.Distinct().Count() != told.Count) complaints.Add("a task is in the plan twice");
        if (told.Except(waiting).Any()) complaints.Add($"{told.Except(waiting).First()} is planned though it is done");
        if (waiting.Except(told).Any()) complaints.Add($"{waiting.Except(told).First()} is neither planned nor is a reason given");
        return complaints;
    }

    /// <summary>Of tasks that were done or will be.</summary>
    /// <param name="mayBeLate">A start that breaks a hold or comes after the last good moment is no fault where the plan says that it is late.</param>
    public static List<string> Complaints(LabLayout layout, IEnumerable<Job> jobs, IEnumerable<PlannedTask> tasks, bool mayBeLate)
    {
        var check = new ScheduleCheck(layout, jobs);
        foreach (var task in tasks)
        {
            if (!check._tasks.ContainsKey(task.Task)) check._complaints.Add($"{task.Task} is no task of any job");
            else if (!check._planned.TryAdd(task.Task, task)) check._complaints.Add($"{task.Task} happens twice");
        }

        foreach (var (key, task) in check._planned) check.CheckTask(key, task, mayBeLate);
        foreach (var resource in layout.Resources) check.CheckResource(resource);
        check.CheckPlaces();
        return check._complaints;
    }

    private void CheckTask(TaskKey key, PlannedTask planned, bool mayBeLate)
    {
        var task = _tasks[key];
        if (WayOf(key, planned) is null) _complaints.Add($"{key} is done in a way that it does not allow, on {string.Join(" and ", planned.Resources)}");
        if (task.NotBefore is { } earliest && planned.Start < earliest) _complaints.Add($"{key} starts too early");
        var late = task.StartBy is { } latest && planned.Start > latest;
        foreach (var after in task.After)
        {
            if (!_planned.TryGetValue(new TaskKey(key.Job, after.Task), out var before))
            {
                if (mayBeLate) continue;
                _complaints.Add($"{key} comes without {after.Task}");
                continue;
            }

            if (planned.Start < before.End) _complaints.Add($"{key} starts before {after.Task} has ended");
            late |= after.Hold is { } hold && planned.Start - before.End > hold;
        }

        if (late && !(mayBeLate && planned.IsLate)) _complaints.Add($"{key} is late");
        if (planned.IsLate && !late && !planned.IsRunning && !mayBeLate) _complaints.Add($"{key} is not late, as it says");
    }

    /// <summary>Null where none fits.</summary>
    private Way? WayOf(TaskKey key, PlannedTask planned) => _tasks[key].Ways.FirstOrDefault(way =>
        way.Needs.Length == planned.Resources.Length && way.Setting == planned.Setting && (planned.IsRunning || way.Duration == planned.End - planned.Start || (planned.Resources.Any(name => Named(name) is { IsSetUpInTask: true }) && way.Duration < planned.End - planned.Start))
        && (way.Location is null || way.Location == planned.Location)
        && planned.Resources.Distinct().Count() == planned.Resources.Length
        && way.Needs.Zip(planned.Resources).All(pair => Named(pair.Second) is { } resource && (resource.Name == pair.First.Of || resource.Capability == pair.First.Of || resource.StandsFor == pair.First.Of)));

    private LabResource? Named(string name) => _layout.Resources.FirstOrDefault(resource => resource.Name == name);

    private void CheckResource(LabResource resource)
    {
        var uses = new List<(DateTimeOffset Start, DateTimeOffset End, int Amount, string? Setting, TaskKey Task)>();
        foreach (var (key, planned) in _planned)
        {
            if (planned.Resources.IndexOf(resource.Name) is var index && index >= 0) uses.Add((planned.Start, planned.End, WayOf(key, planned)?.Needs[index].Amount ?? 1, planned.Setting, key));
            if (planned.Move is { } move && move.Carrier == resource.Name) uses.Add((move.Start, move.End, 1, null, key));
        }

        foreach (var use in uses)
        {
            var beside = uses.Where(other => other.Start <= use.Start && use.Start < other.End).ToList();
            if (beside.Sum(other => other.Amount) > resource.Capacity) _complaints.Add($"{resource.Name} is booked beyond its capacity when {use.Task} starts");
            if (resource.IsBatch && beside.Exists(other => (other.Start, other.End, other.Setting) != (use.Start, use.End, use.Setting))) _complaints.Add($"{use.Task} shares {resource.Name} with what is not of its batch");
        }

        if (resource.SetUp == TimeSpan.Zero) return;
        if (resource.IsSetUpInTask)
        {
            CheckSetUpInTasks(resource);
            return;
        }

        // Somewhere since it was last used with another setting it must have been idle for long enough.
        var (setting, end, idle) = ((string?)null, DateTimeOffset.MinValue, TimeSpan.Zero);
        foreach (var use in uses.OrderBy(use => use.Start))
        {
            if (use.Start - end > idle) idle = use.Start - end;
            if (use.Setting is not null && use.Setting != setting && idle < resource.SetUp) _complaints.Add($"{resource.Name} is not set up for {use.Task}");
            if (use.Setting is not null) idle = TimeSpan.Zero;
            (setting, end) = (use.Setting ?? setting, use.End > end ? use.End : end);
        }
    }

    private void CheckSetUpInTasks(LabResource resource)
    {
        var setting = (string?)null;
        foreach (var (key, planned) in _planned.Where(one => one.Value.Setting is not null && one.Value.Resources.Contains(resource.Name)).OrderBy(one => one.Value.Start))
        {
            if (planned.Setting != setting && !planned.IsRunning && WayOf(key, planned) is { } way && planned.End - planned.Start < way.Duration + resource.SetUp) _complaints.Add($"{key} has no time to set {resource.Name}");
            setting = planned.Setting;
        }
    }

    private void CheckPlaces()
    {
        var stays = new List<(string Location, DateTimeOffset From, DateTimeOffset Until, string Sample)>();
        foreach (var job in _jobs)
            foreach (var sample in job.Tasks.Select(task => task.Sample).OfType<string>().Distinct())
                stays.AddRange(Stays(job, sample));
        foreach (var location in _layout.Locations.Where(location => location.Capacity < LabLocation.Unlimited))
        {
            var here = stays.Where(stay => stay.Location == location.Name && stay.From < stay.Until).ToList();
            foreach (var stay in here)
                if (here.Count(other => other.From <= stay.From && stay.From < other.Until) > location.Capacity) _complaints.Add($"{location.Name} has no room for {stay.Sample}");
        }
    }

    private IEnumerable<(string Location, DateTimeOffset From, DateTimeOffset Until, string Sample)> Stays(Job job, string sample)
    {
        var way = job.Tasks.Where(task => task.Sample == sample).Select(task => _planned.GetValueOrDefault(new TaskKey(job.Name, task.Name))).TakeWhile(task => task is not null).Select(task => task!).ToList();
        var isWhole = way.Count == job.Tasks.Count(task => task.Sample == sample);
        var (at, since, free) = (job.SamplesAt.GetValueOrDefault(sample), DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        foreach (var task in way)
        {
            if (task.Start < free) _complaints.Add($"{task.Task} has its sample while another task has it");
            if (task.Move is { } move)
            {
                if (move.From != at || move.To != task.Location || move.Start < free || move.End > task.Start) _complaints.Add($"the sample is not carried to {task.Task} as it should be");
                var route = _layout.Routes.FirstOrDefault(route => route.From == move.From && route.To == move.To);
                if (route is null || route.Carriers.All(carrier => Named(move.Carrier) is not { } arm || arm.Name != carrier && arm.Capability != carrier && arm.StandsFor != carrier)) _complaints.Add($"no route for the sample of {task.Task}");
                yield return (at!, since, move.End, job.Name);
                (at, since) = (move.To, move.Start);
            }
            else if (task.Location is not null && at is null)
            {
                (at, since) = (task.Location, task.Start);
            }
            else if (task.Location is not null && task.Location != at)
            {
                _complaints.Add($"nobody carries the sample to {task.Task}");
            }

            free = task.End;
        }

        if (at is not null) yield return (at, since, isWhole ? free : DateTimeOffset.MaxValue, job.Name);
    }
}
