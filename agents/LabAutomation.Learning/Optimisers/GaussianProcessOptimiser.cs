using System.Globalization;

namespace LabAutomation.Learning;

/// <summary>
/// After an even spread of first trials, the point where a Gaussian process expects most improvement over the best place known.
/// A pending trial is taken to end as the model expects it; a failed one moves the model half of the way to the worst value seen.
/// </summary>
public sealed class GaussianProcessOptimiser : IOptimiser
{
    /// <summary>Products with more points are searched, not gone through; pools are always gone through.</summary>
    private const long Listable = 20_000;

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
        var initial = _options.InitialPoints ?? Math.Max(5, 2 * (space.Dimensions.Length + 1));
        if (log.Count < initial || history.Count(observation => observation.Value is not null) < 2)
            return new Suggestion(SpaceFilling.Spread(log, seed), null, null, null, $"initial point {log.Count + 1} of {initial}");

        var trialSeed = (int)RandomStream.Mix((uint)seed * 0x100000001UL + (uint)log.Count);
        var model = GaussianProcess.Fit(space, history, trialSeed, _options.NoiseSd);
        var acquisition = ExpectedImprovement(model, log);
        var (point, score) = log.Catalogue is { } all && (space.Pool is not null || all.Count <= Listable)
            ? Exhaustive.Best(log, all, acquisition)
            : new AcquisitionSearch(log, model, acquisition, trialSeed).Best();
        return Explained(model, point, score, model.Scale.Value(model.ObservedMeans().Min()));
    }

    /// <summary>Averaged over the members of the model, each with failed and pending trials as it sees them.</summary>
    internal static Acquisition ExpectedImprovement(GaussianProcess model, TrialLog log)
    {
        var total = model.Members.Sum(member => member.Weight);
        return new Acquisition([.. model.Members.Select(member =>
        {
            var known = model.ObservedMeans(member.Posterior).Min();
            var (posterior, best) = WithPending(model, log, WithFailures(model, log, member.Posterior), known);
            return (posterior, best, Math.Log(member.Weight / total));
        })]);
    }

    /// <summary>
    /// Each failed trial becomes a measurement of the worst output with as much doubt as the model has there, shared by its
    /// repetitions: half of the way for one failure, two thirds for two at one place, and only as far around as the model is unsure.
    /// </summary>
    private static Posterior WithFailures(GaussianProcess model, TrialLog log, Posterior posterior)
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

    /// <summary>Believes the model about pending trials, and counts the best of them as reached.</summary>
    private static (Posterior Posterior, double Best) WithPending(GaussianProcess model, TrialLog log, Posterior posterior, double best)
    {
        if (log.Pending.Count == 0) return (posterior, best);
        Point[] pending = [.. log.Pending.Distinct()];
        var (columns, believed, noises) = (model.Encode(pending), new double[pending.Length], new double[pending.Length]);
        posterior.Predict(columns, believed, noises);
        noises.AsSpan().Fill(posterior.Hyper.Noise);
        return (posterior.With(columns, believed, noises), Math.Min(best, believed.Min()));
    }

    private static Suggestion Explained(GaussianProcess model, Point point, double score, double best)
    {
        var expected = model.Predict(point);
        // Gains and losses, so that it reads right for a quantity that is maximised, whose cost has the other sign.
        var gain = best - expected.Mean;
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"expected {Math.Abs(gain):G3} {(gain >= 0 ? "better" : "worse")} than the best place known, ± {expected.Sd:G2} (model: {model.Kernel}, {model.Warp})");
        return new Suggestion(point, expected.Mean, expected.Sd, score, reason);
    }
}
