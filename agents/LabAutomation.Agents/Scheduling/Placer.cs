namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Puts units on a board, each task as early as what is there already allows, in gaps too. Where a hold would be broken or a sample would stand in the way, the task before is moved later and what
/// follows is placed anew, until all of it fits (bounds only ever rise, so this ends).
/// </summary>
internal sealed class Placer(Board board)
{
    /// <summary>Then the unit goes behind everything, where nothing is in its way.</summary>
    private const int Patience = 500;

    private readonly HoldRule _holds = new(board);
    private readonly Dictionary<int, Bound> _bounds = [];
    private readonly List<int> _marks = [];

    /// <summary>Places what waits of a unit. Otherwise the board is as it was, and the slot of the task that cannot be placed says why.</summary>
    public bool Place(int job, int unit)
    {
        var tasks = board.Jobs[job].Shape.Units[unit];
        if (tasks.Length == 1) return PlaceAll(job, tasks, long.MinValue, 1, Care.None);
        if (PlaceAll(job, tasks, long.MinValue, Patience, Care.Ample)) return PlaceNoLater(job, unit, tasks);
        return PlaceAll(job, tasks, long.MinValue, Patience, Care.Just)
            || PlaceAll(job, tasks, board.Horizon, Patience, Care.Just)
            || PlaceAll(job, tasks, long.MinValue, Patience, Care.None);
    }

    /// <summary>Care for what may take longer must not cost a sample whose time runs.</summary>
    private bool PlaceNoLater(int job, int unit, int[] tasks)
    {
        var over = _holds.Over(job, tasks);
        if (over == 0) return true;
        TakeBack(job, unit);
        if (PlaceAll(job, tasks, long.MinValue, Patience, Care.Just) && _holds.Over(job, tasks) < over) return true;
        TakeBack(job, unit);
        return PlaceAll(job, tasks, long.MinValue, Patience, Care.Ample);
    }

    /// <summary>Places one task of a unit by itself; its sample then counts as staying where it is for ever, until the next one is placed.</summary>
    public bool PlaceAlone(int job, int task)
    {
        _bounds.Clear();
        var mark = board.Mark;
        if (TryPlace(job, task, Care.None, stays: true) >= 0)
        {
            board.Return(mark);
            return false;
        }

        _holds.Guard(job, board.Jobs[job].Shape.Units[board.Jobs[job].Shape.Tasks[task].Unit], task);
        return true;
    }

    private bool PlaceAll(int job, int[] tasks, long notBefore, int patience, Care care)
    {
        _bounds.Clear();
        _marks.Clear();
        if (notBefore > long.MinValue)
            foreach (var task in tasks) _bounds[task] = new Bound(notBefore, notBefore, WaitKind.Hold, task);
        var start = board.Mark;
        for (var index = 0; index < tasks.Length; index++)
        {
            _marks.Add(board.Mark);
            if (!board.IsWaiting(job, tasks[index])) continue;
            var back = TryPlace(job, tasks[index], care, stays: false);
            if (back < 0) continue;
            var to = back < int.MaxValue && --patience > 0 ? Array.IndexOf(tasks, back) : -1;
            board.Return(to < 0 ? start : _marks[to]);
            for (var undone = Math.Max(to, 0); undone < index; undone++)
            {
                ref var slot = ref board.Slots[board.FirstTask[job] + tasks[undone]];
                if (slot.Stage == SlotStage.Placed) slot.Stage = SlotStage.Waiting;
            }

            if (to < 0)
            {
                Blame(job, tasks, tasks[index]);
                return false;
            }

            _marks.RemoveRange(to, _marks.Count - to);
            index = to - 1;
        }

        _holds.Guard(job, tasks, -1);
        return true;
    }

    /// <summary>The rest of a unit waits for the one task that cannot be placed, which may come before or after it.</summary>
    private void Blame(int job, int[] tasks, int culprit)
    {
        var isBefore = true;
        foreach (var task in tasks)
        {
            isBefore &= task != culprit;
            if (task != culprit && board.IsWaiting(job, task)) (board.Slots[board.FirstTask[job] + task].Why, board.Slots[board.FirstTask[job] + task].On) = (isBefore ? WaitKind.Follower : WaitKind.Predecessor, culprit);
        }
    }

    /// <returns>-1: placed. Otherwise the task to be placed later than it is, whose bound has risen; or <see cref="int.MaxValue"/> where this one cannot be placed at all.</returns>
    private int TryPlace(int job, int task, Care care, bool stays)
    {
        var shape = board.Jobs[job].Shape.Tasks[task];
        ref var slot = ref board.Slots[board.FirstTask[job] + task];
        var bound = _bounds.GetValueOrDefault(task, new Bound(long.MinValue, long.MinValue, WaitKind.None, -1));
        var (ready, why, on) = (board.Now, WaitKind.None, -1);
        if (shape.NotBefore > ready) (ready, why, on) = (shape.NotBefore, WaitKind.NotBefore, task);
        foreach (var (before, _) in shape.After)
        {
            ref readonly var earlier = ref board.Slots[board.FirstTask[job] + before];
            if (earlier.Stage == SlotStage.Waiting)
            {
                (slot.Why, slot.On) = (WaitKind.Predecessor, before);
                return int.MaxValue;
            }

            if (earlier.End > ready) (ready, why, on) = (earlier.End, WaitKind.Predecessor, before);
        }

        if (board.IsHeld[board.FirstTask[job] + task])
        {
            (slot.Why, slot.On) = (WaitKind.KeptBack, -1);
            return int.MaxValue;
        }

        if (bound.Start > ready) (ready, why, on) = (bound.Start, bound.Why, bound.On);
        var stand = StandOf(job, task, shape);
        var search = new WaySearch(board, task, stand, ready, bound.Arrival, shape.NotCarriedBefore, board.Opens[board.FirstTask[job] + task], _holds.Filling(job, task), stays, why, on, bound.On);
        var best = search.Best(shape.Ways, board.Preferred[board.FirstTask[job] + task], board.HoldsUntil[board.FirstTask[job] + task], board.Shut?[board.FirstTask[job] + task]);
        (slot.Why, slot.On) = (best.Why, best.On);
        if (best.Start >= Ticks.Never) return int.MaxValue;

        if (care != Care.None && _holds.Broken(job, task, best, care) is { Before: >= 0 } broken)
        {
            Raise(broken.Before, broken.Start, long.MinValue, WaitKind.Hold, task);
            return broken.Before;
        }

        var back = InTheWay(job, task, shape, stand, best);
        if (back >= 0) return back;
        Commit(job, task, shape, stand, best, stays);
        return -1;
    }

