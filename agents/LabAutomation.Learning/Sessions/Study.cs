using System.Collections.Immutable;
using LabAutomation.Learning.Diagnosis;

namespace LabAutomation.Learning.Sessions;

/// <summary>
/// A problem, the trials that were told, and those that were asked for: all that an answer depends on. Immutable: what is told or
/// asked gives the next study, and a study that is put together again from its parts answers as the first one did.
/// </summary>
public sealed class Study
{
    private readonly ImmutableArray<StudyTrial> _trials;
    private readonly CheckedTrials _checked;

    private Study(
        StudyProblem problem, ImmutableArray<StudyTrial> trials, ImmutableList<PendingTrial> pending, int asked, ImmutableList<PendingTrial> abandoned, CheckedTrials seen)
        => (Problem, _trials, Trials, Pending, Asked, Abandoned, _checked) = (problem, trials, trials, pending, asked, abandoned, seen);

    /// <summary>What it is about.</summary>
    public StudyProblem Problem { get; }

    /// <summary>In the order of telling.</summary>
    public IReadOnlyList<StudyTrial> Trials { get; }

    /// <summary>In the order of asking.</summary>
    public ImmutableList<PendingTrial> Pending { get; }

    /// <summary>Trials that were given up since the last one was told. Until another is told they count as chosen, so that something else is asked for.</summary>
    public ImmutableList<PendingTrial> Abandoned { get; }

    /// <summary>How many trials were ever asked for; the last one has this number.</summary>
    public int Asked { get; }

    /// <summary>What the engine does not use of the problem, for people.</summary>
    public ImmutableArray<string> Notes => StudyEngine.Notes(Problem);

    /// <summary>A study in which nothing was told or asked.</summary>
    /// <exception cref="StudyException">The engine lacks something, or no point of the space is feasible.</exception>
    public static Study Open(StudyProblem problem)
    {
        if (StudyEngine.Refusal(problem) is { } refusal) throw new StudyException(refusal);
        // Rows are numbered once, and not in the time of the first answer.
        if (problem.Space.Pool is [var first, ..]) _ = problem.Space.RowOf(first);
        foreach (var space in new[] { problem.Space, StudyEngine.Asked(problem.Space) }.Distinct())
            if (!Feasibility.IsPossible(space)) throw new InfeasibleException(Feasibility.Nowhere(space), space.Held);
        if (problem.Optimiser is GridOptimiser && problem.Space is { Pool: null, Rules.Contexts.IsEmpty: true } && GridOptimiser.IsEmpty(StudyEngine.Asked(problem.Space)))
            throw new StudyException("no point of the grid satisfies the constraints; another planner, such as gaussian-process, goes between the points of a grid");
        return new Study(problem, [], [], 0, [], new CheckedTrials());
    }

    /// <summary>The study with the trials of another time, before which nothing was told or asked.</summary>
    /// <exception cref="StudyException">The parts do not belong together.</exception>
    public Study With(IEnumerable<StudyTrial> trials, IEnumerable<PendingTrial> pending, int asked, IEnumerable<PendingTrial>? abandoned = null)
    {
        ImmutableList<PendingTrial> open = [.. pending], given = [.. abandoned ?? []];
        var numbered = open.AddRange(given);
        if (numbered.Any(trial => trial.Number < 1 || trial.Number > asked) || numbered.DistinctBy(trial => trial.Number).Count() != numbered.Count)
            throw new StudyException($"pending and abandoned trials have numbers from 1 to {asked}, the number of trials asked for, each once");
        return new Study(Problem, trials is ImmutableArray<StudyTrial> told ? told : [.. trials], open, asked, given, _checked);
    }

    /// <summary>The number of a candidate row, from 0; the first of equal ones. Null for other points.</summary>
    public int? RowOf(Point point) => Problem.Space.RowOf(point);

    /// <summary>The study after a trial was measured, failed or was given up.</summary>
    /// <exception cref="StudyException">No such trial is pending.</exception>
    public Study Tell(TrialReport report)
    {
        var pending = report.Number is { } number
            ? Pending.Find(trial => trial.Number == number) ?? throw NotPending($"trial {number} is not pending")
            : Asked > 0 && report.Point is { } place ? PendingAt(place) : null;
        var open = pending is null ? Pending : Pending.Remove(pending);
        if (report.Values is null && report.Failure is null)
            return pending is null ? throw NotPending("only a pending trial can be abandoned") : new Study(Problem, _trials, open, Asked, Abandoned.Add(pending), _checked);
        var point = report.Point ?? pending?.Point ?? throw new StudyException("a trial is told with its number or its point");
        var told = new StudyTrial(point, report.Values, report.Failure, report.NoiseSds) { Asked = pending is null || pending.Point.Equals(point) ? null : pending.Point };
        return new Study(Problem, _trials.Add(told), open, Asked, [], _checked);
    }

