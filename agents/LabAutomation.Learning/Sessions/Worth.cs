using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>What points of a study are worth trying: what is wanted of the objectives, times the chances that limits hold and trials succeed.</summary>
internal sealed class Worth
{
    /// <summary>A tried point counts as keeping the limits from this probability on.</summary>
    private const double Likely = 0.5;

    private const int ReferenceRows = 128;

    /// <summary>A combination of models that weighs less is not worth its time.</summary>
    private const double LeastShare = 0.1;

    private readonly StudyProblem _problem;
    private readonly StudyModels _models;
    private readonly double[] _tried;
    private readonly bool[] _keeps;

    private Worth(StudyProblem problem, StudyModels models)
    {
        (_problem, _models) = (problem, models);
        // What was measured in the task asked about; where nothing was, what places of other tasks come to there.
        Point[] places = [.. StudyEngine.OfTask(models.Log.Space, [.. models.Log.History.Where(trial => trial.Value is not null)], trial => trial.Point).Select(trial => models.Log.Space.Within(trial.Point)).Distinct()];
        _tried = models.Quantities[0].Encode(places);
        Limits = [.. problem.Outcomes.Select((limit, k) => Limit(models.Quantities[problem.Objectives.Length + k], limit))];
        var logs = new double[places.Length];
        if (!Limits.IsEmpty) Product.Of(Limits).Score(_tried, logs);
        bool[] within = [.. places.Select(place => models.Log.Space.KeepsRules(place) && models.Log.Space.IsRow(place))];
        // What was measured outside the constraints or beside the candidates teaches, and is no place to be improved on; unless there is no other.
        _keeps = [.. logs.Select((log, i) => log >= Math.Log(Likely) && (within[i] || !within.Contains(true)))];
        var chances = models.Risk is { } risk ? [.. Limits, new Success(risk, Success.Wanted(models.Log.Cube, models.Log.History, Best(places)), models.Log.Catalogue is not null)] : Limits;
        Chance = chances.IsEmpty ? null : Product.Of(models.Risk is { } same ? [.. Limits, Success.Plain(same)] : Limits);
        Acquisition = Product.Of(_keeps.Contains(true) ? [Aimed(), .. chances] : chances);
    }

    /// <summary>Log probabilities that each limit holds.</summary>
    public ImmutableArray<IAcquisition> Limits { get; }

    /// <summary>The logarithm of the probability that nothing goes wrong; null where nothing can.</summary>
    public IAcquisition? Chance { get; }

    public IAcquisition Acquisition { get; }

    /// <summary>Whether a point is known that probably keeps all limits; until then one is sought and nothing else.</summary>
    public bool HasFeasible => _keeps.Contains(true);

    /// <summary>Encoded rows about which to look closely.</summary>
    public double[] Incumbents
    {
        get
        {
            var width = _models.Log.Cube.Width;
            var scores = new double[_keeps.Length];
            if (HasFeasible && _problem.Objectives is [{ Aim: Aim.Minimise or Aim.Maximise }]) _models.Quantities[0].Posterior.Predict(_tried, scores, []);
            else
            {
                Acquisition.Score(_tried, scores);
                for (var i = 0; i < scores.Length; i++) scores[i] = -scores[i];
            }
            return [.. Enumerable.Range(0, scores.Length).OrderBy(i => _keeps[i] || !HasFeasible ? 0 : 1).ThenBy(i => scores[i]).Take(4)
                .SelectMany(i => _tried[(i * width)..((i + 1) * width)])];
        }
    }

    /// <summary>The least output that the model takes for known where limits are kept.</summary>
    public double LeastKnown => Kept(_models.Quantities[0].Posterior).Min();

    public static Worth Of(StudyProblem problem, StudyModels models) => new(problem, models);

    /// <summary>Of those that keep the limits, where there are any.</summary>
    private Point[] Best(Point[] places)
    {
        var kept = places.Where((_, i) => _keeps[i] || !HasFeasible).ToHashSet();
        return BestPlaces.Of(_problem, _models.Quantities, point => kept.Contains(_models.Log.Space.Within(point)));
    }

    private IAcquisition Aimed() => _problem.Objectives is [{ Aim: var aim }]
        ? aim switch
        {
            Aim.Reach reach => Marginal(_models.Quantities[0], (model, posterior) => Near(model, posterior, reach.Target)),
            Aim.FindLevel level => Marginal(_models.Quantities[0], (model, _) => new NearLevel(model.Scale.Output(level.Threshold))),
            Aim.Learn => new VarianceReduction(WithPending(_models.Quantities[0], _models.Quantities[0].Posterior), _models.Quantities[0].Noise, References()),
            _ => Improvement(),
        }
        : Trades();

