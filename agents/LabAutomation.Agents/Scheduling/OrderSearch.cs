namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Looks for an order of jobs with an earlier end by simulated annealing (S. Kirkpatrick et al. 1983): an order is changed a little, planned anew, and kept if it is better or, less and less often, a
/// little worse. Beside the order it tries how long a batch is kept open and which way a task takes. Jobs never come before others of a higher priority.
/// </summary>
internal sealed class OrderSearch
{
    /// <summary>Relative to the first plan: what may be lost in one step at first and in the end.</summary>
    private const double Hot = 0.01;
    private const double Cold = 0.0003;

    private readonly Planning _planning;
    private readonly SearchBudget _budget;
    private readonly Random _random;
    private readonly Board _empty;
    private readonly int[] _batched;
    private readonly int[] _choosing;
    private readonly long[] _durations;

    /// <summary>By task: for how long somebody wants a batch to be kept open.</summary>
    private readonly long[] _filling;
    private readonly Genome _current;
    private readonly Genome _first;
    private readonly Genome _best;
    private readonly int _fixed;
    private double _scale;

    /// <param name="keepsFirst">Whether the first of the order stays first, and batches are kept open as long as somebody wants, as in a lab that runs.</param>
    public OrderSearch(Planning planning, SearchBudget budget, bool keepsFirst = false)
    {
        (_planning, _budget, _random, _fixed) = (planning, budget, new Random(budget.Seed), keepsFirst ? 1 : 0);
        var board = planning.Board;
        Array.Fill(board.HoldsUntil, Ticks.Never);
        _empty = board.Copy();
        _durations = new long[board.Slots.Length];
        var (batched, choosing) = (new List<int>(), new List<int>());
        for (var job = 0; job < board.Jobs.Length; job++)
        {
            for (var task = 0; task < board.Jobs[job].Tasks.Length; task++)
            {
                if (!board.IsWaiting(job, task)) continue;
                var (ways, index) = (board.Jobs[job].Shape.Tasks[task].Ways, board.FirstTask[job] + task);
                _durations[index] = ways[0].Duration;
                if (ways.Length > 1) choosing.Add(index);
                if (ways.Any(way => way.Resources.Any(resource => board.Layout.Resources[resource].IsBatch))) batched.Add(index);
            }
        }

        (_batched, _choosing, _filling) = ([.. batched], [.. choosing], [.. board.Waits]);
        _current = new Genome(planning.Order(), [.. board.Waits], [.. board.Opens], [.. board.Preferred]);
        _current.Score = Score(_current);
        (_first, _best) = (_current.Copy(), _current.Copy());
    }

    /// <summary>Whether there is but one plan: the tasks that wait are one job's, whose order is given, and none has a choice of ways or opens a batch.</summary>
    public static bool IsOnlyOne(Planning planning)
    {
        var board = planning.Board;
        for (var job = 0; job < board.Jobs.Length; job++)
        {
            for (var task = 0; task < board.Jobs[job].Tasks.Length; task++)
            {
                if (!board.IsWaiting(job, task)) continue;
                var ways = board.Jobs[job].Shape.Tasks[task].Ways;
                if (ways.Length > 1 || Array.Exists(ways[0].Resources, resource => board.Layout.Resources[resource].IsBatch)) return false;
            }
        }

        return planning.Order().Distinct().Count() < 2;
    }

    /// <summary>In parts of the time to the end of everything by the first plan; less is better.</summary>
    public double BestScore => _best.Score;

    /// <summary>What was found is not worth it: the best is what the search began with.</summary>
    public void Discard() => _best.Become(_first);

    /// <summary>Takes this order if it is better than the best so far.</summary>
    public void Offer(int[] order)
    {
        var offered = _current.Copy();
        order.CopyTo(offered.Order, 0);
        offered.Score = Score(offered);
        if (offered.Score < _best.Score) _best.Become(offered);
    }

    public void Run()
    {
        if (_current.Order.Length < 2 && _choosing.Length == 0 && _batched.Length == 0) return;
        var tried = _current.Copy();
        for (var step = 1; _budget.Spent(step) is < 1 and var spent; step++)
        {
            tried.Become(_current);
            Change(tried);
            tried.Score = Score(tried);
            var worse = tried.Score - _current.Score;
            if (worse > 0 && _random.NextDouble() >= Math.Exp(-worse / (Hot * Math.Pow(Cold / Hot, spent)))) continue;
            _current.Become(tried);
            if (_current.Score < _best.Score) _best.Become(_current);
        }
    }

