using System.Globalization;

namespace LabAutomation.Learning;

/// <summary>The model of the trials so far and how promising it finds points: fitted once, for all points that compete for the next trial.</summary>
internal sealed class Surrogate
{
    /// <summary>Products with more points are searched, not gone through; pools are always gone through.</summary>
    private const long Listable = 20_000;

    private readonly TrialLog _log;
    private readonly int _seed;

    private Surrogate(TrialLog log, GaussianProcess model, int seed) =>
        (_log, Model, _seed, Acquisition) = (log, model, seed, Improvement(model, log));

    public GaussianProcess Model { get; }

    public IAcquisition Acquisition { get; }

    /// <param name="seed">Of the campaign.</param>
    /// <param name="noiseSd">Standard deviation of one measurement where it is known.</param>
    /// <exception cref="ArgumentException">No trial has a value.</exception>
    public static Surrogate Fit(TrialLog log, int seed, double? noiseSd)
    {
        var trialSeed = (int)RandomStream.Mix((uint)seed * 0x100000001UL + (uint)log.Count);
        return new Surrogate(log, GaussianProcess.Fit(log.Space, log.History, trialSeed, noiseSd), trialSeed);
    }

    /// <summary>The most promising point that may be suggested as new.</summary>
    /// <exception cref="SpaceExhaustedException"/>
    public Suggestion Untried()
    {
        var (point, score) = _log.Catalogue is { } all && (_log.Space.Pool is not null || all.Count <= Listable)
            ? Exhaustive.Best(_log, all, Acquisition)
            : new AcquisitionSearch(_log, Model.BestRows(4), Acquisition, _seed).Best();
        return Explained(point, score, Model.Scale.Value(Model.ObservedMeans().Min()));
    }

    /// <summary>The most promising point that was measured.</summary>
    /// <exception cref="SpaceExhaustedException">No measured point satisfies the constraints.</exception>
    public Suggestion Tried()
    {
        var tried = _log.History.Where(observation => observation.Value is not null).GroupBy(observation => observation.Point)
            .Where(group => _log.Space.IsFeasible(group.Key)).ToArray();
        if (tried.Length == 0) throw new SpaceExhaustedException("all points were tried, and none that satisfies the constraints gave a value");
        Point[] points = [.. tried.Select(group => group.Key)];
        var scores = new double[points.Length];
        Acquisition.Score(Model.Encode(points), scores);
        var best = Array.IndexOf(scores, scores.Max());
        var expected = Model.Predict(points[best]);
        return new Suggestion(points[best], expected.Mean, expected.Sd, scores[best], string.Create(CultureInfo.InvariantCulture,
            $"once more, to be sure (measured so far: {tried[best].Count()}, known to ± {expected.Sd:G2}; model: {Model.Kernel}, {Model.Warp})"));
    }

    /// <summary>Averaged over the members of the model, each with failed and pending trials as it sees them.</summary>
    private static ExpectedImprovement Improvement(GaussianProcess model, TrialLog log)
    {
        var total = model.Members.Sum(member => member.Weight);
        return new ExpectedImprovement([.. model.Members.Select(member =>
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

    private Suggestion Explained(Point point, double score, double best)
    {
        var expected = Model.Predict(point);
        // Gains and losses, so that it reads right for a quantity that is maximised, whose cost has the other sign.
        var gain = best - expected.Mean;
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"expected {Math.Abs(gain):G3} {(gain >= 0 ? "better" : "worse")} than the best place known, ± {expected.Sd:G2} (model: {Model.Kernel}, {Model.Warp})");
        return new Suggestion(point, expected.Mean, expected.Sd, score, reason);
    }
}
