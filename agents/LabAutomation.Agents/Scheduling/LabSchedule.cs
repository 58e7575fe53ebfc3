using System.Collections.Immutable;
using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// What the lab does next: kept of what campaigns declare, planned by the <see cref="Scheduler"/>. A grant counts as begun until its campaign has heard it; from then on what the campaign
/// declares counts. Not thread-safe.
/// </summary>
internal sealed class LabSchedule
{
    /// <summary>Who must look before a campaign that rests goes on; never there.</summary>
    public const string Person = "@person";

    private readonly SortedDictionary<string, SchedulerMessage.Declare> _declared = new(StringComparer.Ordinal);
    private readonly List<(string Campaign, Grant Grant)> _unheard = [];
    private readonly Dictionary<string, (Job Job, JobShape Shape, long Number)> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private readonly LabStations _lab;
    private readonly LabPositions _positions;
    private SchedulingState _state;
    private long _arrivals;
    private long _grants;

    /// <exception cref="ArgumentException">The lab contradicts itself; the message says how.</exception>
    public LabSchedule(LabStations lab) => (_lab, _positions, _state) = (lab, new LabPositions(lab), StateOf(lab, []));

    /// <summary>As planned last; null before.</summary>
    public Schedule? Followed { get; private set; }

    /// <summary>
    /// When to look again though nobody says anything; null where somebody will. Most of what is planned for later waits for something that runs, and is looked at when that ends, however
    /// long it takes; by the clock begins what waits for its own time.
    /// </summary>
    public DateTimeOffset? Next => Followed is not { } plan ? null
        : !plan.Tasks.Any(task => task.IsRunning) && _unheard.Count == 0 ? plan.Next
        : plan.Tasks.Where(task => task is { IsRunning: false, Why.Kind: WaitKind.NotBefore or WaitKind.Hold or WaitKind.WouldBlock or WaitKind.None })
            .SelectMany(task => new[] { task.Start, task.Move?.Start ?? task.Start }).Where(at => at > plan.At).Select(at => (DateTimeOffset?)at).Min();

    /// <exception cref="ArgumentException">A job contradicts itself or the lab; the message says how.</exception>
    public void Declare(SchedulerMessage.Declare declared)
    {
        _unheard.RemoveAll(one => one.Campaign == declared.Campaign && one.Grant.Number <= declared.Heard);
        if (declared.Trials.IsEmpty) _declared.Remove(declared.Campaign);
        else _declared[declared.Campaign] = declared;
        Know(declared);
    }

    private static SchedulingState StateOf(LabStations lab, IEnumerable<string> others) =>
        SchedulingState.Of(LabPositions.Layout(lab, others)).With(new SchedulingEvent.ResourceOut(Person, DateTimeOffset.UnixEpoch));

    /// <summary>A lab's file need not name the instruments that come by themselves.</summary>
    private void Know(SchedulerMessage.Declare declared)
    {
        var before = _others.Count;
        foreach (var need in declared.Trials.SelectMany(trial => trial.Job.Tasks).SelectMany(task => task.Ways).SelectMany(way => way.Needs))
            if (!_state.Layout.Has(need.Of)) _others.Add(need.Of);
        if (_others.Count == before) return;
        _state = StateOf(_lab, _others);
        _known.Clear();
    }

    /// <summary>Plans anew and grants what is due. Members of one shared action come together.</summary>
    public IReadOnlyList<ImmutableArray<(string Campaign, Grant Grant)>> Plan(DateTimeOffset now)
    {
        Refresh();
        var schedule = Scheduler.Plan(_state, now);
        (_state, Followed) = (_state.Following(schedule), schedule);
        var granted = new List<ImmutableArray<(string, Grant)>>();
        foreach (var task in schedule.DueMoves)
            if (Carry(task, now) is { } carry) granted.Add([carry]);
        foreach (var together in schedule.Due.GroupBy(Batch, StringComparer.Ordinal)) granted.Add([.. together.Select(task => Begin(task, now))]);
        return granted;
    }

    /// <summary>Everything declared and granted, as the scheduler reads it.</summary>
    private void Refresh()
    {
        _positions.Clear();
        foreach (var (_, declared) in _declared)
            foreach (var trial in declared.Trials) _positions.Take(trial.Sample);
        var (jobs, names) = (new List<JobProgress>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (campaign, declared) in _declared)
        {
            foreach (var trial in declared.Trials)
            {
                names.Add(trial.Job.Name);
                jobs.Add(Granted(campaign, trial, Progress(trial)));
            }
        }

        foreach (var gone in _known.Keys.Where(name => !names.Contains(name)).ToArray()) _known.Remove(gone);
        _state = _state.WithJobs(jobs.Where(job => !job.IsDone), _declared.Select(one => KeyValuePair.Create(one.Key, one.Value.Used)));
    }

