using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Makes a <see cref="StoppingVerdict"/> of a study and its models.</summary>
internal static class Stopping
{
    /// <summary>
    /// What length scales are multiplied by before surfaces are drawn. Those that are most probable after few trials are too long more often than too short, and a surface that is taken for smoother than it is has no room for
    /// a better place. Of stops on surfaces drawn at random and on usual test functions one in four was wrong without it, where one in twenty was stated (<c>bo --stopping</c>).
    /// </summary>
    internal const double Caution = 0.75;

    /// <param name="recommended">Where the study would stop; in the part of the space that is asked about.</param>
    /// <param name="calibrations">Of the objectives' models.</param>
    public static StoppingVerdict Of(
        StudyProblem problem, ImmutableArray<StudyTrial> trials, StudyModels models, Point recommended, DiagnosisQuestion question, IReadOnlyList<Calibration> calibrations)
    {
        var learner = problem.Optimiser as GaussianProcessOptimiser ?? new GaussianProcessOptimiser();
        // What other tasks were worth says nothing of this one.
        var space = models.Log.Space;
        var own = StudyEngine.OfTask(space, trials, trial => trial.Point, orAll: false);
        var values = own.Where(trial => trial.Values is not null).Select(trial => trial.Values![problem.Objectives[0].Name]).ToArray();
        var told = Text($"{own.Count} {(own.Count == 1 ? "trial" : "trials")}{(own.Count < trials.Length ? $" of '{Target(space)}'" : "")}");
        if (GoalReached(problem, trials, question) is { } reached) return reached with { Confidence = question.Confidence };
        if (learner.IsSpreading(new TrialLog(space, StudyEngine.OfTask(space, models.Log.History, one => one.Point, orAll: false), [])))
            return TooEarly($"{told} {(own.Count == 1 ? "is" : "are")} too few to say; the first ones are still being spread over the space", question);
        if (Fewest(space) is var fewest && own.Count < fewest)
            return TooEarly($"{told} are too few to say; at least {fewest} are wanted for so many parameters", question);
        if (!(values.Max() > values.Min())) return TooEarly(Text($"all {values.Length} measured values are {values[0]:G4}, from which nothing can be learnt"), question);
        var verdict = problem.Objectives is [{ Aim: var aim }]
            ? aim is Aim.FindLevel or Aim.Learn ? KnowledgeStopping.Of(problem, models, question) : RegretStopping.Of(problem, models, recommended, question)
            : TradeStopping.Of(problem, models.Rougher(Caution), question);
        if (verdict.Decision != StoppingDecision.MayStop) return verdict;
        var doubt = calibrations.Any(one => one.Judgement == CalibrationJudgement.Overconfident) ? "the model is overconfident"
            : calibrations.Any(one => one.Explained is not > 0) ? "the model tells left-out values no better than their mean does"
            : null;
        return doubt is null ? verdict : verdict with { Decision = StoppingDecision.GoOn, Reason = $"{verdict.Reason}; but {doubt}, so this cannot be relied on yet" };
    }

    private static string Target(SearchSpace space) => space.Dimensions.OfType<TaskDimension>().First() is var task ? task.Tasks[task.Target] : "";

    /// <summary>
    /// Trials from which on a verdict is given: twice the parameters plus two, at least 5. A model of fewer is good enough to say where to go next, which a bad guess costs one trial, and not to say that
    /// nothing is left to gain.
    /// </summary>
    private static int Fewest(SearchSpace space) => Math.Max(5, 2 * (space.Dimensions.Length - space.Held.Count + 1));

    /// <summary>By its measured value, as a campaign ends by it.</summary>
    private static StoppingVerdict? GoalReached(StudyProblem problem, ImmutableArray<StudyTrial> trials, DiagnosisQuestion question)
    {
        if (question.Goal is not { } goal || problem.Objectives is not [{ Aim: Aim.Minimise or Aim.Maximise } objective]) return null;
        for (var k = 0; k < trials.Length; k++)
        {
            if (trials[k].Values is not { } values || objective.Sign * values[objective.Name] > objective.Sign * goal) continue;
            if (!StudyEngine.Asked(problem.Space).KeepsRules(trials[k].Point) || problem.Outcomes.Any(limit => !limit.Holds(trials[k].Value(limit.Name)))) continue;
            return new StoppingVerdict(StoppingDecision.GoalReached, Text($"trial {k + 1} has reached the goal of {goal:G4} with {values[objective.Name]:G4}")) { GoalReachable = 1 };
        }
        return null;
    }

    internal static StoppingVerdict TooEarly(string reason, DiagnosisQuestion question) => new(StoppingDecision.TooEarly, reason) { Confidence = question.Confidence, Tolerance = question.Tolerance };

    /// <summary>
    /// From the least to the greatest at the tried places of the task asked about, the worst tenth left out; outputs as the model has them, less is better. What was measured elsewhere (under another context, at
    /// another fidelity) or is not believed counts as what the model expects in its place; what breaks the constraints only where there is nothing else.
    /// </summary>
    internal static double Range(GaussianProcess model, Func<double, double> cost)
    {
        var (space, own) = (model.Space, model.Transfer.Own);
        int[] allowed = [.. own.Where(i => space.Within(model.Observations[i].Point) is var place && space.KeepsRules(place) && space.IsRow(place))];
        double[] sorted = [.. (allowed.Length > 1 ? allowed : [.. own]).Select(i => cost(Value(i))).Order()];
        return sorted[(int)(0.9 * (sorted.Length - 1))] - sorted[0];

        double Value(int i) => model.Caps.TryGetValue(i, out var cap) ? cap.Value
            : !model.Doubts.Contains(i) && space.Within(model.Observations[i].Point).Equals(model.Observations[i].Point) ? model.Observations[i].Value!.Value
            : model.Predict(space.Within(model.Observations[i].Point)).Mean;
    }

    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
