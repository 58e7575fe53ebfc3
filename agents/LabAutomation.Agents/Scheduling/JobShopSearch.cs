namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Tabu search on the disjunctive graph of a job shop. Neighbours move an operation of a critical block to the block's edge, or its edges inwards (E. Balas and A. Vazacopoulos 1998, N6; C. Y. Zhang et
/// al. 2007, N7), and are judged by the estimate of E. Taillard (1994) as extended by the former. When nothing better comes for a while, the search goes on from a good earlier solution,
/// shaken a little (after E. Nowicki and C. Smutnicki 1996, 2005).
/// </summary>
internal sealed class JobShopSearch
{
    /// <summary>Steps without a better solution after which the search goes elsewhere.</summary>
    private const int Fruitless = 4_000;
    private const int Elite = 8;
    private const int ClockEvery = 64;

    private readonly JobShop _shop;
    private readonly SearchBudget _budget;
    private readonly Random _random;
    private readonly DisjunctiveGraph _graph;
    private readonly long[,] _tabu;
    private readonly List<int> _critical = [];
    private readonly List<(long Span, int[][] Sequences)> _elite = [];

    public JobShopSearch(JobShop shop, SearchBudget budget)
    {
        (_shop, _budget, _random) = (shop, budget, new Random(budget.Seed));
        _graph = new DisjunctiveGraph(shop);
        _tabu = new long[shop.Operations, shop.Operations];
    }

    /// <returns>The start of each operation, ticks from now.</returns>
    public long[] Run()
    {
        _graph.Dispatch();
        _graph.Evaluate();
        var (best, starts, round, since) = (_graph.Span, _graph.Starts(), _graph.Span, 0);
        var reached = _graph.Sequences();
        var bound = _graph.LowerBound();
        for (var step = 1; best > bound && (step % ClockEvery != 0 || _budget.Spent(step) < 1) && step < _budget.Steps; step++)
        {
            if (!Step(step, best))
            {
                Shake(step);
                continue;
            }

            if (_graph.Span < round) (round, since, reached) = (_graph.Span, 0, _graph.Sequences());
            if (_graph.Span < best) (best, starts) = (_graph.Span, _graph.Starts());
            if (++since < Fruitless) continue;
            Keep(round, reached);
            _graph.Restore(_elite[_random.Next(_elite.Count)].Sequences);
            Shake(step);
            (round, since, reached) = (_graph.Span, 0, _graph.Sequences());
        }

        return starts;
    }

    private void Keep(long span, int[][] sequences)
    {
        if (_elite.Exists(one => one.Span == span && one.Sequences.Zip(sequences).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)))) return;
        _elite.Add((span, sequences));
        _elite.Sort((one, other) => one.Span.CompareTo(other.Span));
        if (_elite.Count > Elite) _elite.RemoveAt(Elite);
    }

    /// <summary>Random neighbours, whatever they cost, and no memory of what was forbidden.</summary>
    private void Shake(int step)
    {
        Array.Clear(_tabu);
        _graph.Evaluate();
        for (var times = 5 + _random.Next(15); times > 0; times--)
        {
            var moves = Moves();
            if (moves.Count == 0) return;
            Apply(moves[_random.Next(moves.Count)], step);
        }
    }

    private bool Step(int step, long best)
    {
        var moves = Moves();
        if (moves.Count == 0) return false;
        var (chosen, least, ties) = (-1, long.MaxValue, 1);
        for (var index = 0; index < moves.Count; index++)
        {
            var estimate = _graph.Estimate(moves[index]);
            if (estimate > least || IsTabu(moves[index], step) && estimate >= best) continue;
            ties = estimate < least ? 1 : ties + 1;
            if (estimate == least && _random.Next(ties) > 0) continue;
            (chosen, least) = (index, estimate);
        }

        Apply(moves[chosen >= 0 ? chosen : _random.Next(moves.Count)], step);
        return true;
    }

    private bool IsTabu(ShopMove move, int step)
    {
        foreach (var passed in _graph.Passed(move))
            if ((move.IsForward ? _tabu[passed, move.Operation] : _tabu[move.Operation, passed]) > step) return true;
        return false;
    }

    private void Apply(ShopMove move, int step)
    {
        var tenure = 10 + _shop.Operations / Math.Max(_shop.Machines * _shop.Machines, 1);
        var until = step + tenure + _random.Next(tenure / 2 + 1);

        // The order that is given up may not come back for a while.
        foreach (var passed in _graph.Passed(move))
        {
            if (move.IsForward) _tabu[move.Operation, passed] = until;
            else _tabu[passed, move.Operation] = until;
        }

        _graph.Apply(move);
        _graph.Evaluate();
    }

    private List<ShopMove> Moves()
    {
        _moves.Clear();
        _graph.CriticalPath(_critical, _random);
        for (var first = 0; first < _critical.Count;)
        {
            var end = first + 1;
            while (end < _critical.Count && _shop.Machine[_critical[end]] == _shop.Machine[_critical[first]]) end++;
            Add(first, end - 1);
            first = end;
        }

        return _moves;
    }

    private readonly List<ShopMove> _moves = [];

    private void Add(int first, int last)
    {
        for (var index = first; index < last; index++)
        {
            TryAdd(_critical[index], _critical[last], isForward: true);
            if (index > first) TryAdd(_critical[first], _critical[index], isForward: true);
        }

        for (var index = last; index > first; index--)
        {
            // Neighbours that swap the same two need not be looked at twice.
            if (index - first > 1) TryAdd(_critical[index], _critical[first], isForward: false);
            if (index < last && last - index > 1) TryAdd(_critical[last], _critical[index], isForward: false);
        }
    }

    private void TryAdd(int operation, int to, bool isForward)
    {
        var move = new ShopMove(operation, to, isForward);
        if (_graph.IsSafe(move)) _moves.Add(move);
    }
}
