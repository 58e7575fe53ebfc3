namespace LabAutomation.Learning.Sessions;

/// <summary>Where the best was measured so far, whatever the order of telling.</summary>
internal static class BestPlaces
{
    /// <param name="models">Of the objectives, in their order; outliers of the first are no best places.</param>
    /// <param name="keeps">Whether a measured point counts, as one that keeps the limits.</param>
    /// <returns>All points of the best value; the front of several objectives; every point where a surface is to be learnt.</returns>
    public static Point[] Of(StudyProblem problem, IReadOnlyList<GaussianProcess> models, Func<Point, bool> keeps)
    {
        var (measured, own) = (models[0].Observations, models[0].Transfer.Own);
        // Every objective is told of every measured trial, so the trials of the task asked about are in one order in all models.
        int[] numbers = [.. Enumerable.Range(0, own.Length).Where(k => !models[0].Doubts.Contains(own[k]) && keeps(measured[own[k]].Point))];
        int[] counted = [.. numbers.Select(k => own[k])];
        if (problem.Objectives.Length > 1)
            return [.. Hypervolume.Front([.. numbers.Select(k => problem.Objectives.Select((_, m) => models[m].Observations[models[m].Transfer.Own[k]].Value!.Value).ToArray())]).Select(k => measured[counted[k]].Point)];
        var (aim, sign) = (problem.Objectives[0].Aim, problem.Objectives[0].Sign);
        double[] costs = [.. counted.Select(i => Cost(measured[i].Value!.Value))];
        return [.. counted.Where((_, k) => costs[k] == costs.Min()).Select(i => measured[i].Point)];

        double Cost(double value) => aim switch
        {
            Aim.Reach reach => Math.Abs(value - sign * reach.Target),
            Aim.FindLevel level => Math.Abs(value - sign * level.Threshold),
            Aim.Learn => 0,
            _ => value,
        };
    }
}
