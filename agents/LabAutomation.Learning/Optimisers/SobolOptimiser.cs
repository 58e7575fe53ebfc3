namespace LabAutomation.Learning;

/// <summary>The feasible points of a scrambled Sobol sequence, which covers the space evenly from the first trials on.</summary>
public sealed class SobolOptimiser : IOptimiser, ICheckedOptimiser
{
    /// <inheritdoc/>
    public string Name => "sobol";

    /// <inheritdoc/>
    public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed)
        => Suggest(new TrialLog(space, history, pending), seed);

    Suggestion ICheckedOptimiser.Suggest(TrialLog log, int seed) => Suggest(log, seed);

    private static Suggestion Suggest(TrialLog log, int seed) => new(SpaceFilling.Spread(log, seed), null, null, null, "next point of an even spread");
}
