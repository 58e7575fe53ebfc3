using System.Globalization;

namespace LabAutomation.Learning.Sessions;

/// <summary>
/// Optimisers never suggest a point of a finite space twice. Where measuring again is allowed, the tried point of which most
/// improvement is expected competes with their suggestion.
/// </summary>
internal static class RepeatedTrials
{
    /// <exception cref="SpaceExhaustedException">All points were tried, and none of them gave a value.</exception>
    public static Suggestion Next(StudyProblem problem, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending)
    {
        Suggestion fresh;
        try
        {
            fresh = problem.Optimiser.Suggest(problem.Space, history, pending, problem.Seed);
        }
        catch (SpaceExhaustedException) when (history.Any(observation => observation.Value is not null))
        {
            return Again(problem, history, pending);
        }
        if (fresh.Acquisition is not { } score || Catalogue.Of(problem.Space) is null) return fresh;
        var again = Again(problem, history, pending);
        return again.Acquisition > score ? again : fresh;
    }

    private static Suggestion Again(StudyProblem problem, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending)
    {
        var model = GaussianProcess.Fit(problem.Space, history, problem.Seed, problem.Noise.Sd);
        var tried = history.Where(observation => observation.Value is not null).GroupBy(observation => observation.Point)
            .Where(group => problem.Space.IsFeasible(group.Key)).ToArray();
        if (tried.Length == 0) throw new SpaceExhaustedException("all points were tried, and none that satisfies the constraints gave a value");
        Point[] points = [.. tried.Select(group => group.Key)];
        var scores = new double[points.Length];
        GaussianProcessOptimiser.ExpectedImprovement(model, new TrialLog(problem.Space, history, pending)).Score(model.Encode(points), scores);
        var best = Array.IndexOf(scores, scores.Max());
        var expected = model.Predict(points[best]);
        return new Suggestion(points[best], expected.Mean, expected.Sd, scores[best], string.Create(CultureInfo.InvariantCulture,
            $"once more, to be sure (measured so far: {tried[best].Count()}, known to ± {expected.Sd:G2}; model: {model.Kernel}, {model.Warp})"));
    }
}
