using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// What the lab does next: kept of what campaigns declare, planned by the <see cref="Scheduler"/>. A grant counts as begun until its campaign has heard it; from then on what the campaign
/// declares counts. Not thread-safe.
/// </summary>
internal sealed class LabSchedule
{
    /// <summary>Who must look before a campaign that rests goes on; never there.</summary>
    public const string Person = "@person";

    /// <summary>Tasks placed in search of a better order when trials have come: some milliseconds.</summary>
    private const int Effort = 1_000;

    private readonly SortedDictionary<string, SchedulerMessage.Declare> _declared = new(StringComparer.Ordinal);
    private readonly List<(string Campaign, Grant Grant)> _unheard = [];
    private readonly Dictionary<string, KnownJob> _known = new(StringComparer.Ordinal);
    private readonly TrialStocks _stocks = new();

    /// <summary>By job: its place in the order in which jobs came, which it keeps whatever is learnt about it.</summary>
    private readonly Dictionary<string, long> _arrived = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobProgress> _jobs = new(StringComparer.Ordinal);

    /// <summary>By job that rests: as it will go on.</summary>
    private readonly Dictionary<string, JobProgress> _later = new(StringComparer.Ordinal);
    private readonly BatchDurations _durations;
    private readonly CarriageDurations _carriages;
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private readonly LabStations _lab;
    private readonly LabPositions _positions;
    private readonly WaitBook _waits = new();
    private readonly Newcomers _newcomers = new();
    private readonly VainTrials _vain = new();
    private readonly ShutWays _shut = new();
    private readonly OwnerShares _shares = new();
    private SchedulingState _state;
    private IReadOnlyDictionary<TaskKey, WayDraws> _reserved = ImmutableDictionary<TaskKey, WayDraws>.Empty;
    private ImmutableSortedDictionary<string, double>? _onHand;
    private Detour _detour;

    /// <summary>Made last: trials of one campaign are alike.</summary>
    private JobShape? _lastShape;
    private long _arrivals;
    private long _grants;
    private readonly LabBreakers _breakers;
    private readonly LabSettings _settings;

    /// <summary>Jobs whose tasks have other ways than when the last plan was made.</summary>
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    /// <summary>Jobs of trials that have no station yet.</summary>
    private readonly HashSet<string> _free = new(StringComparer.Ordinal);

    /// <param name="breakers">What is on record of them, see <see cref="LabBreakers.Recorded"/>; nothing where null.</param>
    /// <param name="settings">What is on record of what instruments are set to, see <see cref="LabSettings.Recorded"/>; nothing where null.</param>
    /// <exception cref="ArgumentException">The lab contradicts itself; the message says how.</exception>
    public LabSchedule(LabStations lab, IEnumerable<LedgerEntry>? breakers = null, IEnumerable<LedgerEntry>? settings = null)
    {
        (_lab, _positions, _durations, _carriages, _breakers, _settings) = (lab, new LabPositions(lab), new BatchDurations(lab), new CarriageDurations(lab), new LabBreakers(lab, breakers ?? []), new LabSettings(lab, settings ?? []));
        _state = State();
        _detour = new Detour(_state.Layout, OutInstruments.None);
    }

    /// <summary>Instruments that are given nothing to do for now, because they fail, and until when.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Barred => _breakers.Barred.ToImmutableSortedDictionary(one => one.Instrument, one => one.Until, StringComparer.Ordinal);

    /// <summary>What could begin nothing now. To be told what the bus says.</summary>
    public AwayInstruments Away { get; } = new();

    /// <summary>What there is of consumables for the campaigns that run, beside what they have drawn themselves; what is missing is not counted.</summary>
    public ImmutableSortedDictionary<string, double> Supply
    {
        get;
        set => (field, _onHand) = (value, null);
    } = Amounts.None;

    /// <summary>What there is of it now, open actions counted as drawn.</summary>
    public ImmutableSortedDictionary<string, double> OnHand => _onHand ??= Supply.Less(_declared.Values.Select(declared => declared.Drawn));

