using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// What does not begin for want of a consumable. A trial that has begun has everything reserved that it is still to draw; another begins only when there is as much beside, whoever comes after it. One that rests keeps what is reserved for it, and waits for a person only. Where less was
/// counted than is reserved, each step waits for itself. Where a step can be done in several ways, what one of them draws is reserved; the others are open to it as far as there is enough for all.
/// </summary>
internal sealed class StockHold
{
    /// <summary>Of a place where a trial could be reserved for.</summary>
    private const int Worst = 3;

    private readonly List<TaskKey> _held = [];
    private readonly List<TaskWay> _shut;
    private readonly Dictionary<TaskKey, WayDraws> _chosen;
    private readonly Dictionary<TaskKey, StepDraws> _steps;
    private readonly List<ShortTrial> _short = [];
    private readonly IReadOnlyDictionary<TaskKey, WayDraws> _before;
    private readonly Func<string, bool> _isOut;
    private readonly ImmutableArray<string> _names;

    /// <summary>By consumable: what is not reserved.</summary>
    private readonly double[] _left;

    /// <summary>By consumable: what is left while a trial is looked at, and what it would draw of those in <see cref="_drawn"/>.</summary>
    private readonly double[] _rest;
    private readonly double[] _ahead;
    private readonly List<int> _drawn = [];

    /// <param name="onHand">By consumable: what was supplied less what was drawn, open actions included.</param>
    /// <param name="trials">All that are declared, with how far they are, by the order in which they came; more urgent ones first.</param>
    /// <param name="before">What was reserved before, and what was planned: see <see cref="Chosen"/>.</param>
    /// <param name="isOut">Whether an instrument is given nothing to do for now; what others draw is reserved first. The same object always answers the same.</param>
    /// <param name="known">What was worked out of trials before.</param>
    public StockHold(
        ImmutableSortedDictionary<string, double> onHand, IEnumerable<(JobProgress Job, TrialWork Work, string Campaign)> trials, IReadOnlyDictionary<TaskKey, WayDraws>? before = null, Func<string, bool>? isOut = null, TrialStocks? known = null)
    {
        (_before, _isOut, known) = (before ?? ImmutableDictionary<TaskKey, WayDraws>.Empty, isOut ?? (static _ => false), known ?? new TrialStocks());
        known.Begin(onHand.Keys);
        (_shut, _chosen, _steps) = (new List<TaskWay>(known.Shut), new Dictionary<TaskKey, WayDraws>(known.Chosen), new Dictionary<TaskKey, StepDraws>(known.Chosen));
        _names = known.Names;
        _left = [.. _names.Select(name => onHand[name])];
        (_rest, _ahead) = (new double[_left.Length], new double[_left.Length]);
        var counting = new List<Counting>();
        foreach (var (job, work, campaign) in trials)
        {
            if (known.Of(work, job.Shape) is not { Draws: true } stock) continue;
            stock.Ask(_isOut);
            counting.Add(new Counting(job, stock, campaign, Ahead(job, stock.Steps)));
        }

        foreach (var trial in counting) Commit(trial);
        foreach (var trial in counting)
            if (trial.HasBegun) Continue(trial);
        foreach (var trial in counting)
            if (!trial.HasBegun) Begin(trial);
        foreach (var trial in counting) Open(trial);
        (known.Shut, known.Chosen) = (_shut.Count, _chosen.Count);
    }

    /// <summary>Tasks that must not begin now.</summary>
    public IEnumerable<TaskKey> Held => _held;

    /// <summary>Ways of other tasks that must not be taken now.</summary>
    public IEnumerable<TaskWay> Shut => _shut;

    /// <summary>What is reserved for steps that can draw different things, by trial and step.</summary>
    public IReadOnlyDictionary<TaskKey, WayDraws> Chosen => _chosen;

    /// <summary>The trials that wait, in the order in which they will be served.</summary>
    public IReadOnlyList<ShortTrial> Short => _short;

    /// <summary>Where the plan goes another way than the one that is reserved there is enough for it, too, and from now on that is reserved: samples that are on that way must not have to turn back.</summary>
    public IReadOnlyDictionary<TaskKey, WayDraws> AsPlanned(Schedule schedule)
    {
        var reserved = new Dictionary<TaskKey, WayDraws>(_chosen);
        foreach (var task in schedule.Tasks)
            if (!task.IsRunning && _steps.TryGetValue(task.Task, out var step)) reserved[task.Task] = step.Of(task.Way);
        return reserved;
    }

