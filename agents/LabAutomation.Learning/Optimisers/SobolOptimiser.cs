namespace LabAutomation.Learning;

/// <summary>The feasible points of a scrambled Sobol sequence, which covers the space evenly from the first trials on.</summary>
public sealed class SobolOptimiser : IOptimiser
{
    public string Name => "sobol";

    public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed)
        => new(SpaceFilling.Spread(new TrialLog(space, history, pending), seed), null, null, null, "next point of an even spread");
}
