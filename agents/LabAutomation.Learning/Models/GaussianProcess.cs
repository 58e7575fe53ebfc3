using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// A Gaussian process fitted to the observations of a campaign: the most probable length scales, signal and noise, with the kernel
/// and the output warp that predict left-out values best. Failed trials are left out, and outliers where values have noise.
/// </summary>
public sealed class GaussianProcess
{
    /// <summary>Observations from which hyperparameters are learnt at most; all are used to predict.</summary>
    private const int FitLimit = 300;

    /// <summary>With more observations hyperparameters are known so well that draws of them say the same, at the price of a matrix each.</summary>
    private const int MostOfMany = 400;

    private readonly ImmutableArray<Observation> _observations;
    private readonly Designs _designs;

    /// <summary>Of each observation that is not doubted: variance of its own about the surface in standardised outputs, NaN where it is that of all.</summary>
    private readonly double[] _ownNoises;

    private GaussianProcess(
        SearchSpace space, UnitCube cube, ImmutableArray<Observation> observations, ImmutableSortedSet<int> doubts, ImmutableSortedDictionary<int, FarValueCap> caps, Designs designs, double[] ownNoises,
        Standardisation scale, ImmutableArray<(Posterior Posterior, double Weight)> members)
        => (Space, Cube, _observations, Doubts, Caps, _designs, _ownNoises, Scale, Members, Transfer) = (space, cube, observations, doubts, caps, designs, ownNoises, scale, members, TaskTransfer.Whole(observations.Length));

    /// <summary>Where its points lie.</summary>
    public SearchSpace Space { get; }

    /// <summary>How smooth the surface was found to be.</summary>
    public Kernel Kernel => Posterior.Hyper.Kernel;

    /// <summary>The name of the function of the objective that is modelled, such as "identity" or "square".</summary>
    public string Warp => Scale.Warp.Name;

    /// <summary>One per dimension, as a fraction of its range: what is much longer than 1 hardly matters.</summary>
    public ImmutableArray<double> LengthScales => [.. Posterior.Hyper.LengthScales];

    /// <summary>
    /// Outliers: observations that the others contradict by more than five standard deviations. The model does not believe them at all. Never
    /// one with a standard deviation of its own, nor any where there is no noise or there are fewer than eight values.
    /// </summary>
    public ImmutableArray<Observation> Doubted => [.. Doubts.Select(i => _observations[i])];

    /// <summary>Their places among <see cref="Observations"/>, from 0.</summary>
    internal ImmutableSortedSet<int> Doubts { get; }

    /// <summary>Values so far from all the rest that the model takes them for no farther than those, by their places among the observations: what it takes each for.</summary>
    internal ImmutableSortedDictionary<int, FarValueCap> Caps { get; }

    /// <summary>What it takes from other tasks than the one asked about.</summary>
    internal TaskTransfer Transfer { get; private init; }

    internal UnitCube Cube { get; }

    internal Standardisation Scale { get; }

    /// <summary>Posteriors of several hyperparameters with their weights, the most probable first.</summary>
    internal ImmutableArray<(Posterior Posterior, double Weight)> Members { get; }

    internal Posterior Posterior => Members[0].Posterior;

    /// <summary>The most probable member of each form of the model, with the weight of all members of that form; the weights sum to 1.</summary>
    internal ImmutableArray<(Posterior Posterior, double Weight)> Forms =>
        [.. Members.GroupBy(member => member.Posterior.Hyper.AdditiveShare > 0).Select(form => (form.First().Posterior, form.Sum(member => member.Weight) / Members.Sum(member => member.Weight)))];

    /// <summary>Variance of one measurement, in standardised outputs.</summary>
    internal double Noise => Posterior.Hyper.Noise;

    /// <summary>A model of observations; failed ones among them are left out.</summary>
    /// <param name="observations">At least one must have a value.</param>
    /// <param name="seed">Of the starts from which hyperparameters are sought.</param>
    /// <param name="noiseSd">Standard deviation of one measurement where it is known; null to learn it.</param>
    /// <param name="isWarped">Whether a function of the values may be modelled in their place.</param>
    /// <param name="isMinimised">Whether the least value is sought, so that of one far above all others it is enough to know that it is bad.</param>
    /// <exception cref="ArgumentException">No observation has a value, or one does not fit the space or is not finite; it is named by
    /// its number from 0.</exception>
    public static GaussianProcess Fit(SearchSpace space, IReadOnlyList<Observation> observations, int seed, double? noiseSd = null, bool isWarped = true, bool isMinimised = false) =>
        Fit(space, observations, seed, noiseSd, isWarped, new FarValueRule(isMinimised, null));