    /// <summary>The trials that wait for a consumable, by the last plan.</summary>
    public IReadOnlyList<ShortTrial> Short { get; private set; } = [];

    /// <summary>As planned last; null before.</summary>
    public Schedule? Followed { get; private set; }

    /// <summary>
    /// When to look again though nobody says anything; null where somebody will. Most of what is planned for later waits for something that runs, and is looked at when that ends, however
    /// long it takes; by the clock begins what waits for its own time.
    /// </summary>
    public DateTimeOffset? Next => Followed is not { } plan ? null : NextLook.After(plan, _unheard.Count > 0, _declared.Count == 0 ? [] : _breakers.Barred.Select(one => one.Until), task => ShapeOf(task).Ways.Length > 1);

    /// <summary>Campaigns that cannot go on, and why, see <see cref="Obstruction"/>.</summary>
    public IReadOnlyList<(string Campaign, string Reason)> Obstructed() =>
        Followed is { } plan && _unheard.Count == 0 ? new Obstruction(plan, _declared, _jobs, Short, _vain.Jobs.Select(job => _jobs[job].Shape.Job.Owner).ToHashSet(StringComparer.Ordinal), _state.Layout).Of(isStill: Next is null) : [];

    /// <exception cref="ArgumentException">A job contradicts itself or the lab; the message says how.</exception>
    /// <returns>Whether it says anything that the last plan did not know; a grant that was taken does not.</returns>
    public bool Declare(SchedulerMessage.Declare declared)
    {
        var before = _declared.TryGetValue(declared.Campaign, out var last) ? last.Trials.Length : 0;
        var drew = last is not null && !Supply.IsEmpty && !ReferenceEquals(last.Drawn, declared.Drawn) && !last.Drawn.SequenceEqual(declared.Drawn);
        _onHand = null;
        _shares.Take(declared.Campaign, declared.Owner, declared.Used, declared.IsOver);
        _unheard.RemoveAll(one => one.Campaign == declared.Campaign && (one.Grant.Number <= declared.Heard || !ReferenceEquals(one.Grant.For, declared.By)));
        if (declared.Trials.IsEmpty && declared.Drawn.IsEmpty) _declared.Remove(declared.Campaign);
        else _declared[declared.Campaign] = declared;
        var isNew = _durations.Learn(declared.Trials);
        if (isNew) Forget();
        Know(declared);
        foreach (var trial in declared.Trials)
            if (_arrived.TryAdd(trial.Job.Name, _arrivals)) _arrivals++;
        var held = last?.Trials.Where(trial => trial.IsHeld).Select(trial => trial.Trial) ?? [];
        return isNew || drew || last?.WantsRest != declared.WantsRest || last.AwaitsEarlier != declared.AwaitsEarlier || !held.SequenceEqual(declared.Trials.Where(trial => trial.IsHeld).Select(trial => trial.Trial)) || declared.Trials.Length != before || declared.Trials.Any(trial => !IsAsPlanned(declared.Campaign, trial));
    }

    private bool IsAsPlanned(string campaign, TrialWork trial)
    {
        if (!_jobs.TryGetValue(trial.Job.Name, out var planned)) return false;
        var job = Granted(campaign, trial);
        return ReferenceEquals(job.Shape, planned.Shape)
            && job.Tasks.Select(task => (task.Phase, task.Way)).SequenceEqual(planned.Tasks.Select(task => (task.Phase, task.Way)))
            && job.Samples.Select(sample => (sample.Location, sample.Goal)).SequenceEqual(planned.Samples.Select(sample => (sample.Location, sample.Goal)));
    }

    private SchedulingState State() => _breakers.Barred.Aggregate(
        SchedulingState.Of(LabPositions.Layout(_lab, _others)).With(new SchedulingEvent.ResourceOut(Person, DateTimeOffset.UnixEpoch)),
        (state, barred) => state.With(new SchedulingEvent.ResourceOut(barred.Instrument, DateTimeOffset.UnixEpoch, barred.Until)));

