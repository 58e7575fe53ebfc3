using System.Collections.Immutable;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Learning.Sessions;

/// <summary>The one place where a study meets models, acquisitions and the planners that do not learn.</summary>
internal static class StudyEngine
{
    /// <summary>What of the problem makes no sense, and what would; null where all does.</summary>
    public static string? Refusal(StudyProblem problem)
    {
        if (problem.Threads < 1) return $"{problem.Threads} threads cannot work on an answer; at least 1 does";
        if (problem.Objectives.Length > 1 && problem.Objectives.FirstOrDefault(objective => objective.Aim is not (Aim.Minimise or Aim.Maximise)) is { } alone)
            return $"objective '{alone.Name}' is to be {(alone.Aim is Aim.Reach ? "brought to a target" : "learnt")}, which has no trade with others; "
                + "several objectives are minimised or maximised";
        if (problem.Objectives.Length > MostObjectives) return $"there are {problem.Objectives.Length} objectives; trades are weighed among {MostObjectives} at most";
        if (problem.Objectives.Length > 1 && problem.Noise.Sd is > 0)
            return "one standard deviation cannot be that of several objectives; say unknown or none, or tell each value's own";
        if (problem.Advice is { } advice)
            return problem.Objectives is [{ Aim: Aim.Learn or Aim.FindLevel } learnt]
                ? $"'{learnt.Name}' is to be learnt, and advice says where the best is: there is no best place to be advised"
                : advice.Complaint(problem.Space);
        return null;
    }

    private const int MostObjectives = 4;

