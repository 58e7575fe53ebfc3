namespace LabAutomation.Learning;

/// <summary>
/// Each failed trial as a measurement of the worst output with as much doubt as the model has there, shared by its repetitions: half of the
/// way for one failure, two thirds for two at one place, and only as far around as the model is unsure.
/// </summary>
internal static class FailedTrials
{
    public static Posterior Believed(GaussianProcess model, TrialLog log, Posterior posterior)
    {
        var failures = log.History.Where(observation => observation.Value is null).GroupBy(observation => observation.Point).ToArray();
        if (failures.Length == 0) return posterior;
        var columns = model.Encode([.. failures.Select(group => group.Key)]);
        var (outputs, doubts) = (new double[failures.Length], new double[failures.Length]);
        posterior.Predict(columns, outputs, doubts);
        for (var i = 0; i < failures.Length; i++) doubts[i] /= failures[i].Count();
        outputs.AsSpan().Fill(posterior.Outputs.Max());
        return posterior.With(columns, outputs, doubts);
    }
}