    /// <summary>An instrument that fails again and again is given nothing more to do for a while.</summary>
    /// <returns>What is new about its breaker; null where nothing is.</returns>
    public BreakerChanged? Hear(SchedulerMessage.Concluded ended)
    {
        _carriages.Learn(ended);
        if (_breakers.Hear(ended.Instrument, ended.Action, ended.Result, ended.At) is not { } changed) return null;
        _state = _state.With(new SchedulingEvent.ResourceBack(changed.Instrument));
        if (changed.Until is { } until) _state = _state.With(new SchedulingEvent.ResourceOut(changed.Instrument, DateTimeOffset.UnixEpoch, until));
        return changed;
    }

    /// <summary>The instruments that what was granted is to try after their cool-down.</summary>
    public IEnumerable<BreakerChanged> Probes(string campaign, Grant grant, DateTimeOffset now)
    {
        string[] used = grant is Grant.Carry carry ? [carry.Carrier]
            : Of($"{campaign}/{grant.Trial}").Trial.Job.Tasks.First(task => task.Name == grant.Step).Ways[((Grant.Begin)grant).Way].Needs.Select(need => need.Of).ToArray();
        return used.Select(instrument => _breakers.Begin(instrument, $"'{grant.Step}' of {campaign}/{grant.Trial}", now)).OfType<BreakerChanged>();
    }

    /// <summary>A lab's file need not name the instruments that come by themselves.</summary>
    private void Know(SchedulerMessage.Declare declared)
    {
        var before = _others.Count;
        foreach (var trial in declared.Trials)
        {
            if (_known.TryGetValue(trial.Job.Name, out var known) && ReferenceEquals(known.Job, trial.Job)) continue;
            foreach (var task in trial.Job.Tasks)
                foreach (var way in task.Ways)
                    foreach (var need in way.Needs)
                        if (!_state.Layout.Has(need.Of)) _others.Add(need.Of);
        }

        if (_others.Count == before) return;
        _state = State();
        Forget();
    }

    /// <summary>Shapes are made anew, and compared with those of before.</summary>
    private void Forget()
    {
        foreach (var name in _known.Keys.ToArray()) _known[name] = _known[name] with { Job = null };
    }

    /// <summary>Plans anew and grants what is due. Members of one shared action come together.</summary>
    public IReadOnlyList<ImmutableArray<(string Campaign, Grant Grant)>> Plan(DateTimeOffset now)
    {
        Refresh();
        _detour = _detour.With(_state.Layout, _detour.Out.At(Away.Names, _breakers.Barred, now));
        _vain.Clear();
        var (granted, held) = (new List<ImmutableArray<(string, Grant)>>(), Loading.ShutOut());
        var (stock, shut, left) = Reserve(held);
        if (_newcomers.Look(_jobs, held.Contains, _state.Followed.Values.Any(place => place.IsChosen)) && Scheduler.Improve(_state with { Held = held.ToImmutable(), Shut = shut }, now, Effort) is { } better) _state = _state.Following(better, isFound: true);
        while (true)
        {
            var vain = _vain.Count;
            var schedule = Scheduler.Plan(_state with { Held = held.ToImmutable(), Shut = shut }, now);
            if (!Grant(schedule, now, granted, held, shut))
            {
                (_state, Followed) = (_state.Following(schedule), schedule);
                _waits.Take(schedule, _jobs, left, instrument => Away.Why(instrument) ?? new WaitReason(WaitKind.Barred, instrument).ToString(), task => _vain.Why(task) ?? Loading.Why(task) ?? (HoldStart.Unsure(_declared.Values, [_jobs[task.Job]]).Contains(task) ? HoldStart.Why : null));
                if (stock is not null) _reserved = stock.AsPlanned(schedule);
                return granted;
            }

            // Whoever cannot go where the plan would have it stays where it is, and the plan without it is the one that is followed.
            held.UnionWith(Loading.ShutOut());
            if (_vain.Count > vain)
            {
                // What is kept back draws nothing now, and what was reserved for it is for the others.
                held.ExceptWith(stock?.Held ?? []);
                (stock, shut, left) = Reserve(held);
            }

            _state = _state.WithJobs(_jobs.Values.Where(job => !job.IsDone), _state.Used);
        }
    }

