namespace LabAutomation.Learning;

/// <summary>
/// Finds the most probable hyperparameters from several starts, and chooses kernel and output warp by the leave-one-out density of
/// the values themselves, which makes models of differently warped values comparable.
/// </summary>
internal sealed class HyperSearch
{
    /// <summary>A dimension with more values is as good as continuous.</summary>
    private const long FewValues = 30;

    private const int Draws = 8;
    private const int Polished = 3;

    /// <summary>What another model must gain over a simpler one before it in the list, in units of log density.</summary>
    private const double Margin = 0.5;

    /// <summary>
    /// The same for the squared exponential, which is sure of itself far from its data: believed too early, it ends a search at the
    /// wrong place.
    /// </summary>
    private const double SmoothMargin = 3;

    private readonly Designs _designs;
    private readonly double[][] _distances;
    private readonly bool[] _isCoarse;
    private readonly double? _noiseSd;
    private readonly double[] _values;
    private readonly bool _isWarped;

    public HyperSearch(UnitCube cube, IReadOnlyList<Observation> observations, double? noiseSd = null, bool isWarped = true)
    {
        (_noiseSd, _isWarped) = (noiseSd, isWarped);
        _isCoarse = [.. cube.Dimensions.Select(dimension => UnitCube.ValuesOf(dimension) is <= FewValues)];
        _values = [.. observations.Select(observation => observation.Value!.Value)];
        _designs = Designs.Of(cube, observations);
        _distances = _designs.PairDistances(cube);
    }

    public FittedHyperparameters Find(int seed)
    {
        var identity = Standardisation.Of(OutputWarp.Identity, _values);
        var prior = Prior(identity);
        var plain = Fit(Kernel.Matern52, identity, Starts(prior, seed), Polished);
        var best = plain;
        foreach (var warp in _isWarped ? OutputWarp.For(_values).Skip(1) : [])
            best = Better(best, Fit(Kernel.Matern52, Standardisation.Of(warp, _values), [plain.Theta, prior.Mode()], 2), Margin);
        best = Better(best, Fit(Kernel.SquaredExponential, best.Scale, [best.Theta, prior.Mode()], 2), SmoothMargin);
        var around = HyperEnsemble.Around(Likelihood(best.Kernel, best.Scale), Prior(best.Scale), best.Theta, seed);
        return new FittedHyperparameters(best.Scale, [.. around.Select(member => (Hyperparameters.FromLogarithms(best.Kernel, member.Theta), member.Weight))]);
    }

    private static Candidate Better(Candidate old, Candidate other, double margin) => other.Density > old.Density + margin ? other : old;

    private Candidate Fit(Kernel kernel, Standardisation scale, IEnumerable<double[]> starts, int polished)
    {
        var prior = Prior(scale);
        var likelihood = Likelihood(kernel, scale);
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
        return new Candidate(kernel, scale, best, likelihood.LeaveOneOut(best) + LogSlopes(scale));
    }

    private Likelihood Likelihood(Kernel kernel, Standardisation scale) =>
        new(kernel, _designs, _distances, Prior(scale), scale.Outputs(_values), _designs.KnownNoises(scale, _values));

    /// <summary>A known noise is that of the values; under a warp it is taken as it is at the middle of them.</summary>
    private HyperPrior Prior(Standardisation scale)
    {
        if (_noiseSd is not { } sd) return new HyperPrior(_isCoarse);
        var middle = _values.Order().ElementAt(_values.Length / 2);
        var warped = sd * Math.Exp(scale.LogSlope(middle));
        return new HyperPrior(_isCoarse, warped * warped);
    }

    /// <summary>Turns a density of standardised means of rows into one of the values.</summary>
    private double LogSlopes(Standardisation scale)
    {
        var slopes = new double[_values.Length];
        for (var i = 0; i < slopes.Length; i++) slopes[i] = scale.LogSlope(_values[i]);
        return _designs.Merge(slopes).Means.Sum();
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

    private sealed record Candidate(Kernel Kernel, Standardisation Scale, double[] Theta, double Density);
}
