namespace LabAutomation.Agents.Scheduling;

/// <summary>The operations of a job shop with an order on each machine, their heads and tails, and what a move would come to.</summary>
internal sealed class DisjunctiveGraph
{
    private readonly JobShop _shop;
    private readonly int[][] _sequences;
    private readonly int[] _position;
    private readonly long[] _head;
    private readonly long[] _tail;
    private readonly int[] _open;
    private readonly int[] _order;
    private readonly long[] _heads;
    private readonly int[] _moved;

    public DisjunctiveGraph(JobShop shop)
    {
        var count = shop.Operations;
        _shop = shop;
        _sequences = [.. Enumerable.Range(0, shop.Machines).Select(machine => Enumerable.Range(0, count).Where(operation => shop.Machine[operation] == machine).ToArray())];
        (_position, _head, _tail, _open, _order, _heads, _moved) = (new int[count], new long[count], new long[count], new int[count], new int[count], new long[count + 1], new int[count + 1]);
    }

    public long Span { get; private set; }

    /// <summary>The order of a simple dispatcher: what can start first, and among equals what has most left to do behind it.</summary>
    public void Dispatch()
    {
        var behind = new long[_shop.Operations];
        for (var operation = _shop.Operations - 1; operation >= 0; operation--) behind[operation] = _shop.Duration[operation] + (JobNext(operation) is var next && next >= 0 ? behind[next] : 0);
        var (free, ready, filled) = (new long[_shop.Machines], (long[])_shop.Head.Clone(), new int[_shop.Machines]);
        var open = Enumerable.Range(0, _shop.Operations).Where(operation => !_shop.Follows[operation]).ToList();
        while (open.Count > 0)
        {
            var chosen = open.OrderBy(operation => Math.Max(free[_shop.Machine[operation]], ready[operation])).ThenByDescending(operation => behind[operation]).ThenBy(operation => operation).First();
            var machine = _shop.Machine[chosen];
            var end = Math.Max(free[machine], ready[chosen]) + _shop.Duration[chosen];
            _sequences[machine][filled[machine]++] = chosen;
            free[machine] = end;
            open.Remove(chosen);
            if (JobNext(chosen) is var follower && follower < 0) continue;
            ready[follower] = Math.Max(ready[follower], end);
            open.Add(follower);
        }

        Number();
    }

    public int[][] Sequences() => [.. _sequences.Select(sequence => (int[])sequence.Clone())];

    public void Restore(int[][] sequences)
    {
        for (var machine = 0; machine < _sequences.Length; machine++) sequences[machine].CopyTo(_sequences[machine], 0);
        Number();
    }

    public long[] Starts() => (long[])_head.Clone();

    /// <summary>No schedule ends earlier: the work of a machine between its first head and its shortest tail, or the work of a job.</summary>
    public long LowerBound()
    {
        var (heads, tails) = (new long[_shop.Operations], new long[_shop.Operations]);
        for (var operation = 0; operation < _shop.Operations; operation++)
            heads[operation] = Math.Max(_shop.Head[operation], _shop.Follows[operation] ? heads[operation - 1] + _shop.Duration[operation - 1] : 0);
        for (var operation = _shop.Operations - 1; operation >= 0; operation--)
            if (JobNext(operation) is var next && next >= 0) tails[operation] = tails[next] + _shop.Duration[next];
        var bound = Enumerable.Range(0, _shop.Operations).Max(operation => heads[operation] + _shop.Duration[operation] + tails[operation]);
        foreach (var sequence in _sequences.Where(sequence => sequence.Length > 0))
            bound = Math.Max(bound, sequence.Min(operation => heads[operation]) + sequence.Sum(operation => _shop.Duration[operation]) + sequence.Min(operation => tails[operation]));
        return bound;
    }

    /// <summary>Heads, tails and the span of the present order.</summary>
    public void Evaluate()
    {
        var count = 0;
        for (var operation = 0; operation < _shop.Operations; operation++)
        {
            _open[operation] = (_shop.Follows[operation] ? 1 : 0) + (_position[operation] > 0 ? 1 : 0);
            if (_open[operation] == 0) _order[count++] = operation;
        }

        Span = 0;
        for (var index = 0; index < count; index++)
        {
            var operation = _order[index];
            _head[operation] = Math.Max(JobHead(operation), MachineBefore(operation) is var before && before >= 0 ? _head[before] + _shop.Duration[before] : 0);
            var (next, after) = (JobNext(operation), MachineAfter(operation));
            if (next >= 0 && --_open[next] == 0) _order[count++] = next;
            if (after >= 0 && --_open[after] == 0) _order[count++] = after;
        }

        if (count < _shop.Operations) throw new InvalidOperationException("operations of a job shop wait for each other in a circle");
        for (var index = count - 1; index >= 0; index--)
        {
            var operation = _order[index];
            _tail[operation] = Math.Max(JobTail(operation), MachineTail(operation));
            Span = Math.Max(Span, _head[operation] + _shop.Duration[operation] + _tail[operation]);
        }
    }