    private JobProgress Progress(TrialWork trial)
    {
        if (!_known.TryGetValue(trial.Job.Name, out var known) || !ReferenceEquals(known.Job, trial.Job))
            _known[trial.Job.Name] = known = (trial.Job, JobShape.Of(trial.Job, _state.Layout), known.Job is null ? _arrivals++ : known.Number);
        var sample = trial.Sample.Location is { } at
            ? new SampleProgress(_state.Layout.Location(at), trial.Sample.Goal is { } goal ? _state.Layout.Location(goal) : -1, trial.Sample.Carrier is { } carrier ? _state.Layout.Resource(carrier) : -1, trial.Sample.Until.UtcTicks)
            : new SampleProgress(-1);
        return new JobProgress(known.Shape, known.Number, [.. trial.Tasks.Select(task => new TaskProgress(task.Phase, task.Way, task.Since.UtcTicks, task.Until.UtcTicks))], [.. known.Shape.Samples.Select(_ => sample)]);
    }

    /// <summary>With what was granted and not heard yet.</summary>
    private JobProgress Granted(string campaign, TrialWork trial, JobProgress job)
    {
        foreach (var (_, grant) in _unheard.Where(one => one.Campaign == campaign && one.Grant.Trial == trial.Trial))
        {
            var task = Array.FindIndex(job.Shape.Tasks, shape => shape.Key.Task == grant.Step);
            if (task < 0 || job.Tasks[task].Phase != TaskPhase.Waiting) continue;
            var (sample, since) = (job.Shape.Tasks[task].Sample, grant.At.UtcTicks);
            if (grant is Grant.Carry carry)
            {
                _positions.Take(new SampleStanding(carry.Goal, carry.To));
                job = job.WithSample(sample, new SampleProgress(job.Samples[sample].Location, _state.Layout.Location(carry.Goal), _state.Layout.Resource(carry.Carrier), since + carry.Duration.Ticks));
            }
            else if (grant is Grant.Begin begin)
            {
                var way = job.Shape.Tasks[task].Ways[begin.Way];
                job = job.With(task, new TaskProgress(TaskPhase.Running, begin.Way, since, since + way.Duration));
                if (way.Location < 0) continue;
                _positions.Take(new SampleStanding(_state.Layout.Locations[way.Location].Name, begin.Position));
                job = job.WithSample(sample, new SampleProgress(way.Location));
            }
        }

        return job;
    }

    private (string Campaign, Grant Grant) Begin(PlannedTask task, DateTimeOffset now)
    {
        var (campaign, trial) = Of(task.Task.Job);
        var position = trial.Sample.Location is null ? task.Location is { } location ? _positions.TakeFree(location) : null : trial.Sample.Position;
        return Told(campaign, new Grant.Begin(++_grants, trial.Trial, task.Task.Task, now, task.Way, position, Batch(task).Length > 0 && IsShared(task)));
    }

    /// <summary>Null where its goal has no position free, which a sample that has left a moment ago may still take.</summary>
    private (string Campaign, Grant Grant)? Carry(PlannedTask task, DateTimeOffset now)
    {
        var ((campaign, trial), move) = (Of(task.Task.Job), task.Move!);
        if (trial.Sample.Position is not { } from || _positions.TakeFree(move.To) is not { } to) return null;
        return Told(campaign, new Grant.Carry(++_grants, trial.Trial, task.Task.Task, now, from, to, move.To, move.Carrier, _positions.CommandOf(move.Carrier), move.End - move.Start));
    }

    private (string Campaign, Grant Grant) Told(string campaign, Grant grant)
    {
        _unheard.Add((campaign, grant));
        return (campaign, grant);
    }

    private (string Campaign, TrialWork Trial) Of(string job)
    {
        foreach (var (campaign, declared) in _declared)
            foreach (var trial in declared.Trials)
                if (trial.Job.Name == job) return (campaign, trial);
        throw new InvalidOperationException($"nobody declared '{job}'");
    }

    /// <summary>The batch that a task is begun with, by its resource; of a task that is in none its own name, which no resource has.</summary>
    private string Batch(PlannedTask task)
    {
        foreach (var resource in task.Resources)
            if (_state.Layout.Resources[_state.Layout.Resource(resource)].IsBatch) return resource;
        return task.Task.ToString();
    }

    private bool IsShared(PlannedTask task) => task.Resources.Any(resource => _state.Layout.Resources[_state.Layout.Resource(resource)].IsBatch);
}
