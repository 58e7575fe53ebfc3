namespace LabAutomation.Learning;

/// <summary>What an optimiser is told about the past, checked: finished and pending trials of one space.</summary>
internal sealed class TrialLog
{
    /// <summary>How near two trials are one, as a share of each range: where the outcome of the first is known, and where it is not.</summary>
    private const double Told = 1e-6, Unknown = 1e-3;

    /// <summary>Those of the history.</summary>
    private readonly HashSet<Point> _tried;
    private readonly HashSet<Point> _pending;

    /// <summary>Those of the history by their first real coordinate, of which most are far from each other; empty where there is none.</summary>
    private readonly List<(double At, Point Point)> _sorted = [];
    private readonly int[] _real;

    /// <exception cref="ArgumentException">An observation or a pending point does not fit the space; it is named by its number from 0.</exception>
    public TrialLog(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending)
    {
        (Space, Cube, _tried) = (space, new UnitCube(space), new HashSet<Point>(history.Count));
        Catalogue = Catalogue.Of(space);
        _real = [.. Enumerable.Range(0, space.Dimensions.Length).Where(d => space.Dimensions[d] is RealDimension)];
        var columns = new double[Cube.Width];
        for (var i = 0; i < history.Count; i++) Require(i, history[i], columns);
        (History, Pending, _pending) = (history, pending, Required(pending, columns));
    }

    /// <summary>What went before with more after it, which alone is checked. The log before is used up: its points are this one's.</summary>
    /// <param name="history">That of the log before, lengthened.</param>
    /// <param name="known">So many of it the log before had.</param>
    /// <exception cref="ArgumentException">As of the other constructor.</exception>
    public TrialLog(TrialLog before, IReadOnlyList<Observation> history, int known, IReadOnlyList<Point> pending)
    {
        (Space, Cube, Catalogue, Passed, HasFailures) = (before.Space, before.Cube, before.Catalogue, before.Passed, before.HasFailures);
        (_tried, _sorted, _real) = (before._tried, before._sorted, before._real);
        var columns = new double[Cube.Width];
        for (var i = known; i < history.Count; i++) Require(i, history[i], columns);
        (History, Pending, _pending) = (history, pending, Required(pending, columns));
    }

    public SearchSpace Space { get; }

    public IReadOnlyList<Observation> History { get; }

    public IReadOnlyList<Point> Pending { get; }

    public UnitCube Cube { get; }

    /// <summary>All points of the space where it is finite.</summary>
    public Catalogue? Catalogue { get; }

    /// <summary>How far a spread over the space has come: so many places of the sequence of a seed were passed, of which so many were feasible.</summary>
    public (int Seed, int Places, int Feasible) Passed { get; set; }

    /// <summary>Whether a trial of the history failed.</summary>
    public bool HasFailures { get; private set; }

    /// <summary>Trials finished, failed and under way.</summary>
    public int Count => History.Count + Pending.Count;

    /// <summary>Whether a trial was made or is under way at a point, or where nobody could tell it from that point.</summary>
    public bool IsTried(Point point)
    {
        if (_tried.Contains(point) || _pending.Contains(point)) return true;
        if (Catalogue is not null || _real.Length == 0) return false;
        foreach (var pending in _pending)
            if (IsNear(pending, point, Told)) return true;
        var (dimension, at) = (Space.Dimensions[_real[0]], point[_real[0]]);
        var first = FirstFrom(at);
        for (var i = first; i < _sorted.Count && UnitCube.IsNear(dimension, _sorted[i].At, at, Told); i++)
            if (IsNear(_sorted[i].Point, point, Told)) return true;
        for (var i = first - 1; i >= 0 && UnitCube.IsNear(dimension, _sorted[i].At, at, Told); i--)
            if (IsNear(_sorted[i].Point, point, Told)) return true;
        return false;
    }

    /// <summary>Whether a trial is under way so near that little more would be learnt here.</summary>
    public bool IsCrowded(Point point)
    {
        if (_real.Length == 0) return false;
        foreach (var pending in Pending)
            if (IsNear(pending, point, Unknown)) return true;
        return false;
    }

    /// <summary>Whether a point may be suggested: feasible, and in a finite space not tried before.</summary>
    public bool IsOpen(Point point) => Space.IsFeasible(point) && (Catalogue is null || !IsTried(point));

    /// <summary>Whether a point may be suggested and was not tried, in a space of any kind.</summary>
    public bool IsNew(Point point) => Space.IsFeasible(point) && !IsTried(point);

    /// <param name="attempts">Places tried where the space has no list of points.</param>
    /// <param name="mended">Whether each place was brought to where the constraints hold.</param>
    public SpaceExhaustedException Exhausted(int attempts, bool mended = false)
    {
        if (Catalogue is not { Count: <= SpaceFilling.Searchable } all)
            return new($"no feasible point that is new was found from {attempts:N0} places spread over the space{(mended ? ", each brought to where the constraints hold if it could be" : "")}; the constraints leave too little of it, or all that can be told apart was tried");
        var (feasible, broken) = (new HashSet<Point>(), false);
        for (var number = 0L; number < all.Count; number++)
            if (all[number] is var point && Space.IsFeasible(point)) feasible.Add(point);
            else broken = true;
        if (feasible.Count == 0) return new(Feasibility.Nowhere(Space));
        var which = $"{(Space.Pool is null ? "of the space" : "of the candidates")}{(Space.Held.IsEmpty ? "" : $" with {Feasibility.Said(Space)}")}{(broken ? feasible.Count == 1 ? " that is feasible" : " that are feasible" : "")}";
        return new($"no open point is left: {(feasible.Count == 1 ? $"the only one {which} was tried or is" : $"all {feasible.Count} {which} were tried or are")} pending");
    }

    private bool IsNear(Point tried, Point point, double share)
    {
        for (var d = 0; d < Space.Dimensions.Length; d++)
            if (!UnitCube.IsNear(Space.Dimensions[d], tried[d], point[d], share)) return false;
        return true;
    }

    private void Require(int number, Observation observation, double[] columns)
    {
        Require("observation", number, observation.Point, columns);
        if (observation.Value is { } value && !double.IsFinite(value))
            throw new ArgumentException($"observation {number}: its value is {value}; a finished trial has a finite value, a failed one has none (null)");
        if (observation.NoiseSd is { } sd && !(sd >= 0 && double.IsFinite(sd)))
            throw new ArgumentException($"observation {number}: its standard deviation is {sd}; it is 0 or more");
        HasFailures |= observation.Value is null;
        Add(observation.Point);
        if (observation.Asked is { } asked) Add(asked);
    }

    private void Add(Point point)
    {
        if (!_tried.Add(point) || Catalogue is not null || _real.Length == 0) return;
        var at = point[_real[0]];
        _sorted.Insert(FirstFrom(at), (at, point));
    }

    /// <summary>The first of the sorted points that is not before a coordinate.</summary>
    private int FirstFrom(double at)
    {
        var (low, high) = (0, _sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_sorted[middle].At < at) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private HashSet<Point> Required(IReadOnlyList<Point> pending, double[] columns)
    {
        for (var i = 0; i < pending.Count; i++) Require("pending point", i, pending[i], columns);
        return [.. pending];
    }

    private void Require(string what, int number, Point point, double[] columns)
    {
        try
        {
            Cube.Encode(point, columns);
        }
        catch (ArgumentException refused)
        {
            throw new ArgumentException($"{what} {number}: {refused.Message}", refused);
        }
    }
}