    /// <summary>One of the longest ways through the graph, from its first operation to its last.</summary>
    public void CriticalPath(List<int> path, Random random)
    {
        path.Clear();
        var (at, ties) = (-1, 0);
        for (var operation = 0; operation < _shop.Operations; operation++)
            if (_head[operation] == _shop.Head[operation] && IsCritical(operation) && random.Next(++ties) == 0) at = operation;
        while (at >= 0)
        {
            path.Add(at);
            var (next, after, end) = (JobNext(at), MachineAfter(at), _head[at] + _shop.Duration[at]);
            var byJob = next >= 0 && IsCritical(next) && _head[next] == end;
            var byMachine = after >= 0 && IsCritical(after) && _head[after] == end;
            at = byJob && (!byMachine || random.Next(2) == 0) ? next : byMachine ? after : -1;
        }
    }

    /// <summary>No circle can come of it.</summary>
    public bool IsSafe(ShopMove move)
    {
        if (move.IsForward)
            return JobNext(move.Operation) is var next && (next < 0 || _tail[move.To] + _shop.Duration[move.To] >= _tail[next] + _shop.Duration[next]);
        return !_shop.Follows[move.Operation] || _head[move.To] + _shop.Duration[move.To] >= _head[move.Operation - 1] + _shop.Duration[move.Operation - 1];
    }

    /// <summary>The operations that a move passes, its goal among them.</summary>
    public ReadOnlySpan<int> Passed(ShopMove move)
    {
        var (from, to) = (_position[move.Operation], _position[move.To]);
        var sequence = _sequences[_shop.Machine[move.Operation]];
        return move.IsForward ? sequence.AsSpan(from + 1, to - from) : sequence.AsSpan(to, from - to);
    }

    /// <summary>The longest way through what is moved and passed: nearly always the new span, or less than it.</summary>
    public long Estimate(ShopMove move)
    {
        var passed = Passed(move);
        var count = passed.Length + 1;
        if (move.IsForward)
        {
            passed.CopyTo(_moved);
            _moved[count - 1] = move.Operation;
        }
        else
        {
            _moved[0] = move.Operation;
            passed.CopyTo(_moved.AsSpan(1));
        }

        var (before, after) = move.IsForward ? (MachineBefore(move.Operation), MachineAfter(move.To)) : (MachineBefore(move.To), MachineAfter(move.Operation));
        var ready = before >= 0 ? _head[before] + _shop.Duration[before] : 0;
        for (var index = 0; index < count; index++)
        {
            _heads[index] = Math.Max(ready, JobHead(_moved[index]));
            ready = _heads[index] + _shop.Duration[_moved[index]];
        }

        var (tail, longest) = (after >= 0 ? _tail[after] + _shop.Duration[after] : 0, 0L);
        for (var index = count - 1; index >= 0; index--)
        {
            tail = Math.Max(tail, JobTail(_moved[index])) + _shop.Duration[_moved[index]];
            longest = Math.Max(longest, _heads[index] + tail);
        }

        return longest;
    }

    public void Apply(ShopMove move)
    {
        var sequence = _sequences[_shop.Machine[move.Operation]];
        var (from, to) = (_position[move.Operation], _position[move.To]);
        if (move.IsForward) Array.Copy(sequence, from + 1, sequence, from, to - from);
        else Array.Copy(sequence, to, sequence, to + 1, from - to);
        sequence[to] = move.Operation;
        for (var index = Math.Min(from, to); index <= Math.Max(from, to); index++) _position[sequence[index]] = index;
    }

    private void Number()
    {
        foreach (var sequence in _sequences)
            for (var index = 0; index < sequence.Length; index++) _position[sequence[index]] = index;
    }

    private bool IsCritical(int operation) => _head[operation] + _shop.Duration[operation] + _tail[operation] == Span;

    private int JobNext(int operation) => operation + 1 < _shop.Operations && _shop.Follows[operation + 1] ? operation + 1 : -1;

    private int MachineBefore(int operation) => _position[operation] is var at && at > 0 ? _sequences[_shop.Machine[operation]][at - 1] : -1;

    private int MachineAfter(int operation)
    {
        var sequence = _sequences[_shop.Machine[operation]];
        var at = _position[operation] + 1;
        return at < sequence.Length ? sequence[at] : -1;
    }

    private long JobHead(int operation) => Math.Max(_shop.Head[operation], _shop.Follows[operation] ? _head[operation - 1] + _shop.Duration[operation - 1] : 0);

    private long JobTail(int operation) => JobNext(operation) is var next && next >= 0 ? _tail[next] + _shop.Duration[next] : 0;

    private long MachineTail(int operation) => MachineAfter(operation) is var after && after >= 0 ? _tail[after] + _shop.Duration[after] : 0;
}