    private TaskShape ShapeOf(TaskKey task) => _jobs[task.Job].Shape[task.Task];

    private BatchLoading Loading => new(_lab, _state.Layout, _jobs);

    /// <param name="held">Takes what is not to begin.</param>
    /// <returns>What is reserved, the ways that are not to be taken, and by task the instruments because of which ways are left out.</returns>
    private (StockHold? Stock, ShutWays Shut, Dictionary<TaskKey, string[]> Left) Reserve(ImmutableHashSet<TaskKey>.Builder held)
    {
        var stock = default(StockHold);
        held.UnionWith(Withheld(ref stock).Concat(HoldStart.Unsure(_declared.Values, _jobs.Values)));
        _shut.Begin(stock?.Shut ?? [], task => ShapeOf(task).Ways.Length);
        return (stock, _shut, _detour.Out.IsEmpty ? [] : _detour.Close(_shut, _jobs.Values, _free));
    }

    private IEnumerable<TaskKey> Withheld(ref StockHold? stock)
    {
        Short = [];
        if (Supply.IsEmpty && !_declared.Values.Any(declared => declared.Trials.Any(trial => trial.IsHeld))) return [];
        var (keys, trials) = (new List<TaskKey>(), new List<(JobProgress Job, TrialWork Work, string Campaign)>());
        foreach (var (campaign, declared) in _declared)
        {
            foreach (var trial in declared.Trials)
            {
                var job = _jobs[trial.Job.Name];
                if (_vain.IsHeld(trial.Job.Name) || (trial.IsHeld && job.Tasks.All(task => task.Phase == TaskPhase.Waiting))) keys.AddRange(job.Shape.Tasks.Select(task => task.Key));
                else trials.Add((job, trial, campaign));
            }
        }

        if (Supply.IsEmpty) return keys;
        stock = new StockHold(OnHand, trials.OrderByDescending(one => one.Job.Shape.Job.Priority).ThenBy(one => one.Job.Number), _reserved, _detour.Out.IsAny, _stocks);
        Short = stock.Short;
        return keys.Concat(stock.Held);
    }

    /// <returns>Whether something that is due was refused.</returns>
    private bool Grant(Schedule schedule, DateTimeOffset now, List<ImmutableArray<(string, Grant)>> granted, ImmutableHashSet<TaskKey>.Builder held, ShutWays shut)
    {
        var (isRefused, passing) = (false, new SafePassage(_lab, _state.Layout, _jobs, _later));
        foreach (var task in schedule.DueMoves)
        {
            if (_vain.Hold(schedule, _jobs[task.Task.Job], Of(task.Task.Job).Trial, held)) isRefused = true;
            else if (Loading.MayEnter(task.Task, task.Move!.To) && passing.Allows(task) && Carry(task, now) is { } carry) granted.Add([carry]);
            else
            {
                Refuse(task, held, shut);
                isRefused = true;
            }
        }

        foreach (var task in schedule.Due)
        {
            if (_vain.Hold(schedule, _jobs[task.Task.Job], Of(task.Task.Job).Trial, held)) isRefused = true;
            else if (!passing.Allows(task))
            {
                Refuse(task, held, shut);
                isRefused = true;
            }
            else if (BatchOf(task) is not { } batch) granted.Add([Begin(task.Task, task.Way, task.Location, now, isShared: false)]);
            else if (Loading.Together(batch, task.Setting) is { Count: > 0 } together)
            {
                if (passing.Allows(together.ToDictionary(one => one.Job, one => one.Job.With(one.Task, one.Job.Tasks[one.Task] with { Phase = TaskPhase.Running })))) granted.Add([.. together.Select(one => Begin(one.Job.Shape.Tasks[one.Task].Key, one.Way, null, now, isShared: true))]);
                else isRefused |= together.Count(one => held.Add(one.Job.Shape.Tasks[one.Task].Key)) > 0;
            }
            else
            {
                // Whoever rests there does not make room by itself: planned again and again, it would never begin, and nobody would hear so.
                isRefused |= RestsAt(task.Location) && held.Add(task.Task);
            }
        }

        return isRefused;
    }

