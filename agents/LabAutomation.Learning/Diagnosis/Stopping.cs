using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Makes a <see cref="StoppingVerdict"/> of a study and its models.</summary>
internal static class Stopping
{
    /// <param name="recommended">Where the study would stop; in the part of the space that is asked about.</param>
    /// <param name="judgement">Of the first objective's model.</param>
    public static StoppingVerdict Of(
        StudyProblem problem, ImmutableArray<StudyTrial> trials, StudyModels models, Point recommended, DiagnosisQuestion question, CalibrationJudgement judgement)
    {
        var learner = problem.Optimiser as GaussianProcessOptimiser ?? new GaussianProcessOptimiser();
        var values = trials.Where(trial => trial.Values is not null).Select(trial => trial.Values![problem.Objectives[0].Name]).ToArray();
        if (GoalReached(problem, trials, question) is { } reached) return reached with { Confidence = question.Confidence };
        if (learner.IsSpreading(models.Log))
            return TooEarly(Text($"{trials.Length} {(trials.Length == 1 ? "trial" : "trials")} are too few to say; the first ones are still being spread over the space"), question);
        if (Fewest(models.Log.Space) is var fewest && trials.Length < fewest)
            return TooEarly(Text($"{trials.Length} trials are too few to say; at least {fewest} are wanted for so many parameters"), question);
        if (!(values.Max() > values.Min())) return TooEarly(Text($"all {values.Length} measured values are {values[0]:G4}, from which nothing can be learnt"), question);
        var verdict = problem.Objectives is [{ Aim: var aim }]
            ? aim is Aim.FindLevel or Aim.Learn ? KnowledgeStopping.Of(problem, models, question) : RegretStopping.Of(problem, models, recommended, question)
            : TradeStopping.Of(problem, models, question);
        return verdict.Decision == StoppingDecision.MayStop && judgement == CalibrationJudgement.Overconfident
            ? verdict with { Decision = StoppingDecision.GoOn, Reason = $"{verdict.Reason}; but the model is overconfident, so this cannot be relied on yet" }
            : verdict;
    }

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
            if (!StudyEngine.Asked(problem.Space).IsFeasible(trials[k].Point) || problem.Outcomes.Any(limit => !limit.Holds(values[limit.Name]))) continue;
            return new StoppingVerdict(StoppingDecision.GoalReached, Text($"trial {k + 1} has reached the goal of {goal:G4} with {values[objective.Name]:G4}")) { GoalReachable = 1 };
        }
        return null;
    }

    internal static StoppingVerdict TooEarly(string reason, DiagnosisQuestion question) => new(StoppingDecision.TooEarly, reason) { Confidence = question.Confidence, Tolerance = question.Tolerance };

    /// <summary>From the least to the greatest, the worst tenth left out; outputs as the model has them, less is better.</summary>
    internal static double Range(GaussianProcess model, Func<double, double> cost)
    {
        double[] sorted = [.. model.Observations.Select(observation => cost(observation.Value!.Value)).Order()];
        return sorted[(int)(0.9 * (sorted.Length - 1))] - sorted[0];
    }

    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
