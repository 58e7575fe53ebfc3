namespace LabAutomation.Agents.Scheduling;

/// <summary>Finds the way by which a task ends first.</summary>
/// <param name="task">Index in its job.</param>
/// <param name="stand">Where its sample is.</param>
/// <param name="ready">No start before.</param>
/// <param name="arrival">Its sample does not come to the location of the task before.</param>
/// <param name="carried">Its sample is not taken up before.</param>
/// <param name="opens">No batch is begun before.</param>
/// <param name="wait">How long a batch is kept open for others.</param>
/// <param name="blocked">The task that could not follow in time if the sample came earlier.</param>
/// <param name="stays">The sample is to find room for ever, not only until the task ends.</param>
internal readonly ref struct WaySearch(Board board, int task, Stand stand, long ready, long arrival, long carried, long opens, long wait, bool stays, WaitKind whyReady, int onReady, int blocked)
{
    /// <param name="preferred">To be taken if it can be; -1 for whichever ends first.</param>
    /// <param name="holdsUntil">Where it starts later, whichever ends first is taken.</param>
    /// <param name="shut">Ways that are not to be taken, never all; null where all may be.</param>
    public Candidate Best(WayShape[] ways, int preferred, long holdsUntil, bool[]? shut)
    {
        // From where nothing is carried away most ways are elsewhere. Where none can be taken, the first of all says why.
        if (stand.Location >= 0 && !board.Layout.HasRoutesFrom(stand.Location) && Best(ways, preferred, holdsUntil, shut, isHere: true) is { Start: < Ticks.Never } here) return here;
        return Best(ways, preferred, holdsUntil, shut, isHere: false)!.Value;
    }

    private Candidate? Best(WayShape[] ways, int preferred, long holdsUntil, bool[]? shut, bool isHere)
    {
        var best = preferred >= 0 && IsOpen(ways, preferred, shut, isHere) ? Try(ways, preferred) : default(Candidate?);
        if (best is { Start: < Ticks.Never } planned && planned.Start <= holdsUntil) return planned;
        var wanted = best?.Way;
        for (var way = 0; way < ways.Length; way++)
            if (way != wanted && IsOpen(ways, way, shut, isHere) && Try(ways, way) is var other && (best is null || other.End < best.Value.End)) best = other;
        return best;
    }

    private bool IsOpen(WayShape[] ways, int way, bool[]? shut, bool isHere) => shut?[way] is not true && (!isHere || ways[way].Location < 0 || ways[way].Location == stand.Location);

    private Candidate Try(WayShape[] ways, int index)
    {
        var way = ways[index];
        if (way.Location < 0 || way.Location == stand.Location) return Here(way, index);
        return stand.Location < 0 ? Appearing(way, index) : Carried(way, index);
    }

    private Candidate Here(WayShape way, int index)
    {
        var (why, on) = (whyReady, onReady);
        var from = ready;
        if (stand.Ready > from) (from, why) = (stand.Ready, WaitKind.Carrying);
        if (arrival > from) (from, why, on) = (arrival, WaitKind.WouldBlock, blocked);
        var start = Joint(way, from, ref why, ref on, out var takes);
        return new Candidate(index, start, start + takes, -1, start, start, why, on);
    }

    private Candidate Appearing(WayShape way, int index)
    {
        var (why, on) = (whyReady, onReady);
        var from = ready;
        if (arrival > from) (from, why, on) = (arrival, WaitKind.WouldBlock, blocked);
        while (true)
        {
            var start = Joint(way, from, ref why, ref on, out var takes);
            if (start >= Ticks.Never || board.Places[way.Location] is not { } place) return new Candidate(index, start, start + takes, -1, start, start, why, on);
            var clear = place.Clear(start, Leaves(start + takes), 1);
            if (clear == start) return new Candidate(index, start, start + takes, -1, start, start, why, on);
            if (clear >= Ticks.Never) return new Candidate(index, Ticks.Never, Ticks.Never, -1, 0, 0, WaitKind.Blocked, way.Location);
            (from, why, on) = (clear, WaitKind.Location, way.Location);
        }
    }

    private Candidate Carried(WayShape way, int index)
    {
        if (!board.Layout.TryRoute(stand.Location, way.Location, out var route)) return new Candidate(index, Ticks.Never, Ticks.Never, -1, 0, 0, WaitKind.NoRoute, way.Location);
        Candidate? best = null;
        var soonest = Math.Max(ready, Math.Max(stand.Ready, arrival) + Soonest(route.Carriers, route.Duration));
        foreach (var carrier in route.Carriers)
        {
            if (Carried(way, index, carrier, board.Carriage(carrier, route.Duration)) is var other && (best is null || other.End < best.Value.End)) best = other;
            if (best.Value.Start <= soonest) break;
        }

        return best!.Value;
    }

    private long Soonest(int[] carriers, long said)
    {
        var least = Ticks.Never;
        foreach (var carrier in carriers) least = Math.Min(least, board.Carriage(carrier, said));
        return least;
    }

    private Candidate Carried(WayShape way, int index, int carrier, long duration)
    {
        var (why, on) = (whyReady, onReady);
        var move = Math.Max(stand.Ready, ready - duration);
        if (carried > move) (move, why, on) = (carried, WaitKind.NotBefore, task);
        if (arrival > move) (move, why, on) = (arrival, WaitKind.WouldBlock, blocked);
        while (true)
        {
            var free = board.Tracks[carrier].Earliest(move, move, duration, 1, null);
            if (free < Ticks.Never && board.Unguarded(carrier, free, duration + board.CarriageOver(carrier)) is var clearOf && clearOf > free)
            {
                (move, why, on) = (clearOf, WaitKind.Carrier, carrier);
                continue;
            }

            if (free > move) (move, why, on) = (free, free >= Ticks.Never ? WaitKind.Out : WaitKind.Carrier, carrier);
            if (move >= Ticks.Never) return new Candidate(index, Ticks.Never, Ticks.Never, carrier, 0, 0, why, on);
            var from = ready;
            if (move + duration > from)
            {
                from = move + duration;
                if (why is WaitKind.None or WaitKind.Predecessor) why = WaitKind.Carrying;
            }

            var start = Joint(way, from, ref why, ref on, out var takes);
            var clear = start >= Ticks.Never || board.Places[way.Location] is not { } place ? move : place.Clear(move, Leaves(start + takes), 1);
            if (clear == move) return new Candidate(index, start, start + takes, carrier, move, move + duration, why, on);
            if (clear >= Ticks.Never) return new Candidate(index, Ticks.Never, Ticks.Never, carrier, 0, 0, WaitKind.Blocked, way.Location);
            (move, why, on) = (clear, WaitKind.Location, way.Location);
        }
    }

    private long Leaves(long end) => stays ? Ticks.Never : end;

    /// <summary>The first start at which everything that the way needs is free.</summary>
    /// <param name="takes">Its duration, after bringing what it needs to other settings where it has to.</param>
    private long Joint(WayShape way, long from, ref WaitKind why, ref int on, out long takes)
    {
        takes = way.Duration;
        while (true)
        {
            from = Joint(way, from, takes, ref why, ref on);
            if (way.Settings is null || from >= Ticks.Never) return from;
            var needed = way.Duration + Change(way, from);
            if (needed > takes)
            {
                takes = needed;
                continue;
            }

            takes = needed;
            return from;
        }
    }

    /// <summary>What is brought to its setting side by side.</summary>
    private long Change(WayShape way, long start)
    {
        var change = 0L;
        for (var need = 0; need < way.Resources.Length; need++) change = Math.Max(change, board.Tracks[way.Resources[need]].Change(start, way.SettingOf(need)));
        return change;
    }

    private long Joint(WayShape way, long from, long takes, ref WaitKind why, ref int on)
    {
        var opening = Math.Max(from + wait, opens);
        for (var need = 0; need < way.Resources.Length; need++)
        {
            var resource = way.Resources[need];
            var free = Free(way, need, takes, from, opening);
            if (free <= from) continue;
            (from, why, on) = (free, free >= Ticks.Never ? WaitKind.Out : WaitKind.Resource, resource);
            if (free >= Ticks.Never) return free;
            if (need > 0) need = -1;
        }

        return from;
    }

    /// <summary>The first start at which one need is free and nothing is in the way of what is guarded there: behind that it may not be free again.</summary>
    private long Free(WayShape way, int need, long takes, long from, long opening)
    {
        var track = board.Tracks[way.Resources[need]];
        while (true)
        {
            var free = track.Earliest(from, opening, takes, way.Amounts[need], way.SettingOf(need));
            if (free >= Ticks.Never) return free;
            from = board.Unguarded(way.Resources[need], free, way.Longest + (takes - way.Duration));
            if (from == free) return free;
        }
    }
}