    /// <summary>Up to <paramref name="count"/> proposals, each of which knows the ones before it; fewer where a finite space ends.</summary>
    /// <param name="count">1 or more; of fewer nothing is asked for.</param>
    /// <param name="context">Coordinates of the dimensions that are read, by their numbers.</param>
    /// <exception cref="StudyException">Nothing at all is left to try, or a context is missing or is none; an <see cref="InfeasibleException"/> where there never was anything.</exception>
    /// <exception cref="InvalidOperationException">The planner has a defect: what it chose is no trial of the space.</exception>
    public (Study Study, ImmutableArray<Proposal> Proposals) Ask(int count, ImmutableDictionary<int, double>? context = null)
    {
        var asked = Problem with { Space = Within(context, "ask") };
        var trials = _trials;
        var (pending, proposals, models) = (Pending.ToBuilder(), ImmutableArray.CreateBuilder<Proposal>(), (StudyModels?)null);
        var abandoned = Abandoned;
        for (var k = 1; k <= count; k++)
        {
            try
            {
                var proposal = StudyEngine.Next(asked, trials, [.. pending.Concat(abandoned).Select(trial => trial.Point)], ref models, _checked) with { Number = Asked + k };
                proposals.Add(proposal);
                pending.Add(new PendingTrial(proposal.Number, proposal.Point));
            }
            catch (SpaceExhaustedException) when (!abandoned.IsEmpty)
            {
                // Nothing else is left: what was given up may be asked for again.
                (abandoned, models, k) = ([], null, k - 1);
            }
            catch (SpaceExhaustedException exhausted)
            {
                if (proposals.Count == 0) throw Feasibility.IsPossible(StudyEngine.Asked(asked.Space)) ? new StudyException(exhausted.Message) : new InfeasibleException(Feasibility.Nowhere(asked.Space), asked.Space.Held);
                break;
            }
        }
        return (new Study(Problem, _trials, pending.ToImmutable(), Asked + proposals.Count, abandoned, _checked), proposals.ToImmutable());
    }

    /// <summary>The point to choose now, of those that were measured; with candidates, one of these.</summary>
    /// <param name="context">What is read and not chosen, by the numbers of the dimensions: the answer is for that.</param>
    /// <exception cref="StudyException">Nothing was measured yet where the constraints hold, or a context is missing or is none.</exception>
    public Recommendation Best(ImmutableDictionary<int, double>? context = null) => Concluded(context).Best();

    /// <summary>The trades among several objectives of which none is better in everything.</summary>
    /// <inheritdoc cref="Best"/>
    public TradeFront Front(ImmutableDictionary<int, double>? context = null) => Concluded(context).Front();

    /// <summary>What is known of the first objective over the whole space, under a context.</summary>
    /// <inheritdoc cref="Best"/>
    public SpaceKnowledge Knowledge(ImmutableDictionary<int, double>? context = null) => Concluded(context).Knowledge();

    /// <summary>What the models are worth, what they say, what looks wrong, and whether to go on. Pending trials do not count.</summary>
    /// <exception cref="StudyException">The question makes no sense, or a context is missing or is none.</exception>
    public StudyDiagnosis Diagnose(DiagnosisQuestion? question = null) =>
        Examination.Of(Problem, Within(question?.Context, "diagnose"), _trials, question ?? DiagnosisQuestion.Plain);

    /// <summary>The model of a measured quantity, fitted to all trials that were told.</summary>
    /// <exception cref="StudyException">It is no quantity of this study, or was never measured.</exception>
    public StudySurrogate Surrogate(string quantity)
    {
        if (!Problem.Measured.Contains(quantity)) throw new StudyException($"'{quantity}' is not modelled; modelled are {string.Join(", ", Problem.Measured)}");
        var trials = _trials;
        if (trials.FirstOrDefault(trial => trial.Values is not null) is null) throw new StudyException($"there is no model of '{quantity}': no trial has measured anything yet");
        if (trials.All(trial => trial.Value(quantity) is null)) throw new StudyException($"there is no model of '{quantity}': no trial has measured it");
        var told = StudyEngine.Told(Problem, trials);
        var place = told.Measured.ToList().IndexOf(quantity);
        var models = StudyModels.Fit(told, trials, new TrialLog(Problem.Space, StudyEngine.History(Problem, trials), []));
        return new StudySurrogate(quantity, models.Quantities[place], place < Problem.Objectives.Length ? Problem.Objectives[place].Sign : 1);
    }

    private Conclusions Concluded(ImmutableDictionary<int, double>? context) => new(Problem, _trials, StudyEngine.Asked(Within(context, "best")));

    /// <param name="message">In which it is said.</param>
    private SearchSpace Within(ImmutableDictionary<int, double>? context, string message)
    {
        var (space, contexts) = (Problem.Space, Problem.Space.Rules.Contexts);
        context ??= ImmutableDictionary<int, double>.Empty;
        foreach (var dimension in contexts)
            if (!context.ContainsKey(dimension))
                throw new StudyException($"parameter '{space.Dimensions[dimension].Name}' is a context, which is read and not chosen: say with the question what it is, {{\"{message}\":{{\"context\":{{\"{space.Dimensions[dimension].Name}\":…}}}}}}");
        foreach (var (dimension, coordinate) in context)
            space = contexts.Contains(dimension) ? space.Holding(dimension, coordinate) : throw new StudyException($"parameter '{space.Dimensions[dimension].Name}' is no context; it is chosen");
        return space;
    }

    private PendingTrial? PendingAt(Point place) => Pending.Find(trial => trial.Point.Equals(place)) ?? Pending.Find(trial => IsNear(trial.Point, place));

    private bool IsNear(Point asked, Point told)
    {
        for (var d = 0; d < Problem.Space.Dimensions.Length; d++)
            if (!UnitCube.IsSame(Problem.Space.Dimensions[d], asked[d], told[d])) return false;
        return true;
    }

    private StudyException NotPending(string what) => new(Pending.IsEmpty
        ? $"{what}; no trial is"
        : $"{what}; pending are {string.Join(", ", Pending.Take(20).Select(trial => trial.Number))}{(Pending.Count > 20 ? $" and {Pending.Count - 20} more" : "")}");
}
