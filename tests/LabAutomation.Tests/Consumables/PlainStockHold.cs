using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Consumables;

/// <summary>What <see cref="StockHold"/> says, worked out anew each time and by name.</summary>
internal sealed class PlainStockHold
{
    private readonly ImmutableHashSet<TaskKey>.Builder _held = ImmutableHashSet.CreateBuilder<TaskKey>();
    private readonly ImmutableHashSet<TaskWay>.Builder _shut = ImmutableHashSet.CreateBuilder<TaskWay>();
    private readonly Dictionary<TaskKey, WayDraws> _chosen = [];
    private readonly List<ShortTrial> _short = [];

    /// <summary>Where trials are reserved for that have no station yet.</summary>
    private readonly Dictionary<Counting, int> _placed = new(ReferenceEqualityComparer.Instance);
    private readonly IReadOnlyDictionary<TaskKey, WayDraws> _before;
    private readonly Func<string, bool> _isOut;
    private ImmutableSortedDictionary<string, double> _left;

    /// <param name="onHand">By consumable: what was supplied less what was drawn, open actions included.</param>
    /// <param name="trials">All that are declared, with how far they are, by the order in which they came; more urgent ones first.</param>
    /// <param name="before">What was reserved before, and what was planned: see <see cref="Chosen"/>.</param>
    /// <param name="isOut">Whether an instrument is given nothing to do for now; what others draw is reserved first.</param>
    public PlainStockHold(
        ImmutableSortedDictionary<string, double> onHand, IEnumerable<(JobProgress Job, TrialWork Work, string Campaign)> trials, IReadOnlyDictionary<TaskKey, WayDraws>? before = null, Func<string, bool>? isOut = null)
    {
        (_left, _before, _isOut) = (onHand, before ?? ImmutableDictionary<TaskKey, WayDraws>.Empty, isOut is null ? _ => false : AskedOnce(isOut));
        var counting = trials.Where(one => one.Work.Draws.Any(step => !step.IsEmpty)).Select(one => new Counting(one.Job, one.Work, one.Campaign)).ToArray();
        foreach (var trial in counting) Commit(trial);
        foreach (var trial in counting.Where(trial => trial.HasBegun)) Continue(trial);
        foreach (var trial in counting.Where(trial => !trial.HasBegun)) Begin(trial);
        foreach (var trial in counting) Open(trial);
    }

