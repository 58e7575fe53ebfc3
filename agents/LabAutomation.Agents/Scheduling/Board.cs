using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>A plan in the making: what is booked of every resource and location, and where each task stands. Not thread-safe.</summary>
internal sealed class Board
{
    /// <summary>What is overdue is expected to need another such part of its duration, and no less than it has been overdue.</summary>
    private const int Overdue = 20;

    private readonly Stack<Undo> _done = [];

    /// <summary>By resource: what has to begin in time, and until when.</summary>
    private readonly List<(long From, long Until, long Latest)>?[] _guards;

    /// <summary>By resource; 0 of those of which nothing was seen.</summary>
    private readonly (long Expected, long Longest)[] _carriages;

    public Board(SchedulingState state, long now)
    {
        (Layout, Now) = (state.Layout, now);
        Jobs = [.. state.Jobs.Values.OrderBy(job => job.Number)];
        FirstTask = new int[Jobs.Length + 1];
        FirstSample = new int[Jobs.Length + 1];
        for (var job = 0; job < Jobs.Length; job++)
        {
            FirstTask[job + 1] = FirstTask[job] + Jobs[job].Tasks.Length;
            FirstSample[job + 1] = FirstSample[job] + Jobs[job].Samples.Length;
        }

        _carriages = [.. Layout.Resources.Select(resource => state.Carriages.GetValueOrDefault(resource.Name))];
        Slots = new Slot[FirstTask[^1]];
        IsOpen = new bool[FirstSample[^1]];
        Waits = new long[Slots.Length];
        Opens = new long[Slots.Length];
        Preferred = new int[Slots.Length];
        HoldsUntil = new long[Slots.Length];
        IsHeld = new bool[Slots.Length];
        Array.Fill(Preferred, -1);
        Array.Fill(HoldsUntil, Ticks.Never);
        Tracks = [.. Layout.Resources.Select(resource => Track(resource, state.Resource(resource.Name).Setting))];
        Places = [.. Layout.Locations.Select(location => location.Capacity == LabLocation.Unlimited ? null : new Pool(location.Capacity))];
        _guards = new List<(long, long, long)>?[Tracks.Length];
        for (var job = 0; job < Jobs.Length; job++) Enter(job);
        if (!state.Held.IsEmpty)
            for (var job = 0; job < Jobs.Length; job++)
                for (var task = 0; task < Jobs[job].Tasks.Length; task++) IsHeld[FirstTask[job] + task] = state.Held.Contains(Jobs[job].Shape.Tasks[task].Key);
        if (!state.Shut.IsEmpty) Shut = ShutIn(state.Shut);
        for (var resource = 0; resource < Tracks.Length; resource++) Enter(resource, state.Resource(Layout.Resources[resource].Name));
    }

    private Board(Board other)
    {
        (Layout, Now, Jobs, FirstTask, FirstSample, Horizon) = (other.Layout, other.Now, other.Jobs, other.FirstTask, other.FirstSample, other.Horizon);
        Slots = [.. other.Slots];
        IsOpen = [.. other.IsOpen];
        Waits = [.. other.Waits];
        Opens = [.. other.Opens];
        Preferred = [.. other.Preferred];
        HoldsUntil = [.. other.HoldsUntil];
        (IsHeld, Shut, _carriages, _guards) = (other.IsHeld, other.Shut, other._carriages, [.. other._guards.Select(guards => guards?.ToList())]);
        Tracks = [.. other.Tracks.Select(track => track.Copy())];
        Places = [.. other.Places.Select(place => (Pool?)place?.Copy())];
    }

    public LayoutIndex Layout { get; }

    public long Now { get; }

    /// <summary>In the order in which they were added.</summary>
    public JobProgress[] Jobs { get; }

    /// <summary>Index of each job's first task among all.</summary>
    public int[] FirstTask { get; }

    public int[] FirstSample { get; }

    public Slot[] Slots { get; }

    public ITrack[] Tracks { get; }

    /// <summary>Null where room never runs out.</summary>
    public Pool?[] Places { get; }

    /// <summary>By sample: its location is booked for ever, since nobody knows yet when it leaves.</summary>
    public bool[] IsOpen { get; }

    /// <summary>By task: how long a batch that it opens is kept open for others, ticks.</summary>
    public long[] Waits { get; }

    /// <summary>By task: no batch is begun with it before, ticks.</summary>
    public long[] Opens { get; }

    /// <summary>By task: the way to be taken if it can be; -1: whichever ends first.</summary>
    public int[] Preferred { get; }

    /// <summary>By task: the way to be taken is waited for no longer, ticks; then it is whichever ends first.</summary>
    public long[] HoldsUntil { get; }