    /// <inheritdoc cref="Fit(SearchSpace, IReadOnlyList{Observation}, int, double?, bool, bool)"/>
    internal static GaussianProcess Fit(SearchSpace space, IReadOnlyList<Observation> observations, int seed, double? noiseSd, bool isWarped, FarValueRule far)
    {
        _ = new TrialLog(space, observations, []);
        ImmutableArray<Observation> finished = [.. observations.Where(observation => observation.Value is not null)];
        if (finished.IsEmpty) throw new ArgumentException("a model needs at least one observation with a value", nameof(observations));

        var cube = new UnitCube(space);
        return TaskTransferSearch.Find(space, finished, Of);

        GaussianProcess Of(ImmutableArray<Observation> told)
        {
            var caps = noiseSd == 0 ? ImmutableSortedDictionary<int, FarValueCap>.Empty : FarValues.Caps(told, far);
            return noiseSd == 0 ? Without([]) : new OutlierSearch(told, Without).Find();

            GaussianProcess Without(ImmutableSortedSet<int> doubts) => Fit(space, cube, told, doubts, caps.RemoveRange(doubts), seed, noiseSd, isWarped);
        }
    }

    /// <summary>
    /// The same model of a surface that changes faster: every length scale times a factor below 1, which few trials can hardly speak against. F. Berkenkamp et al., "No-regret Bayesian optimization with unknown
    /// hyperparameters", JMLR 20 (2019), shrink length scales for the same reason.
    /// </summary>
    internal GaussianProcess Rougher(double factor) => new(Space, Cube, _observations, Doubts, Caps, _designs, _ownNoises, Scale, [.. Members.Select(member =>
    {
        var (posterior, hyper) = (member.Posterior, member.Posterior.Hyper);
        return (Posterior.Of(Cube, hyper with { LengthScales = [.. hyper.LengthScales.Select(length => factor * length)] }, ObservedColumns, posterior.Outputs, [.. Enumerable.Range(0, _designs.Count).Select(posterior.NoiseOf)]), member.Weight);
    })]) { Transfer = Transfer };

    /// <summary>The same model, with what it takes from other tasks.</summary>
    internal GaussianProcess With(TaskTransfer transfer) => new(Space, Cube, _observations, Doubts, Caps, _designs, _ownNoises, Scale, Members) { Transfer = transfer };

    private static GaussianProcess Fit(
        SearchSpace space, UnitCube cube, ImmutableArray<Observation> finished, ImmutableSortedSet<int> doubts, ImmutableSortedDictionary<int, FarValueCap> caps, int seed, double? noiseSd, bool isWarped)
    {
        ImmutableArray<Observation> trusted = [.. finished.Select((one, i) => caps.TryGetValue(i, out var cap) ? one with { Value = cap.Value, NoiseSd = cap.Sd ?? one.NoiseSd } : one).Where((_, i) => !doubts.Contains(i))];
        var (scale, fitted) = new HyperSearch(cube, Telling(trusted, isWarped), noiseSd, isWarped).Find(seed);
        var designs = Designs.Of(cube, trusted);
        double[] values = [.. trusted.Select(observation => observation.Value!.Value)];
        var (outputs, known) = (designs.Merge(scale.Outputs(values)).Means, designs.KnownNoises(scale, values));
        return new GaussianProcess(space, cube, finished, doubts, caps, designs, designs.KnownNoisesOfEach(scale, values), scale,
            [.. (trusted.Length <= MostOfMany ? fitted : Foremost(fitted)).Select(member => (Of(member.Hyper), member.Weight))]);

        Posterior Of(Hyperparameters hyper) => Posterior.Of(cube, hyper, designs.Columns, outputs, [.. designs.Counts.Select((count, row) => double.IsNaN(known[row]) ? hyper.Noise / count : known[row])]);
    }

    /// <summary>What is expected at one point, in the unit of the observations.</summary>
    /// <exception cref="ArgumentException">The point does not fit the space.</exception>
    public Prediction Predict(Point point) => Predict([point])[0];

    /// <summary>What is expected at each of some points, in their order and in the unit of the observations.</summary>
    /// <exception cref="ArgumentException">A point does not fit the space.</exception>
    public ImmutableArray<Prediction> Predict(IReadOnlyList<Point> points)
    {
        var (means, variances) = (new double[points.Count], new double[points.Count]);
        Posterior.Predict(Encode(points), means, variances);
        return [.. means.Zip(variances, Scale.Moments)];
    }

    /// <summary>What <see cref="Predict(Point)"/> computes, written out as numbers.</summary>
    public SurrogateForm ToForm() => Posterior.ToForm(Cube, Scale.ToForm());

    /// <summary>Every observation with a value beside what the others say; replicates of a point are left out together.</summary>
    public ImmutableArray<LeaveOneOutResult> LeaveOneOut()
    {
        var outputs = LeaveOneOutOutputs();
        return [.. _observations.Select((observation, i) => new LeaveOneOutResult(
            observation.Point, observation.Value!.Value, Scale.Moments(outputs[i].Mean, outputs[i].Variance)))];
    }