    private bool RestsAt(string? location) => location is not null && _state.Layout.Location(location) is var at && _jobs.Values.Any(job => Obstruction.IsResting(job) && job.Samples.Any(sample => sample.Location == at));

    /// <summary>Whoever cannot go there now may be able to go elsewhere; who cannot go anywhere waits.</summary>
    private void Refuse(PlannedTask task, ImmutableHashSet<TaskKey>.Builder held, ShutWays shut)
    {
        shut.Add(new TaskWay(task.Task, task.Way), ShapeOf(task.Task).Ways.Length);
        if (shut.Of(task.Task)!.Contains(false)) return;
        held.Add(task.Task);
        shut.Open(task.Task);
    }

    /// <summary>Everything declared and granted, as the scheduler reads it.</summary>
    private void Refresh()
    {
        _positions.Clear();
        _jobs.Clear();
        _free.Clear();
        _later.Clear();
        foreach (var (_, declared) in _declared)
            foreach (var trial in declared.Trials) _positions.Take(trial.Sample);
        foreach (var (campaign, declared) in _declared)
        {
            foreach (var trial in declared.Trials)
            {
                _jobs.Add(trial.Job.Name, Granted(campaign, trial));
                _settings.Take(_jobs[trial.Job.Name]);
                if (trial.IsFree) _free.Add(trial.Job.Name);
                if (trial.Later is { } later && !_lab.Locations.IsEmpty) _later.Add(trial.Job.Name, Progress(later, JobShape.Of(later.Job, _state.Layout)));
            }
        }

        foreach (var gone in _known.Keys.Where(name => !_jobs.ContainsKey(name)).ToArray()) _known.Remove(gone);
        foreach (var gone in _arrived.Keys.Where(name => !_jobs.ContainsKey(name)).ToArray()) _arrived.Remove(gone);
        _state = _settings.In(_state).WithJobs(_jobs.Values.Where(job => !job.IsDone), _shares.Used).WithoutWaysOf(_changed) with { Carriages = _carriages.Known, Shares = _shares.Shares };
        _changed.Clear();
    }

    /// <summary>As declared, with what was granted and not heard yet. What was granted of another job is declined when it is.</summary>
    private JobProgress Granted(string campaign, TrialWork trial) => _unheard.Count == 0 ? Progress(trial)
        : _unheard.Where(one => one.Campaign == campaign && one.Grant.Trial == trial.Trial && ReferenceEquals(one.Grant.Job, trial.Job)).Aggregate(Progress(trial), (job, one) => With(job, one.Grant));

    private JobProgress Progress(TrialWork trial)
    {
        var known = _known.GetValueOrDefault(trial.Job.Name);
        if (known is not null && ReferenceEquals(known.Job, trial.Job) && ReferenceEquals(known.Work, trial)) return known.Progress;
        var shape = known is not null && ReferenceEquals(known.Job, trial.Job) ? known.Shape : JobShape.Of(_durations.In(trial.Job), _state.Layout, known?.Shape ?? _lastShape);
        _lastShape = shape;
        if (known is not null && !ReferenceEquals(known.Shape, shape) && !shape.HasWaysOf(known.Shape)) _changed.Add(trial.Job.Name);
        var progress = Progress(trial, shape);

        // When a carriage is expected to end is learnt meanwhile.
        _known[trial.Job.Name] = new KnownJob(trial.Job, shape, trial.Sample.Carrier is null ? trial : null, progress);
        return progress;
    }