    /// <summary>By task: whether it is not to be planned.</summary>
    public bool[] IsHeld { get; }

    /// <summary>By task: the ways that are not to be taken; null where all may be.</summary>
    public bool[]?[]? Shut { get; }

    /// <summary>The last end of anything that is placed or under way.</summary>
    public long Horizon { get; private set; }

    /// <summary>For <see cref="Return"/>.</summary>
    public int Mark => _done.Count;

    public Board Copy() => new(this);

    /// <summary>Becomes like the other, which is a copy of this one; waits and preferences stay.</summary>
    public void Restore(Board copy)
    {
        _done.Clear();
        Array.Copy(copy.Slots, Slots, Slots.Length);
        Array.Copy(copy.IsOpen, IsOpen, IsOpen.Length);
        for (var index = 0; index < Tracks.Length; index++) Tracks[index].Restore(copy.Tracks[index]);
        for (var index = 0; index < Places.Length; index++) Places[index]?.Restore(copy.Places[index]!);
        Horizon = copy.Horizon;
    }

    /// <param name="over">By how much it may end later.</param>
    public void Book(int resource, long from, long until, int amount, string? setting, long over)
    {
        var before = Horizon;
        Tracks[resource].Book(from, until, amount, setting, over);
        Horizon = Math.Max(Horizon, until);
        _done.Push(new Undo(UndoKind.Track, resource, from, until, amount, before));
    }

    /// <param name="number">-1: no longer taken.</param>
    public void BookPlace(int location, long from, long until, int number)
    {
        if (Places[location] is not { } place) return;
        place.Book(from, until, number, null, 0);
        _done.Push(new Undo(UndoKind.Place, location, from, until, number, Horizon));
    }

    /// <summary>What is booked there has to begin by a certain time, whatever else takes longer: who goes before it must be over by then in any case.</summary>
    public void Guard(int resource, long from, long until, long latest)
    {
        (_guards[resource] ??= []).Add((from, until, Math.Max(from, latest)));
        _done.Push(new Undo(UndoKind.Guard, resource, from, until, 0, Horizon));
    }

    /// <summary>When a resource that is free for something from a certain time on may really be used for it: not before what is guarded, if it might be in its way.</summary>
    /// <param name="longest">As long as it may take.</param>
    public long Unguarded(int resource, long from, long longest)
    {
        if (_guards[resource] is not { } guards) return from;
        var free = from;
        for (var guard = 0; guard < guards.Count; guard++)
        {
            var (begin, end, latest) = guards[guard];
            if (free >= begin || longest <= latest - free) continue;
            (free, guard) = (end, -1);
        }

        return free;
    }

    public void Open(int sample, bool open)
    {
        if (IsOpen[sample] == open) return;
        IsOpen[sample] = open;
        _done.Push(new Undo(UndoKind.Open, sample, 0, 0, 0, Horizon));
    }

    /// <summary>Takes back everything since <see cref="Mark"/> was this.</summary>
    public void Return(int mark)
    {
        while (_done.Count > mark)
        {
            var last = _done.Pop();
            Horizon = last.Horizon;
            if (last.Kind == UndoKind.Track) Tracks[last.Index].Release(last.From, last.Until, last.Amount);
            else if (last.Kind == UndoKind.Place) Places[last.Index]!.Release(last.From, last.Until, last.Amount);
            else if (last.Kind == UndoKind.Guard) _guards[last.Index]!.RemoveAt(_guards[last.Index]!.Count - 1);
            else IsOpen[last.Index] = !IsOpen[last.Index];
        }
    }

    /// <summary>What has been done so far stands.</summary>
    public void Settle() => _done.Clear();

    /// <summary>The unit waits again; what was booked for it goes with <see cref="Return"/>.</summary>
    public void TakeBack(int job, int unit)
    {
        foreach (var task in Jobs[job].Shape.Units[unit])
            if (Slots[FirstTask[job] + task].Stage == SlotStage.Placed) Slots[FirstTask[job] + task].Stage = SlotStage.Waiting;
    }

    public bool IsWaiting(int job, int task) => Slots[FirstTask[job] + task].Stage == SlotStage.Waiting;

    /// <summary>Something of it has happened, or its sample is in the lab.</summary>
    public bool IsBegun(int job, int unit)
    {
        var progress = Jobs[job];
        foreach (var task in progress.Shape.Units[unit])
        {
            var sample = progress.Shape.Tasks[task].Sample;
            if (progress.Tasks[task].Phase != TaskPhase.Waiting || sample >= 0 && progress.Samples[sample].Location >= 0) return true;
        }

        return false;
    }

