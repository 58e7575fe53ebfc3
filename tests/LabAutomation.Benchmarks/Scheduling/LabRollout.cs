using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// A lab that does what its schedules say: after every event it plans anew and starts what is due. Tasks take longer or shorter than planned, as its random numbers say.
/// </summary>
/// <param name="spread">By so much of its duration a task may be longer, or half of that shorter.</param>
internal sealed class LabRollout(SchedulingState state, DateTimeOffset now, Random random, double spread)
{
    private readonly PriorityQueue<SchedulingEvent, (DateTimeOffset At, int Number)> _ahead = new();
    private readonly Dictionary<TaskKey, PlannedTask> _begun = [];
    private readonly Dictionary<(string, DateTimeOffset), TimeSpan> _batches = [];
    private readonly Dictionary<TaskKey, PlannedMove> _moves = [];
    private int _number;

    public SchedulingState State { get; private set; } = state;

    public DateTimeOffset Now { get; private set; } = now;

    public List<PlannedTask> Done { get; } = [];

    /// <summary>Looks at every plan.</summary>
    public Action<SchedulingState, Schedule>? OnPlan { get; init; }

    /// <summary>Ends the run early.</summary>
    public Func<SchedulingState, bool>? StopsWhen { get; init; }

    /// <summary>Seconds that each plan took, taking the events into the state and the plan into effect included.</summary>
    public List<double> Seconds { get; } = [];

    public List<double> ProcessorSeconds { get; } = [];

    /// <summary>Until nothing is left to do, or nothing can be done any more.</summary>
    /// <returns>The last plan: of what is left.</returns>
    public Schedule Run(IEnumerable<(DateTimeOffset At, SchedulingEvent What)> events)
    {
        foreach (var (at, what) in events) Later(at, what);
        var happened = new List<SchedulingEvent>();
        while (true)
        {
            var spent = Environment.CpuUsage.TotalTime;
            var begun = TimeProvider.System.GetTimestamp();
            State = happened.Aggregate(State, (state, what) => state.With(what));
            var plan = Scheduler.Plan(State, Now);
            State = State.Following(plan);
            Seconds.Add(TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
            ProcessorSeconds.Add((Environment.CpuUsage.TotalTime - spent).TotalSeconds);
            happened.Clear();
            OnPlan?.Invoke(State, plan);
            if (StopsWhen?.Invoke(State) == true) return plan;
            foreach (var setUp in plan.DueSetUps) Start(setUp);
            foreach (var task in plan.DueMoves) StartMove(task);
            foreach (var task in plan.Due) Start(task);
            var next = plan.Next;
            if (!_ahead.TryPeek(out _, out var first) && next is null) return plan;
            if (next is { } at && (_ahead.Count == 0 || at < first.At))
            {
                Now = at;
                continue;
            }

            Now = first.At;
            while (_ahead.TryPeek(out var what, out var due) && due.At <= Now)
            {
                _ahead.Dequeue();
                happened.Add(what);
                if (what is SchedulingEvent.TaskEnded ended) Done.Add(_begun[ended.Task] with { End = ended.At });
            }
        }
    }

    /// <summary>What was done, what runs, and what this plan has ahead. Moves under way are there up to now.</summary>
    public IEnumerable<PlannedTask> Whole(Schedule plan) => Done.Concat(plan.Tasks.Select(task => task.IsRunning ? _begun[task.Task] with { End = task.End } : task with { Move = task.Move ?? SoFar(task.Task) }));

    private PlannedMove? SoFar(TaskKey task) => _moves.TryGetValue(task, out var move) ? move with { End = move.End < Now ? move.End : Now } : null;

    private void Start(PlannedSetUp setUp)
    {
        State = State.With(new SchedulingEvent.SetUpStarted(setUp.Resource, setUp.Setting, Now));
        var end = Now + (setUp.End - setUp.Start);
        Later(end, new SchedulingEvent.SetUpEnded(setUp.Resource, setUp.Setting, end));
    }

    private void StartMove(PlannedTask task)
    {
        var end = Now + Actual(task.Move!.End - task.Move.Start);
        _moves[task.Task] = task.Move with { Start = Now, End = end };
        State = State.With(new SchedulingEvent.MoveStarted(task.Task, task.Move.To, task.Move.Carrier, Now));
        Later(end, new SchedulingEvent.MoveEnded(task.Task, end));
    }

    private void Start(PlannedTask task)
    {
        State = State.With(new SchedulingEvent.TaskStarted(task.Task, task.Way, Now));
        var batch = task.Resources.FirstOrDefault(name => State.Layout.Resources[State.Layout.Resource(name)].IsBatch);
        var duration = batch is not null && _batches.TryGetValue((batch, Now), out var shared) ? shared : Actual(task.End - task.Start);
        if (batch is not null) _batches[(batch, Now)] = duration;
        _begun[task.Task] = task with { Move = _moves.GetValueOrDefault(task.Task), IsRunning = true };
        Later(Now + duration, new SchedulingEvent.TaskEnded(task.Task, Now + duration));
    }

    private void Later(DateTimeOffset at, SchedulingEvent what) => _ahead.Enqueue(what, (at, _number++));

    private TimeSpan Actual(TimeSpan planned) => spread == 0 ? planned : TimeSpan.FromSeconds(Math.Max(1, Math.Round(planned.TotalSeconds * (1 + spread * (1.5 * random.NextDouble() - 0.5)))));
}