    private JobProgress Progress(TrialWork trial, JobShape shape)
    {
        var sample = trial.Sample.Location is { } at
            ? new SampleProgress(_state.Layout.Location(at), trial.Sample.Goal is { } goal ? _state.Layout.Location(goal) : -1, trial.Sample.Carrier is { } carrier ? _state.Layout.Resource(carrier) : -1, trial.Sample.Carrier is { } by ? (trial.Sample.Since + _carriages.Of(by)).UtcTicks : 0)
            : new SampleProgress(-1);
        return new JobProgress(shape, _arrived[trial.Job.Name], [.. trial.Tasks.Select(task => new TaskProgress(task.Phase, task.Way, task.Since.UtcTicks, task.Until.UtcTicks))], [.. shape.Samples.Select(_ => sample)]);
    }

    /// <summary>With what was granted and not heard yet.</summary>
    private JobProgress With(JobProgress job, Grant grant)
    {
        var task = Array.FindIndex(job.Shape.Tasks, shape => shape.Key.Task == grant.Step);
        if (task < 0 || job.Tasks[task].Phase != TaskPhase.Waiting) return job;
        var (sample, since) = (job.Shape.Tasks[task].Sample, grant.At.UtcTicks);
        if (grant is Grant.Carry carry)
        {
            _positions.Take(new SampleStanding(carry.Goal, carry.To));
            return job.WithSample(sample, new SampleProgress(job.Samples[sample].Location, _state.Layout.Location(carry.Goal), _state.Layout.Resource(carry.Carrier), since + carry.Duration.Ticks));
        }

        var begin = (Grant.Begin)grant;
        var way = job.Shape.Tasks[task].Ways[begin.Way];
        job = job.With(task, new TaskProgress(TaskPhase.Running, begin.Way, since, since + way.Duration + begin.SetUp.Select(name => _lab.SetUpOf(name).Ticks).DefaultIfEmpty(0).Max()));
        if (way.Location < 0) return job;
        _positions.Take(new SampleStanding(_state.Layout.Locations[way.Location].Name, begin.Position));
        return job.WithSample(sample, new SampleProgress(way.Location));
    }

    /// <param name="location">Where the sample appears, if it was nowhere before.</param>
    private (string Campaign, Grant Grant) Begin(TaskKey task, int way, string? location, DateTimeOffset now, bool isShared)
    {
        var (campaign, trial) = Of(task.Job);
        var position = trial.Sample.Location is null && location is not null ? _positions.TakeFree(location) : trial.Sample.Position;
        return Told(campaign, task.Job, new Grant.Begin(++_grants, trial.Trial, task.Task, now, way, position, isShared) { SetUp = [.. _settings.ChangedBy(ShapeOf(task).Ways[way])], For = _declared[campaign].By, Job = trial.Job, Waited = _waits.Of(task) });
    }

    /// <summary>Null where its goal has no position free, which a sample that has left a moment ago may still take.</summary>
    private (string Campaign, Grant Grant)? Carry(PlannedTask task, DateTimeOffset now)
    {
        var ((campaign, trial), move) = (Of(task.Task.Job), task.Move!);
        if (trial.Sample.Position is not { } from || _positions.TakeFree(move.To) is not { } to) return null;
        return Told(campaign, task.Task.Job, new Grant.Carry(++_grants, trial.Trial, task.Task.Task, now, from, to, move.To, move.Carrier, _positions.CommandOf(move.Carrier), move.End - move.Start) { For = _declared[campaign].By, Job = trial.Job, Waited = _waits.HandOver(task.Task) });
    }

    private (string Campaign, Grant Grant) Told(string campaign, string job, Grant grant)
    {
        _unheard.Add((campaign, grant));
        _jobs[job] = With(_jobs[job], grant);
        return (campaign, grant);
    }

    private (string Campaign, TrialWork Trial) Of(string job)
    {
        foreach (var (campaign, declared) in _declared)
            foreach (var trial in declared.Trials)
                if (trial.Job.Name == job) return (campaign, trial);
        throw new InvalidOperationException($"nobody declared '{job}'");
    }

    private string? BatchOf(PlannedTask task) => task.Resources.FirstOrDefault(resource => _state.Layout.Resources[_state.Layout.Resource(resource)].IsBatch);
}