    /// <summary>What the planner does not look at.</summary>
    public static ImmutableArray<string> Notes(StudyProblem problem)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var dimension in problem.Space.Pool is null ? problem.Space.Dimensions : [])
            if (UnitCube.ValuesOf(dimension) == 1) notes.Add($"parameter '{Admission.Shortened(dimension.Name)}' has one value, which it keeps");
        foreach (var dimension in problem.Space.Rules.Activations.Select(activation => activation.Dimension).Distinct())
            if (problem.Space.Rules.Linear.Any(one => !one.IsMixture && one.Coefficients[dimension] != 0) || problem.Space.Rules.Nonlinear.Any(one => one.Dimensions.Contains(dimension)))
                notes.Add($"a constraint on parameter '{Admission.Shortened(problem.Space.Dimensions[dimension].Name)}' asks nothing where that does not count");
        if (problem is { Repeats: true, MayRepeat: false }) notes.Add("nothing is repeated, since values without noise cannot become surer");
        if (problem.Optimiser is GaussianProcessOptimiser) return notes.ToImmutable();
        if (problem.Noise.Sd is not null) notes.Add($"planner '{problem.Optimiser.Name}' does not look at the noise");
        if (!problem.Outcomes.IsEmpty) notes.Add($"planner '{problem.Optimiser.Name}' does not look at limits on what is measured");
        if (problem.Advice is not null) notes.Add($"planner '{problem.Optimiser.Name}' does not look at advice");
        return notes.ToImmutable();
    }

    /// <summary>The next trial, without a number.</summary>
    /// <exception cref="SpaceExhaustedException">Nothing is left to try.</exception>
    public static Proposal Next(StudyProblem problem, ImmutableArray<StudyTrial> trials, ImmutableArray<Point> pending)
    {
        StudyModels? none = null;
        return Next(problem, trials, pending, ref none);
    }

    /// <summary>The same, for several in a row.</summary>
    /// <param name="known">Models of these trials, where they have been fitted; receives them.</param>
    /// <exception cref="InvalidOperationException">What was chosen is no trial of this space, which is a defect of the planner.</exception>
    /// <param name="before">What was checked of the trials.</param>
    public static Proposal Next(StudyProblem problem, ImmutableArray<StudyTrial> trials, ImmutableArray<Point> pending, ref StudyModels? known, CheckedTrials? before = null)
    {
        var proposal = problem.Optimiser is ICheckedOptimiser plain
            ? (before ?? new CheckedTrials()).Ask(problem, Asked(problem.Space), trials, pending, log => Unlearnt(problem, trials, log, () => plain.Suggest(log, problem.Seed)))
            : Chosen(problem, trials, pending, ref known);
        var space = Asked(problem.Space, ofAllFidelities: true);
        var isPlace = space.IsFeasible(proposal.Point) && (space.Pool is not null || space.Settled(proposal.Point).Equals(proposal.Point));
        if (isPlace && space.IsRow(proposal.Point)) return proposal;
        var place = string.Join(", ", space.Dimensions.Select((dimension, d) => FormattableString.Invariant($"{dimension.Name} = {proposal.Point[d]:R}")));
        throw new InvalidOperationException($"planner '{problem.Optimiser.Name}' chose {place}, which {(isPlace ? "is no candidate" : "lies outside the bounds or breaks a rule")}; nothing was asked for");
    }

    private static Proposal Chosen(StudyProblem problem, ImmutableArray<StudyTrial> trials, ImmutableArray<Point> pending, ref StudyModels? known)
    {
        var (history, space) = (History(problem, trials), Asked(problem.Space));
        var log = new TrialLog(space, history, pending);
        if (problem.Optimiser is not GaussianProcessOptimiser learner) return Unlearnt(problem, trials, log, () => problem.Optimiser.Suggest(space, history, pending, problem.Seed));
        var advised = Advised.Of(problem, trials);
        var told = Told(problem, trials);
        // Trials of other tasks take the place of first trials while they tell something of this one.
        var own = OfTask(space, history, one => one.Point, orAll: false) is var mine && mine.Count == history.Length ? log : new TrialLog(space, mine, pending);
        if (learner.IsSpreading(own) && (learner.IsSpreading(log) || !(known = known?.With(log) ?? StudyModels.Fit(told, trials, log)).Quantities[0].Transfer.IsTaught))
        {
            var preferredFirst = learner.IsSpreadingFirst(own) ? advised?.First(log) : null;
            // First trials are of all fidelities, or nothing would be known of how alike these are.
            var first = Unlearnt(problem, trials, log, () => preferredFirst ?? learner.Spread(new TrialLog(Asked(problem.Space, ofAllFidelities: true), own.History, pending), problem.Seed));
            return advised is null ? first : advised.Heard(first, preferredFirst is not null);
        }
        var models = known = known?.With(log) ?? StudyModels.Fit(told, trials, log);
        var worth = Worth.Of(told, models);
        var (plain, isAgain) = Most(problem, log, worth.Acquisition, worth, models);
        var explanation = new Explanation(problem, told, models, worth, trials);
        if (advised is null) return explanation.Of(plain, isAgain);
        if (advised.Factor(log) is not { } factor) return advised.Heard(explanation.Of(plain, isAgain), decided: false);
        var (preferred, isPreferredAgain) = Most(problem, log, Product.Of([worth.Acquisition, factor]), worth, models);
        return advised.Heard(explanation.Of(preferred, isPreferredAgain), !preferred.Point.Equals(plain.Point));
    }

    /// <summary>The point of most worth, and whether it was measured before.</summary>
    private static ((Point Point, double Score) Chosen, bool IsRepeated) Most(StudyProblem problem, TrialLog log, IAcquisition acquisition, Worth worth, StudyModels models)
    {
        var prospect = new Prospect(log, acquisition, worth.Incumbents, models.Seed, problem.Threads);
        try
        {
            var fresh = prospect.Untried();
            if (!problem.MayRepeat || log.Catalogue is null) return (fresh, false);
            var again = prospect.Tried();
            return again.Score > fresh.Score ? (again, true) : (fresh, false);
        }
        catch (SpaceExhaustedException) when (problem.MayRepeat)
        {
            return (prospect.Tried(), true);
        }
    }

    /// <summary>The part of the space where trials are chosen: tasks at the one asked about, fidelities at the highest.</summary>
    public static SearchSpace Asked(SearchSpace space, bool ofAllFidelities = false)
    {
        for (var d = 0; d < space.Dimensions.Length; d++)
        {
            if (space.Held.ContainsKey(d)) continue;
            if (space.Dimensions[d] is TaskDimension task) space = space.Holding(d, task.Target);
            else if (space.Dimensions[d] is FidelityDimension fidelity && !ofAllFidelities) space = space.Holding(d, fidelity.Values[^1]);
        }
        return space;
    }

    /// <summary>What is of the task that is asked about.</summary>
    /// <param name="orAll">Whether all of them stand in where there is none of that task.</param>
    internal static IReadOnlyList<T> OfTask<T>(SearchSpace space, IReadOnlyList<T> all, Func<T, Point> place, bool orAll = true)
    {
        int[] tasks = [.. Enumerable.Range(0, space.Dimensions.Length).Where(d => space.Dimensions[d] is TaskDimension)];
        if (tasks.Length == 0) return all;
        var asked = Asked(space);
        T[] own = [.. all.Where(one => tasks.All(d => place(one)[d] == asked.Held[d]))];
        return own.Length > 0 || !orAll ? own : all;
    }

    /// <summary>An outcome of which nothing was measured yet, so that there is no model of it; null where there is none.</summary>
    internal static string? Untold(StudyProblem problem, ImmutableArray<StudyTrial> trials) =>
        problem.Outcomes.FirstOrDefault(limit => trials.All(trial => trial.Value(limit.Name) is null))?.Name;

    /// <summary>The problem without the outcomes of which nothing was measured yet.</summary>
    internal static StudyProblem Told(StudyProblem problem, ImmutableArray<StudyTrial> trials) => Untold(problem, trials) is null
        ? problem
        : problem with { Outcomes = [.. problem.Outcomes.Where(limit => trials.Any(trial => trial.Value(limit.Name) is not null))] };

    internal static ImmutableArray<Observation> History(StudyProblem problem, ImmutableArray<StudyTrial> trials)
        => [.. trials.Select(trial => Observed(problem, trial))];

    /// <summary>What is told of the first objective.</summary>
    internal static Observation Observed(StudyProblem problem, StudyTrial trial) => trial.Of(problem.Objectives[0].Name, problem.Objectives[0].Sign);

    private static Proposal Unlearnt(StudyProblem problem, ImmutableArray<StudyTrial> trials, TrialLog log, Func<Suggestion> suggest)
    {
        try
        {
            return Plain(suggest(), log);
        }
        catch (SpaceExhaustedException) when (problem.MayRepeat && log.History.Any(observation => observation.Value is not null))
        {
            var told = Told(problem, trials);
            var models = StudyModels.Fit(told, trials, log);
            var worth = Worth.Of(told, models);
            return new Explanation(problem, told, models, worth, trials).Of(new Prospect(log, worth.Acquisition, worth.Incumbents, models.Seed, problem.Threads).Tried(), isRepeated: true);
        }
    }

    private static Proposal Plain(Suggestion suggestion, TrialLog log)
    {
        var chance = log.HasFailures && FailureRisk.Of(log.Cube, log.History) is { } risk ? risk.Success(Encoded(log.Cube, suggestion.Point)) : 1;
        return new(0, suggestion.Point, null, chance, suggestion.Acquisition, suggestion.Reason);
    }

    private static double[] Encoded(UnitCube cube, Point point)
    {
        var row = new double[cube.Width];
        cube.Encode(point, row);
        return row;
    }
}
