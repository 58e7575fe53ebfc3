using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>
/// The one place where a study meets the optimisers: what of a problem they can do, what they need to know, what they answer. An
/// optimiser that can do more is made known here.
/// </summary>
internal static class StudyEngine
{
    /// <summary>What the problem asks for and the engine lacks, and what there is instead; null where nothing is lacking.</summary>
    public static string? Refusal(StudyProblem problem)
    {
        if (problem.Objectives.Length != 1)
            return $"the objectives are {string.Join(", ", problem.Objectives.Select(objective => $"'{objective.Name}'"))}; this engine optimises one";
        if (problem.Outcomes is [var outcome, ..])
            return $"outcome '{outcome.Name}' has a limit; this engine knows limits on parameters ('constraints'), not on what is measured. "
                + "A trial that broke the limit can be told as failed";
        return null;
    }

    /// <summary>What the optimiser does not look at.</summary>
    public static ImmutableArray<string> Notes(StudyProblem problem) => problem.Noise.Sd is null || problem.Optimiser is GaussianProcessOptimiser
        ? []
        : [$"planner '{problem.Optimiser.Name}' does not look at the noise"];

    /// <summary>The next trial, without a number.</summary>
    /// <exception cref="SpaceExhaustedException">Nothing is left to try.</exception>
    public static Proposal Next(StudyProblem problem, ImmutableArray<StudyTrial> trials, ImmutableArray<Point> pending)
    {
        var history = History(problem, trials);
        var suggestion = problem.Repeats
            ? RepeatedTrials.Next(problem, history, pending)
            : problem.Optimiser.Suggest(problem.Space, history, pending, problem.Seed);
        var objective = problem.Objectives[0];
        ImmutableArray<Prediction>? expected = suggestion is { Mean: { } mean, Sd: { } sd } ? [new Prediction(objective.Sign * mean, sd)] : null;
        return new Proposal(0, suggestion.Point, expected, Feasible: 1, suggestion.Acquisition, suggestion.Reason);
    }

    /// <summary>Without noise the best measurement; with noise the measured point of which the model expects most.</summary>
    /// <exception cref="StudyException">Nothing was measured yet where the constraints hold.</exception>
    public static Recommendation Recommend(StudyProblem problem, ImmutableArray<StudyTrial> trials)
    {
        var objective = problem.Objectives[0];
        var measured = trials.Where(trial => trial.Values is not null && problem.Space.IsFeasible(trial.Point)).ToArray();
        if (measured.Length == 0)
            throw new StudyException(trials.Any(trial => trial.Values is not null)
                ? "no measured trial satisfies the constraints yet"
                : "nothing was measured yet; tell a trial with its values first");
        var best = measured.MinBy(trial => Cost(objective, trial))!;
        Point[] points = [.. measured.Select(trial => trial.Point).Distinct()];
        var expected = GaussianProcess.Fit(problem.Space, History(problem, trials), problem.Seed, problem.Noise.Sd).Predict(points);
        var chosen = problem.Noise.IsNone
            ? Array.IndexOf(points, best.Point)
            : Enumerable.Range(0, points.Length).MinBy(k => expected[k].Mean);
        double[] there = [.. measured.Where(trial => trial.Point.Equals(points[chosen])).Select(trial => trial.Values![objective.Name])];
        return new Recommendation(points[chosen], [expected[chosen] with { Mean = objective.Sign * expected[chosen].Mean }], [there.Average()], there.Length, best);
    }

    private static double Cost(Objective objective, StudyTrial trial) => objective.Sign * trial.Values![objective.Name];

    private static ImmutableArray<Observation> History(StudyProblem problem, ImmutableArray<StudyTrial> trials)
        => [.. trials.Select(trial => trial.Of(problem.Objectives[0].Name, problem.Objectives[0].Sign))];
}
