namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// One plan: first what has been begun, then everything else, in an order that can be given. Each unit is placed where what is planned already leaves room, so nothing that comes later
/// delays what came earlier, and gaps are used.
/// </summary>
internal sealed class Planning
{
    private readonly SchedulingState _state;
    private readonly Placer _placer;
    private readonly int _ahead;

    /// <summary>By job: so many of its units are begun, or come before one that is.</summary>
    private readonly int[] _begun;

    /// <param name="ahead">How many tasks are planned at most, beside those of jobs that have been begun.</param>
    public Planning(SchedulingState state, long now, int ahead)
    {
        (_state, _ahead) = (state, ahead);
        Board = new Board(state, now);
        _placer = new Placer(Board);
        for (var job = 0; job < Board.Jobs.Length; job++)
        {
            for (var task = 0; task < Board.Jobs[job].Tasks.Length; task++)
            {
                var isFollowed = state.Followed.TryGetValue(Board.Jobs[job].Shape.Tasks[task].Key, out var place);
                // Once a batch has been given a time, that stands.
                if (!isFollowed || place.Opens == 0) Board.Waits[Board.FirstTask[job] + task] = Board.Jobs[job].Shape.Tasks[task].FillFor;
                if (!isFollowed) continue;
                Board.Opens[Board.FirstTask[job] + task] = place.Opens;
                Board.Preferred[Board.FirstTask[job] + task] = place.Way;
                if (place.IsChosen || IsWhereItStands(job, task)) Board.HoldsUntil[Board.FirstTask[job] + task] = place.HoldsUntil;
            }
        }

        _begun = new int[Board.Jobs.Length];
        for (var job = 0; job < _begun.Length; job++)
            for (var unit = 0; unit < Board.Jobs[job].Shape.Units.Length; unit++)
                if (Board.IsBegun(job, unit)) _begun[job] = unit + 1;
        PlaceBegun();
        ForgetWays();
    }

    public Board Board { get; }

    /// <summary>Jobs, as often as they have units that wait and are not begun; the units of a job come in their own order.</summary>
    public int[] Order()
    {
        var (waiting, left, held) = (new List<Waiting>(), new List<Waiting>(), new List<Waiting>());
        for (var job = 0; job < Board.Jobs.Length; job++)
        {
            var (shape, isHeld, isLeft) = (Board.Jobs[job].Shape, false, false);
            for (var unit = 0; unit < shape.Units.Length; unit++)
            {
                if (!IsLeft(job, unit)) continue;
                var rank = _state.Followed.TryGetValue(shape.Tasks[shape.Units[unit][0]].Key, out var place) ? place.Rank : int.MaxValue;
                isHeld |= Array.Exists(shape.Units[unit], task => Board.IsHeld[Board.FirstTask[job] + task]);
                isLeft |= Array.Exists(shape.Units[unit], task => _state.Unplanned.Contains(shape.Tasks[task].Key));
                (rank < int.MaxValue ? waiting : isHeld ? held : isLeft ? left : waiting).Add(new Waiting(job, unit, shape.Job.Priority, rank));
            }
        }

        // What is kept back comes last: it never has a place, and its lack of one says nothing about the order of the others. Neither does that of what could not be planned.
        var order = new List<int>(waiting.Count + left.Count + held.Count);
        foreach (var equals in waiting.Concat(left).GroupBy(one => one.Priority).OrderByDescending(group => group.Key))
        {
            var sorted = equals.OrderBy(one => one.Rank).ThenBy(one => one.Job).ThenBy(one => one.Unit).ToList();
            var isKept = waiting.TrueForAll(one => one.Priority != equals.Key || one.Rank < int.MaxValue);
            order.AddRange(isKept ? sorted.Where(one => one.Rank < int.MaxValue).Select(one => one.Job) : Fair(sorted));
            if (isKept) order.AddRange(Fair(sorted.FindAll(one => one.Rank == int.MaxValue)));
        }

        order.AddRange(held.Select(one => one.Job));
        return [.. order];
    }

    public void PlaceRest(ReadOnlySpan<int> order)
    {
        Span<int> next = Board.Jobs.Length <= 512 ? stackalloc int[Board.Jobs.Length] : new int[Board.Jobs.Length];
        var placed = 0;
        foreach (var job in order)
        {
            while (!IsLeft(job, next[job])) next[job]++;
            var unit = Board.Jobs[job].Shape.Units[next[job]];
            if (placed < _ahead)
            {
                if (_placer.Place(job, next[job])) placed += unit.Length;
                Board.Settle();
            }
            else
            {
                foreach (var task in unit) Board.Slots[Board.FirstTask[job] + task].Why = WaitKind.Later;
            }

            next[job]++;
        }
    }

