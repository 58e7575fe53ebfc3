namespace LabAutomation.Learning;

/// <summary>
/// After an even spread of first trials, the point where a Gaussian process expects most improvement over the best place known.
/// A pending trial is taken to end as the model expects it; a failed one moves the model half of the way to the worst value seen.
/// </summary>
public sealed class GaussianProcessOptimiser : IOptimiser
{
    private readonly GaussianProcessOptions _options;

    public GaussianProcessOptimiser(GaussianProcessOptions? options = null)
    {
        _options = options ?? new GaussianProcessOptions();
        if (_options.NoiseSd is { } sd && !(sd >= 0 && double.IsFinite(sd)))
            throw new ArgumentOutOfRangeException(nameof(options), sd, "the standard deviation of a measurement is 0 or more");
        if (_options.InitialPoints is < 2)
            throw new ArgumentOutOfRangeException(nameof(options), _options.InitialPoints, "a model needs at least 2 initial points");
    }

    public string Name => "gaussian-process";

    public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed)
    {
        var log = new TrialLog(space, history, pending);
        return Learn(log, seed)?.Untried() ?? new Suggestion(
            SpaceFilling.Spread(log, seed), null, null, null, $"initial point {log.Count + 1} of {InitialPoints(space)}");
    }

    /// <summary>What the suggestion is drawn from; null while first trials are spread.</summary>
    internal Surrogate? Learn(TrialLog log, int seed) =>
        log.Count < InitialPoints(log.Space) || log.History.Count(observation => observation.Value is not null) < 2
            ? null
            : Surrogate.Fit(log, seed, _options.NoiseSd);

    private int InitialPoints(SearchSpace space) => _options.InitialPoints ?? Math.Max(5, 2 * (space.Dimensions.Length + 1));
}