    private bool[]?[] ShutIn(ShutWays shut)
    {
        var tasks = new bool[]?[Slots.Length];
        for (var job = 0; job < Jobs.Length; job++)
        {
            for (var task = 0; task < Jobs[job].Tasks.Length; task++) tasks[FirstTask[job] + task] = shut.Of(Jobs[job].Shape.Tasks[task].Key);
        }

        return tasks;
    }

    private ITrack Track(LabResource resource, string? setting) =>
        resource is { Capacity: > 1, IsBatch: false } ? new Pool(resource.Capacity) : new Sequence(resource.Capacity, resource.IsBatch, resource.SetUp.Ticks, resource.IsSetUpInTask, Now, setting);

    private void Enter(int job)
    {
        var progress = Jobs[job];
        for (var task = 0; task < progress.Tasks.Length; task++)
        {
            ref var slot = ref Slots[FirstTask[job] + task];
            var (phase, chosen, since, until) = progress.Tasks[task];
            slot.Carrier = -1;
            slot.ArrivedBy = -1;
            if (phase == TaskPhase.Waiting) continue;
            var way = progress.Shape.Tasks[task].Ways[chosen];
            (slot.Stage, slot.Way, slot.Start, slot.End) = (SlotStage.Fixed, chosen, since, phase == TaskPhase.Done ? until : Expected(until, way.Duration));
            if (phase == TaskPhase.Done) continue;
            var longest = way.Longest + (way.Settings is null ? 0 : Math.Max(0, until - since - way.Duration));
            var over = since + longest > Now ? Math.Max(0, since + longest - slot.End) : until > Now ? 0 : Ticks.Never;
            for (var need = 0; need < way.Resources.Length; need++) Tracks[way.Resources[need]].Occupy(Math.Min(since, Now), slot.End, way.Amounts[need], way.SettingOf(need), over);
            Horizon = Math.Max(Horizon, slot.End);
        }

        for (var sample = 0; sample < progress.Samples.Length; sample++) Enter(job, sample, progress.Samples[sample]);
    }

    private void Enter(int job, int sample, SampleProgress stands)
    {
        if (stands.Location < 0) return;
        if (stands.IsMoving)
        {
            var arrival = Arrival(stands);
            var latest = stands.Until + CarriageOver(stands.Carrier);
            Tracks[stands.Carrier].Occupy(Now, arrival, 1, null, latest > Now ? Math.Max(0, latest - arrival) : Ticks.Never);
            Places[stands.Location]?.Occupy(Now, arrival, 1, null, 0);
            Horizon = Math.Max(Horizon, arrival);
        }

        var at = stands.IsMoving ? stands.Goal : stands.Location;
        var last = Array.FindIndex(Jobs[job].Shape.Tasks, task => task.Sample == sample && task.IsLastOfSample);
        var leaves = Slots[FirstTask[job] + last].Stage == SlotStage.Fixed ? Slots[FirstTask[job] + last].End : Ticks.Never;
        Places[at]?.Occupy(Now, leaves, 1, null, 0);
        IsOpen[FirstSample[job] + sample] = leaves == Ticks.Never;
    }

    private void Enter(int resource, ResourceProgress progress)
    {
        if (progress.ReadyAt > 0) Tracks[resource].Occupy(Now, Expected(progress.ReadyAt, Layout.Resources[resource].SetUp.Ticks), Layout.Resources[resource].Capacity, progress.Setting, 0);
        foreach (var (from, until) in progress.Out)
            if (until > Now) Tracks[resource].Close(Math.Max(from, Now), until);
    }

    public long Arrival(SampleProgress moving)
    {
        _ = Layout.TryRoute(moving.Location, moving.Goal, out var route);
        return Expected(moving.Until, Carriage(moving.Carrier, route.Duration));
    }

    /// <summary>What a carriage is expected to take.</summary>
    /// <param name="said">By the route.</param>
    public long Carriage(int carrier, long said) => _carriages[carrier] is { Expected: > 0 and var seen } ? seen : said;

    /// <summary>By how much longer it may take.</summary>
    public long CarriageOver(int carrier) => Math.Max(0, _carriages[carrier].Longest - _carriages[carrier].Expected);

    private long Expected(long until, long duration) => until > Now ? until : Now + Math.Max(Math.Max(duration / Overdue, Now - until), 1);

    private enum UndoKind
    {
        Track,
        Place,
        Open,
        Guard,
    }

    private readonly record struct Undo(UndoKind Kind, int Index, long From, long Until, int Amount, long Horizon);
}
