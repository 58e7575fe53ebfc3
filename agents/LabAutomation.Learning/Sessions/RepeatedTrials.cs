namespace LabAutomation.Learning.Sessions;

/// <summary>
/// Optimisers never suggest a point of a finite space twice. Where measuring again is allowed, the tried point of which most
/// improvement is expected competes with their suggestion, if one model judges both, and takes its place where nothing is left.
/// </summary>
internal static class RepeatedTrials
{
    /// <exception cref="SpaceExhaustedException">All points were tried, and none of them gave a value.</exception>
    public static Suggestion Next(StudyProblem problem, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending)
    {
        var log = new TrialLog(problem.Space, history, pending);
        var surrogate = (problem.Optimiser as GaussianProcessOptimiser)?.Learn(log, problem.Seed);
        Suggestion fresh;
        try
        {
            fresh = surrogate?.Untried() ?? problem.Optimiser.Suggest(problem.Space, history, pending, problem.Seed);
        }
        catch (SpaceExhaustedException) when (history.Any(observation => observation.Value is not null))
        {
            return (surrogate ?? Surrogate.Fit(log, problem.Seed, problem.Noise.Sd)).Tried();
        }

        if (surrogate is null || log.Catalogue is null) return fresh;
        var again = surrogate.Tried();
        return again.Acquisition > fresh.Acquisition ? again : fresh;
    }
}
