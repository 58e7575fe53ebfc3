namespace LabAutomation.Learning;

/// <summary>Pending trials as if they had ended as the model expects them to.</summary>
internal static class PendingTrials
{
    /// <returns>The posterior, and the best output with the best of the pending ones counted as reached.</returns>
    public static (Posterior Posterior, double Best) Believed(GaussianProcess model, TrialLog log, Posterior posterior, double best)
    {
        if (log.Pending.Count == 0) return (posterior, best);
        Point[] pending = [.. log.Pending.Distinct()];
        var (columns, believed, noises) = (model.Encode(pending), new double[pending.Length], new double[pending.Length]);
        posterior.Predict(columns, believed, noises);
        noises.AsSpan().Fill(posterior.Hyper.Noise);
        return (posterior.With(columns, believed, noises), Math.Min(best, believed.Min()));
    }
}