    private void PlaceBegun()
    {
        var units = new List<(int Job, int Unit)>();
        for (var job = 0; job < _begun.Length; job++)
            for (var unit = 0; unit < _begun[job]; unit++)
                if (Array.Exists(Board.Jobs[job].Shape.Units[unit], task => Board.IsWaiting(job, task))) units.Add((job, unit));
        if (units.Count == 0) return;
        units = [.. units.OrderBy(unit => Held(unit.Job, unit.Unit)).ThenBy(unit => Board.Jobs[unit.Job].Shape.Units[unit.Unit].Where(task => Board.IsWaiting(unit.Job, task)).Min(task => Rank(unit.Job, task))).ThenBy(unit => unit.Job).ThenBy(unit => unit.Unit)];

        // Samples whose time runs come first, whose time is over first of all; then those whose time is not over before them. Then as the lab has followed it so far; then step by step, if none
        // can go all the way while the others stand still.
        var inTime = units.OrderBy(unit => Held(unit.Job, unit.Unit) switch { Ticks.Never => 2, var held when held < Board.Now => 1, _ => 0 }).ToList();
        Action[] attempts = [() => PlaceWhole(units), () => PlaceWhole(inTime), () => PlaceAsFollowed(units), () => PlaceInSteps(units)];
        var (least, best, last) = (Trouble.Most, attempts[0], attempts[0]);
        for (var k = 0; k < attempts.Length; k++)
        {
            if (k == 1 ? inTime.SequenceEqual(units) : least is { Left: 0, Late: 0 }) continue;
            TakeBack(units);
            last = attempts[k];
            last();
            var trouble = TroubleOf(units);
            if (trouble == default) return;
            if (trouble.CompareTo(least) < 0) (least, best) = (trouble, last);
        }

        // It stands as it was placed last.
        if (best == last) return;
        TakeBack(units);
        best();
    }

    /// <summary>When the first of its tasks whose hold runs has to start; <see cref="Ticks.Never"/> where none runs.</summary>
    private long Held(int job, int unit) => Board.Jobs[job].Shape.Units[unit].Where(task => Board.IsWaiting(job, task)).Min(task => Lateness.Held(Board, job, task));

    private Trouble TroubleOf(List<(int Job, int Unit)> units)
    {
        var trouble = default(Trouble);
        foreach (var (job, unit) in units)
        {
            foreach (var task in Board.Jobs[job].Shape.Units[unit])
            {
                if (Board.IsWaiting(job, task)) trouble = trouble with { Left = trouble.Left + 1 };
                else if (Lateness.Of(Board, job, task) is > 0 and var over) trouble = new Trouble(trouble.Left, trouble.Late + (Lateness.Latest(Board, job, task) < Board.Now ? 0 : 1), trouble.Over + over);
            }
        }

        return trouble;
    }

    private void PlaceWhole(List<(int Job, int Unit)> units)
    {
        var left = units.ToList();
        while (left.RemoveAll(unit => _placer.Place(unit.Job, unit.Unit)) > 0 && left.Count > 0)
        {
        }
    }

    private void PlaceAsFollowed(List<(int Job, int Unit)> units)
    {
        var tasks = units.SelectMany(unit => Board.Jobs[unit.Job].Shape.Units[unit.Unit].Where(task => Board.IsWaiting(unit.Job, task)).Select(task => (unit.Job, Task: task))).OrderBy(one => Rank(one.Job, one.Task)).ToList();
        while (tasks.FindIndex(one => _placer.PlaceAlone(one.Job, one.Task)) is var placed && placed >= 0) tasks.RemoveAt(placed);
    }

    private void PlaceInSteps(List<(int Job, int Unit)> units)
    {
        var samples = new StepOrder(Board, Rank).Of(units);
        var others = units.SelectMany(unit => Board.Jobs[unit.Job].Shape.Units[unit.Unit].Where(task => Board.IsWaiting(unit.Job, task) && Board.Jobs[unit.Job].Shape.Tasks[task].Sample < 0).Select(task => (unit.Job, Task: task)))
            .OrderBy(one => Rank(one.Job, one.Task)).ToList();
        bool moved;
        do
        {
            moved = others.RemoveAll(one => _placer.PlaceAlone(one.Job, one.Task)) > 0;
            while (samples.Count > 0 && _placer.PlaceAlone(samples[0].Job, samples[0].Task))
            {
                samples.RemoveAt(0);
                moved = true;
            }

            if (moved || samples.Count == 0) continue;

            // Others do not wait for one that has nowhere to go.
            var stuck = samples[0].Job;
            moved = samples.RemoveAll(one => one.Job == stuck) > 0;
        }
        while (moved);
    }

