namespace LabAutomation.Models;

/// <summary>
/// The calls that wait, and the rules by which they become batches. It knows no clock and no thread: whoever holds it says what time it is.
/// </summary>
/// <param name="capacity">The most calls that may wait.</param>
/// <param name="mostRows">Rows at which a batch is full.</param>
/// <param name="service">Expected ticks of a run of so many rows.</param>
/// <param name="lateness">Ticks by which a batch is closed early, because whoever takes it may come so much late and a deadline must not pass for it.</param>
internal sealed class BatchQueue(int capacity, int mostRows, Func<int, long> service, Func<long> lateness)
{
    /// <summary>By priority, highest first, and by arrival.</summary>
    private readonly List<ModelCall> _waiting = new(capacity);

    public int Count => _waiting.Count;

    public int Rows { get; private set; }

    /// <returns>False where the queue is full.</returns>
    public bool TryAdd(ModelCall call)
    {
        if (_waiting.Count == capacity) return false;
        var place = _waiting.Count;
        while (place > 0 && _waiting[place - 1].Priority < call.Priority) place--;
        _waiting.Insert(place, call);
        Rows += call.Rows;
        call.Place = CallPlace.Waiting;
        return true;
    }

    /// <returns>False where the call does not wait, or no longer.</returns>
    public bool Remove(ModelCall call)
    {
        if (call.Place != CallPlace.Waiting || !_waiting.Remove(call)) return false;
        Rows -= call.Rows;
        call.Place = CallPlace.Taken;
        return true;
    }

    /// <summary>
    /// Whether a batch is due: enough rows wait to fill it, or a call that sets no deadline waits, or the earliest deadline less the expected time of the
    /// run has come.
    /// </summary>
    public bool IsDue(long now) => _waiting.Count > 0 && (Rows >= mostRows || ClosesAt() - lateness() <= now);

    /// <summary>Closes a batch where one <see cref="IsDue"/>.</summary>
    /// <param name="now">Of the same clock as the calls' timestamps.</param>
    /// <param name="batch">Empty; takes the calls.</param>
    /// <returns>False where none is due.</returns>
    public bool TryTake(long now, List<ModelCall> batch)
    {
        if (!IsDue(now)) return false;
        var rows = 0;
        foreach (var call in _waiting)
        {
            if (rows + call.Rows > mostRows) break;
            rows += call.Rows;
            call.Place = CallPlace.Taken;
            batch.Add(call);
        }

        _waiting.RemoveRange(0, batch.Count);
        Rows -= rows;
        return true;
    }

    /// <summary>Takes out the calls whose deadline has passed.</summary>
    /// <returns>Null where there are none.</returns>
    public List<ModelCall>? TakeExpired(long now)
    {
        List<ModelCall>? expired = null;
        for (var k = _waiting.Count - 1; k >= 0; k--)
        {
            if (_waiting[k].DueBy is not { } due || due > now) continue;
            (expired ??= []).Add(_waiting[k]);
            Remove(_waiting[k]);
        }

        return expired;
    }

    public List<ModelCall> TakeAll()
    {
        List<ModelCall> all = [.. _waiting];
        foreach (var call in all) Remove(call);
        return all;
    }

    /// <returns>When to look again: a batch will be due, or a deadline will have passed. Null where only a call can change anything.</returns>
    public long? LookAgainAt(long now)
    {
        long? next = _waiting.Count > 0 && ClosesAt() - lateness() is var closes && closes > now ? closes : null;
        foreach (var call in _waiting)
        {
            if (call.DueBy is { } due && due > now && (next is null || due < next)) next = due;
        }

        return next;
    }

    private long ClosesAt()
    {
        if (_waiting.Count == 0) return long.MaxValue;
        var (earliest, run) = (long.MaxValue, service(Math.Min(Rows, mostRows)));
        foreach (var call in _waiting) earliest = Math.Min(earliest, call.DueBy is { } due ? due - run : call.SubmittedAt);
        return earliest;
    }
}