    /// <summary>It is asked for each way of each task.</summary>
    private static Func<string, bool> AskedOnce(Func<string, bool> isOut)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        return name => known.TryGetValue(name, out var so) ? so : known[name] = isOut(name);
    }

    /// <summary>Tasks that must not begin now.</summary>
    public IEnumerable<TaskKey> Held => _held;

    /// <summary>Ways of other tasks that must not be taken now.</summary>
    public IEnumerable<TaskWay> Shut => _shut;

    /// <summary>What is reserved for steps that can draw different things, by trial and step.</summary>
    public IReadOnlyDictionary<TaskKey, WayDraws> Chosen => _chosen;

    /// <summary>The trials that wait, in the order in which they will be served.</summary>
    public IReadOnlyList<ShortTrial> Short => _short;

    /// <summary>Granted, and perhaps not on record yet.</summary>
    private void Commit(Counting trial)
    {
        foreach (var step in trial.Steps)
            if (trial.Task(step) is >= 0 and var task && trial.Job.Tasks[task] is { Phase: TaskPhase.Running } running) Reserve(step.Of(running.Way).Amounts);
    }

    private void Continue(Counting trial)
    {
        foreach (var step in trial.Waiting)
        {
            var way = Choose(trial, step, _left, Counting.Anywhere);
            if (trial.Task(step) >= 0 && _left.Short(way.Amounts) is { } missing)
            {
                _held.Add(trial.Key(step));
                if (_short.All(one => one.Campaign != trial.Campaign || one.Trial != trial.Work.Trial)) _short.Add(new ShortTrial(trial.Campaign, trial.Work.Trial, missing, way.Amounts[missing], _left[missing]));
            }

            Keep(trial, step, way);
            Reserve(way.Amounts);
        }
    }

    private void Begin(Counting trial)
    {
        int[] places = [.. trial.Places.OrderBy(place => trial.Works(place, _isOut) ? 0 : 1).ThenBy(place => trial.Waiting.Any(step => WasAt(trial, step, place)) ? 0 : 1)];
        foreach (var place in places)
        {
            var (ahead, ways) = At(trial, place);
            if (_left.Short(ahead) is not null) continue;
            foreach (var (step, way) in ways) Keep(trial, step, way);
            Reserve(ahead);
            if (trial.Work.IsFree) _placed[trial] = place;
            return;
        }

        var wanted = At(trial, places[0]).Ahead;
        var missing = _left.Short(wanted)!;
        _short.Add(new ShortTrial(trial.Campaign, trial.Work.Trial, missing, wanted[missing], Math.Max(0, _left[missing])));
        foreach (var task in trial.Job.Shape.Tasks) _held.Add(task.Key);
    }

    /// <summary>What a trial draws that is made at a place.</summary>
    private (ImmutableSortedDictionary<string, double> Ahead, List<(StepDraws Step, WayDraws Way)> Ways) At(Counting trial, int place)
    {
        var (left, ahead, ways) = (_left, Amounts.None, new List<(StepDraws Step, WayDraws Way)>());
        foreach (var step in trial.Waiting)
        {
            var way = Choose(trial, step, left, place);
            (left, ahead) = (Less(left, way.Amounts), ahead.Plus(way.Amounts));
            ways.Add((step, way));
        }

        return (ahead, ways);
    }

    private bool WasAt(Counting trial, StepDraws step, int place) => step.Ways.Length > 1 && _before.TryGetValue(trial.Key(step), out var known) && trial.WaysAt(step, place).Any(way => way.By.SequenceEqual(known.By));

    /// <summary>The other ways of what may begin: each is as good where there is enough for it beside what is reserved for all.</summary>
    private void Open(Counting trial)
    {
        var place = _placed.GetValueOrDefault(trial, Counting.Anywhere);
        if (place != Counting.Anywhere) OpenOthers(trial, place);
        foreach (var step in trial.Waiting)
        {
            if (step.Ways.Length == 1 || trial.Task(step) < 0 || !_chosen.TryGetValue(trial.Key(step), out var chosen)) continue;
            for (var way = 0; way < step.Ways.Length; way++)
            {
                if (ReferenceEquals(step.Ways[way], chosen) || !trial.IsAt(step, way, place)) continue;
                if (_left.Short(step.Ways[way].Amounts) is not null) _shut.Add(new TaskWay(trial.Key(step), way));
                else Reserve(step.Ways[way].Amounts);
            }
        }
    }

    /// <summary>A trial may go to another station where there is enough for all of it.</summary>
    private void OpenOthers(Counting trial, int chosen)
    {
        // What is drawn of the same wherever it is made is reserved once, and there for all places.
        if (trial.Waiting.All(step => step.Ways.Length == 1)) return;
        foreach (var place in trial.Places.Where(place => place != chosen))
        {
            var ahead = At(trial, place).Ahead;
            if (_left.Short(ahead) is null) Reserve(ahead);
            else _shut.UnionWith(trial.Job.Shape.Tasks[0].Ways.Select((way, k) => (way, k)).Where(one => one.way.Location == place).Select(one => new TaskWay(trial.Job.Shape.Tasks[0].Key, one.k)));
        }
    }

    /// <summary>The way that was chosen before, if there is enough for it; otherwise the first of which there is, of instruments that work if there is one.</summary>
    private WayDraws Choose(Counting trial, StepDraws step, ImmutableSortedDictionary<string, double> left, int place)
    {
        if (step.Ways.Length == 1) return step.Ways[0];
        var there = trial.WaysAt(step, place);
        var before = _before.TryGetValue(trial.Key(step), out var known) ? there.FirstOrDefault(way => way.By.SequenceEqual(known.By)) : null;
        if (before is not null && left.Short(before.Amounts) is null) return before;
        WayDraws[] ways = [.. there.OrderBy(way => way.By.Any(_isOut))];
        return ways.FirstOrDefault(way => left.Short(way.Amounts) is null) ?? ways[0];
    }

    private void Keep(Counting trial, StepDraws step, WayDraws way)
    {
        if (step.Ways.Length > 1) _chosen[trial.Key(step)] = way;
    }

    private void Reserve(ImmutableSortedDictionary<string, double> draws) => _left = Less(_left, draws);

    private static ImmutableSortedDictionary<string, double> Less(ImmutableSortedDictionary<string, double> left, ImmutableSortedDictionary<string, double> draws) =>
        draws.Aggregate(left, (rest, draw) => rest.TryGetValue(draw.Key, out var there) ? rest.SetItem(draw.Key, there - draw.Value) : rest);

    /// <summary>A trial that draws something.</summary>
    private sealed record Counting(JobProgress Job, TrialWork Work, string Campaign)
    {
        /// <summary>No place in particular.</summary>
        public const int Anywhere = -1;

        /// <summary>Of its first task, where all of it happens at one of several.</summary>
        public int[] Places { get; } = Work.IsFree ? [.. Job.Shape.Tasks[0].Ways.Select(way => way.Location).Distinct()] : [Anywhere];

        public IEnumerable<WayDraws> WaysAt(StepDraws step, int place) => place == Anywhere || step.Ways.Length == 1 ? step.Ways : _there[step.Step][place];

        public bool IsAt(StepDraws step, int way, int place) => place == Anywhere || Job.Shape.Tasks[Task(step)].Ways[way].Location == place;

        /// <summary>Whether each task has instruments there that are given something to do.</summary>
        public bool Works(int place, Func<string, bool> isOut)
        {
            foreach (var task in Job.Shape.Tasks)
            {
                var works = false;
                foreach (var way in task.Ways)
                {
                    if (place != Anywhere && way.Location != place) continue;
                    works = true;
                    foreach (var name in way.Names) works &= !isOut(name);
                    if (works) break;
                }

                if (!works) return false;
            }

            return true;
        }

        /// <summary>Those without a choice come first: what only they can use is left to them.</summary>
        public StepDraws[] Steps { get; } = [.. Work.Draws.OrderBy(step => step.Ways.Length)];

        public bool HasBegun => Work.HasBegun || Job.Tasks.Any(task => task.Phase != TaskPhase.Waiting);

        public IEnumerable<StepDraws> Waiting => Steps.Where(step => Task(step) is not (>= 0 and var task) || Job.Tasks[task].Phase == TaskPhase.Waiting);

        public TaskKey Key(StepDraws step) => new(Job.Shape.Job.Name, step.Step);

        /// <summary>-1 where it waits for a person.</summary>
        public int Task(StepDraws step) => _task[step.Step];

        private readonly Dictionary<string, int> _task = Work.Draws.ToDictionary(step => step.Step, step => Array.FindIndex(Job.Shape.Tasks, task => task.Key.Task == step.Step), StringComparer.Ordinal);

        /// <summary>By step and place, of steps that draw something else at each, where all of it happens at one of several.</summary>
        private readonly Dictionary<string, ILookup<int, WayDraws>> _there = !Work.IsFree ? [] : Work.Draws.Where(step => step.Ways.Length > 1).ToDictionary(
            step => step.Step, step => Array.Find(Job.Shape.Tasks, task => task.Key.Task == step.Step)!.Ways.Select((way, k) => (way.Location, Draws: step.Of(k))).ToLookup(one => one.Location, one => one.Draws), StringComparer.Ordinal);
    }
}