    private void TakeBack(List<(int Job, int Unit)> units)
    {
        Board.Return(0);
        foreach (var (job, unit) in units) Board.TakeBack(job, unit);
    }

    /// <summary>Of what is not begun only a way that was searched for is kept: another may end earlier by now.</summary>
    private void ForgetWays()
    {
        for (var job = 0; job < Board.Jobs.Length; job++)
            for (var task = 0; task < Board.Jobs[job].Tasks.Length; task++)
                if (!_state.Followed.TryGetValue(Board.Jobs[job].Shape.Tasks[task].Key, out var place) || !place.IsChosen) Board.Preferred[Board.FirstTask[job] + task] = -1;
    }

    /// <summary>Nobody is carried elsewhere for another way of it: that could be in the way of others.</summary>
    private bool IsWhereItStands(int job, int task)
    {
        var shape = Board.Jobs[job].Shape.Tasks[task];
        return Array.TrueForAll(shape.Ways, way => way.Location == shape.Ways[0].Location);
    }

    private int Rank(int job, int task) => _state.Followed.TryGetValue(Board.Jobs[job].Shape.Tasks[task].Key, out var place) ? place.Rank : int.MaxValue;

    /// <summary>Whoever has used the lab least comes next, and of the owners that are one principal's the one that has.</summary>
    private List<int> Fair(List<Waiting> sorted)
    {
        var owners = sorted.GroupBy(one => Board.Jobs[one.Job].Shape.Job.Owner, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToArray()).ToArray();
        var next = new int[owners.Length];
        long[] used = [.. owners.Select(units => _state.Used.GetValueOrDefault(Board.Jobs[units[0].Job].Shape.Job.Owner))];
        var (principals, shares) = (Array.ConvertAll(owners, units => Principal(Board.Jobs[units[0].Job].Shape.Job)), new Dictionary<(string, bool), long>());
        foreach (var owner in Board.Jobs.Select(job => job.Shape.Job).DistinctBy(job => job.Owner))
            shares[Principal(owner)] = _state.Shares.TryGetValue(Principal(owner), out var known) ? known : shares.GetValueOrDefault(Principal(owner)) + _state.Used.GetValueOrDefault(owner.Owner);
        var order = new List<int>(sorted.Count);
        while (order.Count < sorted.Count)
        {
            var least = -1;
            for (var owner = 0; owner < owners.Length; owner++)
                if (next[owner] < owners[owner].Length && (least < 0 || (shares[principals[owner]], used[owner]).CompareTo((shares[principals[least]], used[least])) < 0)) least = owner;
            var (job, unit, _, _) = owners[least][next[least]++];
            order.Add(job);
            var takes = 0L;
            foreach (var task in Board.Jobs[job].Shape.Units[unit]) takes += Board.Jobs[job].Shape.Tasks[task].Ways[0].Duration * Board.Jobs[job].Shape.Tasks[task].Ways[0].Resources.Length;
            used[least] += takes;
            shares[principals[least]] += takes;
        }

        return order;
    }

    private static (string Name, bool IsCampaign) Principal(Job job) => OwnerShares.PrincipalOf(job.Owner, job.Principal);

    /// <summary>A unit with tasks that wait, and that is not placed with what has been begun.</summary>
    private bool IsLeft(int job, int unit)
    {
        var (tasks, shape) = (Board.Jobs[job].Tasks, Board.Jobs[job].Shape);
        if (_begun[job] > unit) return false;
        foreach (var task in shape.Units[unit])
            if (tasks[task].Phase == TaskPhase.Waiting) return true;
        return false;
    }

    /// <summary>Having no time at all is worse than being late, and being late worse than being later still.</summary>
    /// <param name="Late">Tasks that could be in time.</param>
    /// <param name="Over">Ticks, of all tasks that are late.</param>
    private readonly record struct Trouble(int Left, int Late, long Over) : IComparable<Trouble>
    {
        public static readonly Trouble Most = new(int.MaxValue, 0, 0);

        public int CompareTo(Trouble other) => (Left, Late, Over).CompareTo((other.Left, other.Late, other.Over));
    }

    private readonly record struct Waiting(int Job, int Unit, int Priority, int Rank);
}