    private (StepStock, int)[] Ahead(JobProgress job, StepStock[] steps)
    {
        var number = 0;
        foreach (var step in steps)
            if (IsAhead(job, step)) number++;
        var ahead = new (StepStock, int)[number];
        foreach (var step in steps)
            if (IsAhead(job, step)) ahead[^number--] = (step, Reserved(step));
        return ahead;
    }

    private static bool IsAhead(JobProgress job, StepStock step) => step.Task < 0 || job.Tasks[step.Task].Phase == TaskPhase.Waiting;

    /// <summary>Granted, and perhaps not on record yet.</summary>
    private void Commit(Counting trial)
    {
        foreach (var step in trial.Stock.Steps)
            if (step.Task >= 0 && trial.Job.Tasks[step.Task] is { Phase: TaskPhase.Running } running) Reserve(step.Ways[step.Ways.Length == 1 ? 0 : running.Way]);
    }

    private void Continue(Counting trial)
    {
        var isShort = false;
        foreach (var (step, known) in trial.Ahead)
        {
            var way = Choose(step, known, _left, TrialStock.Anywhere);
            if (step.Task >= 0 && ShortOf(step.Ways[way], _left) is >= 0 and var missing)
            {
                _held.Add(step.Key);
                if (!isShort) _short.Add(new ShortTrial(trial.Campaign, trial.Stock.Work.Trial, _names[missing], step.Draws.Of(way).Amounts[_names[missing]], _left[missing]));
                isShort = true;
            }

            Keep(step, way);
            Reserve(step.Ways[way]);
        }
    }

    private void Begin(Counting trial)
    {
        var works = trial.Stock.Works;
        var first = -1;
        Span<int> ranks = stackalloc int[works.Length];
        for (var place = 0; place < ranks.Length; place++) ranks[place] = RankOf(trial, place, works[place]);
        for (var rank = 0; rank <= Worst; rank++)
        {
            for (var place = 0; place < works.Length; place++)
            {
                if (ranks[place] != rank) continue;
                if (first < 0) first = place;
                Draw(trial, place);
                if (ShortAhead() >= 0) continue;
                trial.Place = place;
                for (var step = 0; step < trial.Ahead.Length; step++) Keep(trial.Ahead[step].Step, trial.Ways[step]);
                ReserveAhead();
                return;
            }
        }

        Draw(trial, first);
        var missing = ShortAhead();
        _short.Add(new ShortTrial(trial.Campaign, trial.Stock.Work.Trial, _names[missing], _ahead[missing], Math.Max(0, _left[missing])));
        foreach (var task in trial.Job.Shape.Tasks) _held.Add(task.Key);
    }

    /// <summary>Places that work come first, and among them those where the trial was reserved for before.</summary>
    private static int RankOf(Counting trial, int place, bool works)
    {
        var wasThere = false;
        foreach (var (step, known) in trial.Ahead)
            if (known != StepStock.None) wasThere |= BeforeAt(step, known, place) != StepStock.None;
        return (works ? 0 : 2) + (wasThere ? 0 : 1);
    }

    /// <summary>What a trial draws that is made at a place, and by which ways.</summary>
    private void Draw(Counting trial, int place)
    {
        foreach (var of in _drawn) _ahead[of] = 0;
        _drawn.Clear();
        _left.CopyTo(_rest, 0);
        for (var step = 0; step < trial.Ahead.Length; step++)
        {
            var way = Choose(trial.Ahead[step].Step, trial.Ahead[step].Known, _rest, place);
            trial.Ways[step] = way;
            foreach (var (of, amount) in trial.Ahead[step].Step.Ways[way])
            {
                _rest[of] -= amount;
                if (amount == 0) continue;
                if (!_drawn.Contains(of)) _drawn.Add(of);
                _ahead[of] += amount;
            }
        }

        _drawn.Sort();
    }

