namespace LabAutomation.Learning;

/// <summary>
/// Finds the most probable hyperparameters from several starts, and chooses kernel and output warp by the leave-one-out density of
/// the values themselves, which makes models of differently warped values comparable. Whether the surface is a sum over dimensions is not
/// chosen: a model that is and one that is not count by their densities, since early data hardly tell, and effects that add up are learnt
/// with so many fewer trials.
/// </summary>
internal sealed class HyperSearch
{
    /// <summary>A dimension with more values is as good as continuous.</summary>
    private const long FewValues = 30;

    private const int Draws = 8;
    private const int Polished = 3;

    /// <summary>Up to so many observations more than one place is about as probable as the best.</summary>
    private const int Few = 40;

    /// <summary>What another model must gain over a simpler one before it in the list, in units of log density.</summary>
    private const double Margin = 0.5;

    /// <summary>
    /// The same for the squared exponential, which is sure of itself far from its data: believed too early, it ends a search at the
    /// wrong place.
    /// </summary>
    private const double SmoothMargin = 3;

    /// <summary>A model that is worth less is not worth its time.</summary>
    private const double LeastWeight = 0.05;

    private static readonly Form Matern = new(Kernel.Matern52, IsAdditive: false), AdditiveMatern = Matern with { IsAdditive = true };

    private readonly Designs _designs;
    private readonly double[][] _distances;
    private readonly bool[] _isCoarse;
    private readonly double? _noiseSd;
    /// <summary>Of every observation, and the mean of each row: a point that was measured often has no more to say about the scale than another.</summary>
    private readonly double[] _all, _values;
    private readonly bool _isWarped;

    public HyperSearch(UnitCube cube, IReadOnlyList<Observation> observations, double? noiseSd = null, bool isWarped = true)
    {
        (_noiseSd, _isWarped) = (noiseSd, isWarped);
        _isCoarse = [.. cube.Dimensions.Select(dimension => UnitCube.ValuesOf(dimension) is <= FewValues)];
        double[] all = [.. observations.Select(observation => observation.Value!.Value)];
        _designs = Designs.Of(cube, observations);
        (_all, _values) = (all, _designs.Merge(all).Means);
        _distances = _designs.PairDistances(cube);
    }

    public FittedHyperparameters Find(int seed)
    {
        var identity = Standardisation.Of(OutputWarp.Identity, _designs, _all);
        var together = Fit(Matern, identity, Starts(Prior(identity, Matern), seed), _values.Length <= Few ? Polished : 2);
        var rival = MayAdd ? Fit(AdditiveMatern, identity, [.. Starts(Prior(identity, AdditiveMatern), seed), WithShare(together.Theta, Prior(identity, AdditiveMatern))], 2) : null;
        var best = rival is null ? together : Better(together, rival, Margin);
        if (ReferenceEquals(best, rival)) rival = together;
        var first = best;
        foreach (var warp in _isWarped ? OutputWarp.For(_all).Skip(1) : [])
            best = Better(best, Again(first, first.Form, Standardisation.Of(warp, _designs, _all)), Margin);
        if (rival is not null && !ReferenceEquals(best.Scale, identity)) rival = Again(rival, rival.Form, best.Scale);
        best = Better(best, Again(best, best.Form with { Kernel = Kernel.SquaredExponential }, best.Scale), SmoothMargin);
        return new FittedHyperparameters(best.Scale, [.. Shares(rival is null ? [best] : [best, rival]).SelectMany(share => Members(share.Model, share.Weight, seed))]);
    }

    /// <summary>
    /// Models of one output by how well they tell left-out values, the best first: pseudo-Bayesian model averaging, Y. Yao et al., "Using stacking
    /// to average Bayesian predictive distributions", Bayesian Analysis 13 (2018), section 3.4.
    /// </summary>
    private static IEnumerable<(Candidate Model, double Weight)> Shares(Candidate[] models)
    {
        var most = models.Max(model => model.Density);
        if (!double.IsFinite(most)) return [(models[0], 1)];
        var weights = models.Select(model => Math.Exp(model.Density - most)).ToArray();
        return models.Zip(weights, (model, weight) => (Model: model, Weight: weight / weights.Sum())).Where(share => share.Weight >= LeastWeight).OrderByDescending(share => share.Weight);
    }