    /// <summary>The task with which the sample came to where somebody else will be before it has left.</summary>
    private int InTheWay(int job, int task, TaskShape shape, Stand stand, in Candidate best)
    {
        if (stand.Location < 0 || shape.Sample < 0 || board.IsOpen[board.FirstSample[job] + shape.Sample] || board.Places[stand.Location] is not { } place) return -1;
        var leaves = best.Carrier >= 0 ? best.MoveEnd : best.End;
        var clear = place.Clear(stand.Ready, leaves, 1);
        if (clear == stand.Ready || stand.ArrivedBy < 0) return -1;
        Raise(stand.ArrivedBy, long.MinValue, clear, WaitKind.WouldBlock, task);
        return stand.ArrivedBy;
    }

    private void Raise(int task, long start, long arrival, WaitKind why, int on)
    {
        var bound = _bounds.GetValueOrDefault(task, new Bound(long.MinValue, long.MinValue, why, on));
        _bounds[task] = new Bound(Math.Max(bound.Start, start), Math.Max(bound.Arrival, arrival), why, on);
    }

    private void Commit(int job, int task, TaskShape shape, Stand stand, in Candidate best, bool stays)
    {
        ref var slot = ref board.Slots[board.FirstTask[job] + task];
        var way = shape.Ways[best.Way];
        (slot.Stage, slot.Way, slot.Start, slot.End) = (SlotStage.Placed, best.Way, best.Start, best.End);
        (slot.Carrier, slot.From, slot.MoveStart, slot.MoveEnd) = (best.Carrier, stand.Location, best.MoveStart, best.MoveEnd);
        for (var need = 0; need < way.Resources.Length; need++) board.Book(way.Resources[need], best.Start, best.End, way.Amounts[need], way.SettingOf(need), way.Longest - way.Duration);
        if (best.Carrier >= 0) board.Book(best.Carrier, best.MoveStart, best.MoveEnd, 1, null, board.CarriageOver(best.Carrier));
        if (shape.Sample < 0) return;

        var sample = board.FirstSample[job] + shape.Sample;
        var arrives = way.Location >= 0 && way.Location != stand.Location;
        (slot.At, slot.ArrivedBy) = arrives ? (way.Location, task) : (stand.Location, stand.ArrivedBy);
        if (arrives && stand.Location >= 0)
        {
            if (board.IsOpen[sample]) board.BookPlace(stand.Location, best.MoveEnd, Ticks.Never, -1);
            else board.BookPlace(stand.Location, stand.Ready, best.MoveEnd, 1);
            board.Open(sample, false);
        }

        if (slot.At < 0) return;
        var from = arrives ? best.Carrier >= 0 ? best.MoveStart : best.Start : stand.Ready;
        var leaves = stays && !shape.IsLastOfSample ? Ticks.Never : best.End;
        if (board.IsOpen[sample])
        {
            if (!shape.IsLastOfSample) return;
            board.BookPlace(slot.At, best.End, Ticks.Never, -1);
            board.Open(sample, false);
            return;
        }

        board.BookPlace(slot.At, from, leaves, 1);
        board.Open(sample, leaves == Ticks.Never);
    }

    private void TakeBack(int job, int unit)
    {
        board.Return(_marks[0]);
        board.TakeBack(job, unit);
    }

    private Stand StandOf(int job, int task, TaskShape shape)
    {
        if (shape.Sample < 0) return new Stand(-1, board.Now, -1);
        if (shape.PreviousOfSample >= 0)
        {
            ref readonly var before = ref board.Slots[board.FirstTask[job] + shape.PreviousOfSample];
            if (before.Stage == SlotStage.Placed) return new Stand(before.At, before.End, before.ArrivedBy);
        }

        var sample = board.Jobs[job].Samples[shape.Sample];
        var ready = sample.IsMoving ? board.Arrival(sample) : board.Now;
        if (shape.PreviousOfSample >= 0) ready = Math.Max(ready, board.Slots[board.FirstTask[job] + shape.PreviousOfSample].End);
        return new Stand(sample.IsMoving ? sample.Goal : sample.Location, ready, -1);
    }

    /// <summary>What a task must not come before, and because of what.</summary>
    /// <param name="Arrival">Of its sample at the location of the task.</param>
    private readonly record struct Bound(long Start, long Arrival, WaitKind Why, int On);
}