    /// <summary>The other ways of what may begin: each is as good where there is enough for it beside what is reserved for all.</summary>
    private void Open(Counting trial)
    {
        var place = trial.Stock.Work.IsFree ? trial.Place : TrialStock.Anywhere;
        if (place != TrialStock.Anywhere) OpenOthers(trial, place);
        foreach (var (step, _) in trial.Ahead)
        {
            if (step.Ways.Length == 1 || step.Task < 0 || !_chosen.TryGetValue(step.Key, out var chosen)) continue;
            foreach (var way in step.At(place))
            {
                if (ReferenceEquals(step.Draws.Ways[way], chosen)) continue;
                if (ShortOf(step.Ways[way], _left) >= 0) _shut.Add(new TaskWay(step.Key, way));
                else Reserve(step.Ways[way]);
            }
        }
    }

    /// <summary>A trial may go to another station where there is enough for all of it.</summary>
    private void OpenOthers(Counting trial, int chosen)
    {
        // What is drawn of the same wherever it is made is reserved once, and there for all places.
        if (Array.TrueForAll(trial.Ahead, one => one.Step.Ways.Length == 1)) return;
        var first = trial.Job.Shape.Tasks[0];
        for (var place = 0; place < trial.Stock.Locations.Length; place++)
        {
            if (place == chosen) continue;
            Draw(trial, place);
            if (ShortAhead() < 0) ReserveAhead();
            else
                for (var way = 0; way < first.Ways.Length; way++)
                    if (first.Ways[way].Location == trial.Stock.Locations[place]) _shut.Add(new TaskWay(first.Key, way));
        }
    }

    /// <summary>The way that was chosen before, if there is enough for it; otherwise the first of which there is, of instruments that work if there is one.</summary>
    private static int Choose(StepStock step, int known, double[] left, int place)
    {
        if (step.Ways.Length == 1) return 0;
        var there = step.At(place);
        if (known != StepStock.None && BeforeAt(step, known, place) is not StepStock.None and var before && ShortOf(step.Ways[before], left) < 0) return before;
        foreach (var isOut in (ReadOnlySpan<bool>)[false, true])
            foreach (var way in there)
                if (step.IsOut(way) == isOut && ShortOf(step.Ways[way], left) < 0) return way;
        foreach (var way in there)
            if (!step.IsOut(way)) return way;
        return there[0];
    }

    private static int BeforeAt(StepStock step, int known, int place)
    {
        foreach (var way in step.At(place))
            if (step.IsBy(way, known)) return way;
        return StepStock.None;
    }

    private int Reserved(StepStock step) => step.Ways.Length > 1 && _before.TryGetValue(step.Key, out var before) ? step.FirstBy(before) : StepStock.None;

    private void Keep(StepStock step, int way)
    {
        if (step.Ways.Length > 1) (_chosen[step.Key], _steps[step.Key]) = (step.Draws.Ways[way], step.Draws);
    }

    private void Reserve((int Of, double Amount)[] draws)
    {
        foreach (var (of, amount) in draws) _left[of] -= amount;
    }

    private void ReserveAhead()
    {
        foreach (var of in _drawn) _left[of] -= _ahead[of];
    }

    /// <summary>The first of which there is too little; -1 where there is enough of each.</summary>
    private static int ShortOf((int Of, double Amount)[] wanted, double[] left)
    {
        foreach (var (of, amount) in wanted)
            if (Amounts.IsShort(amount, left[of])) return of;
        return -1;
    }

    private int ShortAhead()
    {
        foreach (var of in _drawn)
            if (Amounts.IsShort(_ahead[of], _left[of])) return of;
        return -1;
    }

    /// <summary>A trial that draws something.</summary>
    /// <param name="Ahead">Its steps that wait, with the way that was reserved for each before, see <see cref="StepStock.FirstBy"/>.</param>
    private sealed record Counting(JobProgress Job, TrialStock Stock, string Campaign, (StepStock Step, int Known)[] Ahead)
    {
        /// <summary>By step ahead, as drawn last.</summary>
        public int[] Ways { get; } = new int[Ahead.Length];

        /// <summary>Where it is reserved for.</summary>
        public int Place { get; set; } = TrialStock.Anywhere;

        public bool HasBegun { get; } = Stock.Work.HasBegun || Job.Tasks.Any(task => task.Phase != TaskPhase.Waiting);
    }
}

/// <summary>A trial that waits for a consumable.</summary>
/// <param name="Wants">As much as it is still to draw, in the unit of the consumable.</param>
/// <param name="Left">As much as is not reserved for others.</param>
internal sealed record ShortTrial(string Campaign, int Trial, string Consumable, double Wants, double Left);
