namespace LabAutomation.Learning;

/// <summary>Uniformly random feasible points: the yardstick for every other optimiser. A finite space is drawn from without replacement.</summary>
public sealed class RandomOptimiser : IOptimiser
{
    public string Name => "random";

    public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed)
        => new(SpaceFilling.Random(new TrialLog(space, history, pending), seed), null, null, null, "drawn at random");
}
