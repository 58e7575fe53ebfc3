using System.Globalization;

namespace LabAutomation.Learning;

/// <summary>
/// After an even spread of first trials, the point where a Gaussian process expects most improvement over the best place known.
/// A pending trial is taken to end as the model expects it; a failed one is taken to be as bad as the worst seen, with some doubt.
/// </summary>
public sealed class GaussianProcessOptimiser : IOptimiser
{
    /// <summary>Products with more points are searched, not gone through; pools are always gone through.</summary>
    private const long Listable = 20_000;

    /// <summary>Variance about the worst value of a failed trial, in standardised outputs: it warns of its neighbourhood and forbids nothing.</summary>
    private const double FailureDoubt = 0.25;

    private readonly GaussianProcessOptions _options;

    public GaussianProcessOptimiser(GaussianProcessOptions? options = null)
    {
        _options = options ?? new GaussianProcessOptions();
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
        var model = GaussianProcess.Fit(space, history, trialSeed);
        var known = new double[model.Posterior.Count];
        model.Posterior.Predict(model.ObservedColumns, known, new double[known.Length]);
        var acquisition = new Acquisition(Foresee(model, log), known.Min());
        var (point, score) = log.Catalogue is { } all && (space.Pool is not null || all.Count <= Listable)
            ? Exhaustive.Best(log, all, acquisition)
            : new AcquisitionSearch(log, model, acquisition, trialSeed).Best();
        return Explained(model, point, score, model.Scale.Value(known.Min()));
    }

    /// <summary>The model's posterior as if pending and failed trials had ended.</summary>
    private static Posterior Foresee(GaussianProcess model, TrialLog log)
    {
        var posterior = model.Posterior;
        Point[] failed = [.. log.History.Where(observation => observation.Value is null).Select(observation => observation.Point).Distinct()];
        if (failed.Length > 0)
        {
            var (outputs, noises) = (new double[failed.Length], new double[failed.Length]);
            outputs.AsSpan().Fill(posterior.Outputs.Max());
            noises.AsSpan().Fill(model.Noise + FailureDoubt);
            posterior = posterior.With(model.Encode(failed), outputs, noises);
        }
        if (log.Pending.Count > 0)
        {
            Point[] pending = [.. log.Pending.Distinct()];
            var (columns, believed, noises) = (model.Encode(pending), new double[pending.Length], new double[pending.Length]);
            posterior.Predict(columns, believed, noises);
            noises.AsSpan().Fill(model.Noise);
            posterior = posterior.With(columns, believed, noises);
        }
        return posterior;
    }

    private static Suggestion Explained(GaussianProcess model, Point point, double score, double best)
    {
        var expected = model.Predict(point);
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"expected {expected.Mean:G4} ± {expected.Sd:G2}; the best place known is at {best:G4} (model: {model.Kernel}, {model.Warp})");
        return new Suggestion(point, expected.Mean, expected.Sd, score, reason);
    }
}
