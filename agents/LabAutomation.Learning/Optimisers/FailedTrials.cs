namespace LabAutomation.Learning;

/// <summary>
/// Each failed trial as a measurement of the worst output. Its doubt is that of the model there, shared by its repetitions, where the place is
/// sure to fail: the model then moves half of the way for one failure and two thirds for two. A failure that the place does not explain, since
/// trials like it succeed, moves it little.
/// </summary>
internal static class FailedTrials
{
    private const double LeastExplained = 0.05;

    public static Posterior Believed(GaussianProcess model, TrialLog log, FailureRisk? risk, Posterior posterior)
    {
        if (risk is null) return posterior;
        var failures = log.History.Where(observation => observation.Value is null).GroupBy(observation => observation.Point).ToArray();
        var columns = model.Encode([.. failures.Select(group => group.Key)]);
        var (outputs, doubts, chances) = (new double[failures.Length], new double[failures.Length], new double[failures.Length]);
        posterior.Predict(columns, outputs, doubts);
        risk.Success(columns, chances);
        for (var i = 0; i < failures.Length; i++)
        {
            var explained = Math.Max(1 - chances[i], LeastExplained);
            doubts[i] /= failures[i].Count() * explained * explained;
        }
        outputs.AsSpan().Fill(posterior.Outputs.Max());
        return posterior.With(columns, outputs, doubts);
    }
}