    /// <summary>Leaves to the plan which way a task takes, wherever that makes nothing worse: what is held to without need is waited for in vain when things go otherwise.</summary>
    /// <param name="most">So many are tried.</param>
    /// <returns>Whether there was anything to leave to it.</returns>
    public bool LeaveWays(int most)
    {
        var (tried, isLeft) = (_best.Copy(), false);
        foreach (var task in _choosing.Where(task => _best.Preferred[task] >= 0).Take(most).ToArray())
        {
            tried.Become(_best);
            tried.Preferred[task] = -1;
            tried.Score = Score(tried);
            if (tried.Score > _best.Score) continue;
            _best.Become(tried);
            isLeft = true;
        }

        return isLeft;
    }

    /// <summary>The board with the best plan.</summary>
    public Board Best()
    {
        Score(_best);
        return _planning.Board;
    }

    private void Change(Genome genome)
    {
        var kind = _random.Next(100);
        if (kind < 20 && _batched.Length > 0)
        {
            var task = _batched[_random.Next(_batched.Length)];
            if (_fixed > 0 && genome.Opens[task] > 0) return;
            genome.Opens[task] = 0;
            genome.Waits[task] = Math.Max(_fixed > 0 ? _filling[task] : 0, _random.Next(3) == 0 ? 0 : (long)(_random.NextDouble() * _durations[task]));
        }
        else if (kind < 35 && _choosing.Length > 0)
        {
            var task = _choosing[_random.Next(_choosing.Length)];
            genome.Preferred[task] = _random.Next(WaysOf(task) + 1) - 1;
        }
        else
        {
            Reorder(genome.Order, isSwap: kind >= 80);
        }
    }

    private void Reorder(int[] order, bool isSwap)
    {
        if (order.Length < _fixed + 2) return;
        var from = _random.Next(_fixed, order.Length);
        var (low, high) = (from, from);
        while (low > _fixed && PriorityAt(order, low - 1) == PriorityAt(order, from)) low--;
        while (high < order.Length - 1 && PriorityAt(order, high + 1) == PriorityAt(order, from)) high++;
        var to = _random.Next(low, high + 1);
        var job = order[from];
        if (isSwap) order[from] = order[to];
        else if (from < to) Array.Copy(order, from + 1, order, from, to - from);
        else Array.Copy(order, to, order, to + 1, from - to);
        order[to] = job;
    }

    private int PriorityAt(int[] order, int index) => _planning.Board.Jobs[order[index]].Shape.Job.Priority;

    private int WaysOf(int index)
    {
        var board = _planning.Board;
        var job = Array.BinarySearch(board.FirstTask, index) is var found && found >= 0 ? found : ~found - 1;
        return board.Jobs[job].Shape.Tasks[index - board.FirstTask[job]].Ways.Length;
    }

    /// <summary>Less is better: what is late or has no time at all counts most, then the end of everything, then a little the end of each job.</summary>
    private double Score(Genome genome)
    {
        var board = _planning.Board;
        board.Restore(_empty);
        genome.Waits.CopyTo(board.Waits, 0);
        genome.Opens.CopyTo(board.Opens, 0);
        genome.Preferred.CopyTo(board.Preferred, 0);
        _planning.PlaceRest(genome.Order);
        var (bad, last, sum) = (Lateness.Count(board), board.Now, 0.0);
        for (var job = 0; job < board.Jobs.Length; job++)
        {
            var end = board.Now;
            for (var index = board.FirstTask[job]; index < board.FirstTask[job + 1]; index++)
            {
                if (board.Slots[index].Stage == SlotStage.Waiting) bad++;
                else end = Math.Max(end, board.Slots[index].End);
            }

            last = Math.Max(last, end);
            sum += end - board.Now;
        }

        if (_scale == 0) _scale = Math.Max(last - board.Now, 1);
        return 10.0 * bad + (last - board.Now) / _scale + 0.02 * sum / Math.Max(board.Jobs.Length, 1) / _scale;
    }
}
