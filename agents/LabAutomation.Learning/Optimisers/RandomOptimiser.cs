namespace LabAutomation.Learning;

/// <summary>Uniformly random feasible points: the yardstick for every other optimiser. A finite space is drawn from without replacement.</summary>
public sealed class RandomOptimiser : IOptimiser, ICheckedOptimiser
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed)
        => Suggest(new TrialLog(space, history, pending), seed);

    Suggestion ICheckedOptimiser.Suggest(TrialLog log, int seed) => Suggest(log, seed);

    private static Suggestion Suggest(TrialLog log, int seed) => new(SpaceFilling.Random(log, seed), null, null, null, "drawn at random");
}