    /// <summary>Improvement over the least that each member of the model takes for known where limits are kept, pending trials as it sees them.</summary>
    private MarginalAcquisition Improvement()
    {
        var model = _models.Quantities[0];
        var total = model.Members.Sum(member => member.Weight);
        return new MarginalAcquisition([.. model.Members.Select(member =>
        {
            var best = Kept(member.Posterior).Min();
            var (posterior, reached) = PendingTrials.Believed(model, _models.Log, member.Posterior, best);
            return (posterior, (IMarginalUtility)new ImprovementBelow(reached), Math.Log(member.Weight / total));
        })]);
    }

    private NearTarget Near(GaussianProcess model, Posterior posterior, double target)
    {
        var output = model.Scale.Output(target);
        var nearest = Kept(posterior).Min(mean => Math.Abs(mean - output));
        // At the target itself nothing could be gained; how near one can be is bounded by the doubt about the best place.
        return new NearTarget(output, Math.Max(nearest, 1e-3));
    }

    /// <summary>Averaged over the forms of each objective's model, in all their combinations that count for something.</summary>
    private IAcquisition Trades()
    {
        List<(Posterior[] Models, double Weight)> combinations = [([], 1)];
        for (var m = 0; m < _problem.Objectives.Length; m++)
            combinations = [.. combinations.SelectMany(one => _models.Quantities[m].Forms.Select(form => ((Posterior[])[.. one.Models, form.Posterior], one.Weight * form.Weight)))];
        var kept = combinations.Where(one => one.Weight >= LeastShare).DefaultIfEmpty(combinations.MaxBy(one => one.Weight)).OrderByDescending(one => one.Weight).ToArray();
        var parts = kept.Select(one => ((IAcquisition)Trades(one.Models), Math.Log(one.Weight / kept.Sum(other => other.Weight)))).ToArray();
        return parts.Length == 1 ? parts[0].Item1 : new Mixture(parts);
    }

    private HypervolumeImprovement Trades(Posterior[] models)
    {
        var count = models.Length;
        Posterior[] posteriors = [.. Enumerable.Range(0, count).Select(m => WithPending(_models.Quantities[m], models[m]))];
        var means = models.Select(Means).ToArray();
        var pending = Pending();
        var believed = models.Select(model => At(model, pending)).ToArray();
        double[][] tried = [.. Enumerable.Range(0, _keeps.Length).Where(i => _keeps[i]).Select(i => means.Select(mean => mean[i]).ToArray())];
        double[][] front = [.. tried, .. Enumerable.Range(0, believed[0].Length).Select(i => believed.Select(mean => mean[i]).ToArray())];
        var inferred = Hypervolume.InferredReference(tried);
        double[] reference = [.. _problem.Objectives.Select((objective, m) => objective.Reference is { } given ? _models.Quantities[m].Scale.Output(objective.Sign * given) : inferred[m])];
        return new HypervolumeImprovement(posteriors, [.. Hypervolume.Front(front).Select(i => front[i])], reference);
    }

    private MarginalAcquisition Marginal(GaussianProcess model, Func<GaussianProcess, Posterior, IMarginalUtility> utility)
    {
        var total = model.Members.Sum(member => member.Weight);
        return new MarginalAcquisition([.. model.Members.Select(member => (WithPending(model, member.Posterior), utility(model, member.Posterior), Math.Log(member.Weight / total)))]);
    }

    private IAcquisition Limit(GaussianProcess model, OutcomeLimit limit)
    {
        var (low, high) = (limit.Min is { } min ? model.Scale.Output(min) : double.NegativeInfinity, limit.Max is { } max ? model.Scale.Output(max) : double.PositiveInfinity);
        return Marginal(model, (_, _) => new WithinLimits(low, high));
    }

    private double[] References()
    {
        var log = _models.Log;
        return _models.Quantities[0].Encode(log.Space.Pool is { } pool
            ? Drawn(pool)
            : SpaceFilling.Candidates(log.Space, log.Cube, ReferenceRows, _models.Seed));
    }

    private Point[] Drawn(ImmutableArray<Point> pool)
    {
        var order = new Permutation(pool.Length, _models.Seed);
        return [.. Enumerable.Range(0, Math.Min(ReferenceRows, pool.Length)).Select(k => pool[(int)order[k]])];
    }

    private Posterior WithPending(GaussianProcess model, Posterior posterior) => PendingTrials.Believed(model, _models.Log, posterior, double.PositiveInfinity).Posterior;

    private double[] Pending() => _models.Quantities[0].Encode([.. _models.Log.Pending.Distinct()]);

    private double[] Kept(Posterior posterior)
    {
        var means = Means(posterior);
        return [.. means.Where((_, i) => _keeps[i])];
    }

    private double[] Means(Posterior posterior) => At(posterior, _tried);

    private static double[] At(Posterior posterior, double[] rows)
    {
        var means = new double[rows.Length / posterior.Width];
        posterior.Predict(rows, means, []);
        return means;
    }
}