    private IEnumerable<(Hyperparameters, double)> Members(Candidate model, double weight, int seed)
    {
        var around = HyperEnsemble.Around(Likelihood(model.Form, model.Scale), Prior(model.Scale, model.Form), model.Theta, seed);
        var total = around.Sum(member => member.Weight);
        return around.Select(member => (Hyperparameters.FromLogarithms(model.Form.Kernel, member.Theta, model.Form.IsAdditive), weight * member.Weight / total));
    }

    /// <summary>Not where all dimensions have a few values: there the prior of the length scales already shares what is learnt of a value, and a sum is soon too sure of itself.</summary>
    private bool MayAdd => _distances.Length > 1 && !_isCoarse.All(coarse => coarse);

    private static Candidate Better(Candidate old, Candidate other, double margin) => other.Density > old.Density + margin ? other : old;

    /// <summary>Another form or output of a model, from where it was found; where there are few data, which leave more than one place to be found, from the middle of the prior, too.</summary>
    private Candidate Again(Candidate model, Form form, Standardisation scale) =>
        Fit(form, scale, _values.Length <= Few ? [model.Theta, Prior(scale, form).Mode()] : [model.Theta], 2);

    private Candidate Fit(Form form, Standardisation scale, IEnumerable<double[]> starts, int polished)
    {
        var prior = Prior(scale, form);
        var likelihood = Likelihood(form, scale);
        var gradient = new double[prior.Low.Length];
        var ranked = starts.Select(start => (Start: (double[])start.Clone(), Value: likelihood.Evaluate(start, gradient)))
            .OrderBy(pair => pair.Value).Take(polished).ToList();
        var search = new BoundedLbfgs(prior.Low, prior.High) { Iterations = 40, GradientTolerance = 1e-3, ValueTolerance = 1e-6 };
        var (best, least) = (ranked[0].Start, double.PositiveInfinity);
        foreach (var (start, _) in ranked)
        {
            var value = search.Minimise(likelihood.Evaluate, start);
            if (value < least) (best, least) = (start, value);
        }
        return new Candidate(form, scale, best, likelihood.LeaveOneOut(best) + LogSlopes(scale));
    }

    private Likelihood Likelihood(Form form, Standardisation scale) =>
        new(form.Kernel, _designs, _distances, Prior(scale, form), scale.Outputs(_all), _designs.KnownNoises(scale, _all));

    /// <summary>A known noise is that of the values; under a warp it is taken as it is at the middle of them.</summary>
    private HyperPrior Prior(Standardisation scale, Form form)
    {
        if (_noiseSd is not { } sd) return new HyperPrior(_isCoarse, isAdditive: form.IsAdditive);
        var middle = _values.Order().ElementAt(_values.Length / 2);
        var warped = sd * Math.Exp(scale.LogSlope(middle));
        return new HyperPrior(_isCoarse, warped * warped, form.IsAdditive);
    }

    /// <summary>Turns a density of standardised means of rows into one of the values.</summary>
    private double LogSlopes(Standardisation scale)
    {
        var slopes = new double[_values.Length];
        for (var i = 0; i < slopes.Length; i++) slopes[i] = scale.LogSlope(_values[i]);
        return slopes.Sum();
    }

    private static IEnumerable<double[]> Starts(HyperPrior prior, int seed)
    {
        yield return prior.Mode();
        var places = new QuasiRandomPlaces(prior.Low.Length, seed);
        var place = new double[prior.Low.Length];
        for (var i = 0u; i < Draws; i++)
        {
            places.Read(i, place);
            // Length scales from the middle of the prior: its long tail is flat and would waste starts.
            for (var d = 0; d < place.Length; d++) place[d] = 0.02 + 0.6 * place[d];
            yield return prior.Quantile(place);
        }
    }

    /// <summary>Parameters of a model without an additive share as those of one with it.</summary>
    private static double[] WithShare(double[] theta, HyperPrior prior) => [.. theta[..^2], prior.Mode()[^3], .. theta[^2..]];

    /// <param name="IsAdditive">Whether most of the signal is a sum of functions of one dimension each.</param>
    private sealed record Form(Kernel Kernel, bool IsAdditive);

    private sealed record Candidate(Form Form, Standardisation Scale, double[] Theta, double Density);
}
