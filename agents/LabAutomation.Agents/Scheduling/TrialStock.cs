using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>What a trial draws of what is counted, with names resolved: worked out once for as long as its campaign declares the same. Not thread-safe.</summary>
internal sealed class TrialStock
{
    /// <summary>No place in particular.</summary>
    public const int Anywhere = -1;

    private readonly JobShape _shape;
    private readonly bool[] _works;
    private Func<string, bool>? _asked;

    /// <param name="counted">The consumables that are counted, by name.</param>
    /// <param name="before">Of the same trial, by the same consumables, as it was declared before, if it was: what is the same is taken over.</param>
    public TrialStock(TrialWork work, JobShape shape, Dictionary<string, int> counted, TrialStock? before = null)
    {
        (Work, _shape) = (work, shape);
        Locations = work.IsFree ? [.. shape.Tasks[0].Ways.Select(way => way.Location).Distinct()] : [Anywhere];
        Steps = [.. work.Draws.OrderBy(step => step.Ways.Length).Select(step => before?.Like(step, shape, Locations, work.IsFree) ?? new StepStock(step, shape, Locations, work.IsFree, counted))];
        Draws = work.Draws.Any(step => !step.IsEmpty);
        _works = new bool[Locations.Length];
    }

    public TrialWork Work { get; }

    /// <summary>Those without a choice come first: what only they can use is left to them.</summary>
    public StepStock[] Steps { get; }

    /// <summary>Where all of it can be made, by place; <see cref="Anywhere"/> alone where that is no question any more.</summary>
    public int[] Locations { get; }

    public bool Draws { get; }

    public bool IsOf(TrialWork work, JobShape shape) => ReferenceEquals(Work, work) && ReferenceEquals(_shape, shape);

    /// <summary>By place, whether each task has instruments there that are given something to do, as <see cref="Ask"/> was told.</summary>
    public ReadOnlySpan<bool> Works => _works;

    /// <param name="isOut">Whether an instrument is given nothing to do for now. The same object always answers the same.</param>
    public void Ask(Func<string, bool> isOut)
    {
        if (ReferenceEquals(_asked, isOut)) return;
        foreach (var (place, at) in Locations.Index()) _works[place] = Array.TrueForAll(_shape.Tasks, task => WorksAt(task, at, isOut));
        foreach (var step in Steps) step.Ask(isOut);
        _asked = isOut;
    }

    private StepStock? Like(StepDraws draws, JobShape shape, int[] locations, bool isFree)
    {
        foreach (var step in Steps)
            if (step.IsOf(draws, shape, locations, isFree)) return step;
        return null;
    }

    private static bool WorksAt(TaskShape task, int location, Func<string, bool> isOut)
    {
        foreach (var way in task.Ways)
        {
            if (location != Anywhere && way.Location != location) continue;
            var works = true;
            foreach (var name in way.Names) works &= !isOut(name);
            if (works) return true;
        }

        return false;
    }
}

/// <summary>What a step of a trial draws, by way.</summary>
internal sealed class StepStock
{
    public const int None = -1;

    private readonly JobShape _shape;
    private readonly int[] _locations;
    private readonly bool _isFree;
    private readonly int[][] _there;
    private readonly bool[] _isOut;

    /// <summary>By way, the first of those that the same instruments do.</summary>
    private readonly int[] _first;

    public StepStock(StepDraws draws, JobShape shape, int[] locations, bool isFree, Dictionary<string, int> counted)
    {
        (_shape, _locations, _isFree) = (shape, locations, isFree);
        (Draws, Task, Key) = (draws, IndexOf(shape, draws.Step), new TaskKey(shape.Job.Name, draws.Step));
        Ways = [.. draws.Ways.Select(way => way.Amounts.Where(one => counted.ContainsKey(one.Key)).Select(one => (counted[one.Key], one.Value)).ToArray())];
        int[] all = [.. Enumerable.Range(0, Ways.Length)];
        _isOut = new bool[Ways.Length];
        _there = [.. locations.Select(location => isFree && Task >= 0 && Ways.Length > 1 ? [.. all.Where(way => shape.Tasks[Task].Ways[way].Location == location)] : all)];
        Anyhow = all;
        _first = Array.ConvertAll(all, way => Array.FindIndex(all, other => IsBy(draws.Ways[other], draws.Ways[way])));
    }

    public StepDraws Draws { get; }

    public TaskKey Key { get; }

    /// <summary>Index in the job; -1 where it waits for a person.</summary>
    public int Task { get; }

    /// <summary>By way, the amounts of what is counted, each with its index.</summary>
    public (int Of, double Amount)[][] Ways { get; }

    /// <summary>All ways, wherever they are.</summary>
    public int[] Anyhow { get; }

    /// <summary>The ways at a place of the trial.</summary>
    public int[] At(int place) => place == TrialStock.Anywhere ? Anyhow : _there[place];

    /// <summary>Whether a way needs an instrument that is given nothing to do, by who was asked last.</summary>
    public bool IsOut(int way) => _isOut[way];

    /// <summary>The first way that is done by the same instruments as that; <see cref="None"/> where there is none.</summary>
    public int FirstBy(WayDraws other)
    {
        for (var way = 0; way < Ways.Length; way++)
            if (IsBy(Draws.Ways[way], other)) return way;
        return None;
    }

    /// <param name="first">By <see cref="FirstBy"/>.</param>
    public bool IsBy(int way, int first) => _first[way] == first;

    /// <summary>Whether the same follows from these.</summary>
    public bool IsOf(StepDraws draws, JobShape shape, int[] locations, bool isFree) =>
        isFree == _isFree && locations.AsSpan().SequenceEqual(_locations) && IndexOf(shape, draws.Step) == Task && Draws.IsLike(draws) && (Task < 0 || AreThere(shape.Tasks[Task].Ways, _shape.Tasks[Task].Ways));

    private static bool AreThere(WayShape[] some, WayShape[] others)
    {
        if (some.Length != others.Length) return false;
        for (var way = 0; way < some.Length; way++)
            if (some[way].Location != others[way].Location) return false;
        return true;
    }

    private static int IndexOf(JobShape shape, string task)
    {
        for (var index = 0; index < shape.Tasks.Length; index++)
            if (shape.Tasks[index].Key.Task == task) return index;
        return -1;
    }

    private static bool IsBy(WayDraws one, WayDraws other) => one.By == other.By || one.By.AsSpan().SequenceEqual(other.By.AsSpan());

    internal void Ask(Func<string, bool> isOut)
    {
        for (var way = 0; way < _isOut.Length; way++) _isOut[way] = Draws.Ways[way].By.Any(isOut);
    }
}