    /// <summary>The same in standardised outputs, in which it is normal: what the others say of one measurement, its noise included.</summary>
    internal ImmutableArray<(double Mean, double Variance)> LeaveOneOutOutputs()
    {
        var (means, variances) = Posterior.LeaveOneOut(_designs.Twins);
        var (doubtedMeans, doubtedVariances) = (new double[Doubts.Count], new double[Doubts.Count]);
        if (!Doubts.IsEmpty) Posterior.Predict(Encode([.. Doubts.Select(i => _observations[i].Point)]), doubtedMeans, doubtedVariances);
        var outputs = ImmutableArray.CreateBuilder<(double, double)>(_observations.Length);
        for (var (i, left) = (0, 0); i < _observations.Length; i++)
        {
            if (Doubts.Contains(i))
            {
                outputs.Add((doubtedMeans[left], doubtedVariances[left] + Noise));
                left++;
                continue;
            }
            // A row that stands for several measurements has the noise of their mean, and each of them its own.
            var row = _designs.RowOf(i - left);
            var own = _ownNoises[i - left];
            outputs.Add((means[row], variances[row] - Posterior.NoiseOf(row) + (double.IsNaN(own) ? _designs.Counts[row] * Posterior.NoiseOf(row) : own)));
        }
        return outputs.MoveToImmutable();
    }

    /// <summary>
    /// Log density of each value given the others. An outlier has the variance of its own that makes it most probable, which is the square
    /// of its residual; so has a value that is taken for less far than it is.
    /// </summary>
    internal double[] LeftOutDensities()
    {
        var (outputs, told, densities) = (LeaveOneOutOutputs(), LeaveOneOut(), new double[_observations.Length]);
        for (var i = 0; i < densities.Length; i++)
        {
            var value = _observations[i].Value!.Value;
            var (mean, variance) = outputs[i];
            var residual = Scale.Output(value) - mean;
            densities[i] = !Doubts.Contains(i) && !Caps.ContainsKey(i)
                ? Scale.LogSlope(value) - 0.5 * Math.Log(variance) - 0.5 * residual * residual / variance
                : -Math.Log(Math.Max(Math.Abs(value - told[i].Expected.Mean), told[i].Expected.Sd)) - 0.5;
        }
        return densities;
    }

    /// <summary>Those with values, in the order of telling; of other tasks those that teach, as they are taken.</summary>
    internal ImmutableArray<Observation> Observations => _observations;

    /// <summary>Encoded rows, one after another.</summary>
    internal double[] Encode(IReadOnlyList<Point> points)
    {
        var columns = new double[points.Count * Cube.Width];
        for (var i = 0; i < points.Count; i++) Cube.Encode(points[i], columns.AsSpan(i * Cube.Width, Cube.Width));
        return columns;
    }

    /// <summary>The observed rows, encoded, each once.</summary>
    internal double[] ObservedColumns => _designs.Columns;

    /// <summary>What the model says at the observed rows, noise smoothed out, in standardised outputs.</summary>
    internal double[] ObservedMeans() => ObservedMeans(Posterior);

    internal double[] ObservedMeans(Posterior posterior)
    {
        var means = new double[_designs.Count];
        posterior.Predict(ObservedColumns, means, []);
        return means;
    }

    /// <summary>The observed rows of which the model thinks best, encoded, one after another.</summary>
    internal double[] BestRows(int count)
    {
        var means = ObservedMeans();
        return [.. Enumerable.Range(0, means.Length).OrderBy(i => means[i]).Take(count).SelectMany(i => _designs.Row(i).ToArray())];
    }

    /// <summary>The most probable member of each form of the model, with the weight of all of them.</summary>
    private static IEnumerable<(Hyperparameters Hyper, double Weight)> Foremost(IEnumerable<(Hyperparameters Hyper, double Weight)> members) =>
        members.GroupBy(member => member.Hyper.AdditiveShare > 0).Select(form => (form.First().Hyper, form.Sum(member => member.Weight))).OrderByDescending(member => member.Item2);

    /// <summary>
    /// All measurements of so many points as may be used to fit: where the values are to be improved the better half of them and as many spread over
    /// the rest, since good values shape the surface where it matters; else spread over all.
    /// </summary>
    private static IReadOnlyList<Observation> Telling(ImmutableArray<Observation> finished, bool isImproved)
    {
        var points = finished.GroupBy(observation => observation.Point).Select(group => (group.Key, Mean: group.Average(one => one.Value!.Value))).ToArray();
        if (points.Length <= FitLimit) return finished;
        var ranked = points.OrderBy(point => point.Mean).Select(point => point.Key).ToArray();
        var better = isImproved ? FitLimit / 2 : 0;
        var rest = ranked[better..];
        var spread = Enumerable.Range(0, FitLimit - better).Select(k => rest[(int)((long)k * rest.Length / (FitLimit - better))]);
        var chosen = ranked[..better].Concat(spread).ToHashSet();
        return [.. finished.Where(observation => chosen.Contains(observation.Point))];
    }
}
