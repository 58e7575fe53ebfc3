using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>
/// Finds values that the others contradict, after relevance pursuit: S. Ament et al., "Robust Gaussian processes via relevance pursuit",
/// NeurIPS 2024, where an outlier has a variance of its own. That variance is without bound here: an outlier is left out of the fit and of
/// the scale of outputs, which it would spoil. A model without it must tell the values better than the model of all.
/// </summary>
internal sealed class OutlierSearch
{
    /// <summary>Fewer values do not contradict one.</summary>
    public const int Enough = 8;

    /// <summary>Values that may be outliers: one in so many.</summary>
    public const int Share = 5;

    private const int Rounds = 5;

    /// <summary>How often values without outliers are looked at twice.</summary>
    private const double Chance = 0.05;

    /// <summary>From the model of the others, in standard deviations of one measurement.</summary>
    private const double Contradiction = 5;

    /// <summary>Gain in log density of the values that each outlier must bring.</summary>
    internal const double Margin = 5;

    /// <summary>So many ranges of all the others away no neighbour is needed to tell that a value is wrong.</summary>
    private const double Absurd = 1e4;

    /// <summary>Share of the variance of a surface as rough as is likely at first that near neighbours leave at most.</summary>
    private const double LeftByNeighbours = 0.15;

    private readonly ImmutableArray<Observation> _observations;
    private readonly Func<ImmutableSortedSet<int>, GaussianProcess> _fit;

    /// <param name="fit">A model without the numbered observations.</param>
    public OutlierSearch(ImmutableArray<Observation> observations, Func<ImmutableSortedSet<int>, GaussianProcess> fit) => (_observations, _fit) = (observations, fit);

    /// <summary>The model without outliers, which is that of all values where there are none.</summary>
    public GaussianProcess Find()
    {
        var whole = _fit([]);
        if (_observations.Length < Enough) return whole;
        var most = _observations.Length / Share;
        var residuals = Residuals(whole);
        var unlikely = -SpecialFunctions.NormalQuantile(0.5 * Chance / _observations.Length);
        var suspects = FarValues.Of(_observations).Union(Beyond(residuals, unlikely));
        ImmutableSortedSet<int> doubted = [.. suspects.OrderByDescending(i => Math.Abs(residuals[i])).Take(most)];
        GaussianProcess? robust = null;
        for (var round = 0; round < Rounds && !doubted.IsEmpty && doubted.Count <= most; round++)
        {
            var model = _fit(doubted);
            residuals = Residuals(model);
            var contradicted = Beyond(residuals, Contradiction).Intersect(doubted).Where(i => !IsConfirmed(model, i) && !IsScattered(model, i) && IsTold(model, i)).ToImmutableSortedSet();
            if (contradicted.Count < doubted.Count)
            {
                if (robust is not null) break;
                doubted = contradicted;
                continue;
            }
            robust = model;
            var more = Beyond(residuals, unlikely).Except(doubted);
            if (more.IsEmpty) break;
            doubted = doubted.Union(more);
        }
        return robust is not null && Evidence(robust) > Evidence(whole) + Margin * robust.Doubts.Count ? robust : whole;
    }

    /// <summary>In standard deviations of one measurement.</summary>
    private double[] Residuals(GaussianProcess model) =>
        [.. model.LeaveOneOutOutputs().Select((told, i) => (model.Scale.Output(_observations[i].Value!.Value) - told.Mean) / Math.Sqrt(told.Variance))];

    private ImmutableSortedSet<int> Beyond(double[] residuals, double far) => [.. Doubtable().Where(i => Math.Abs(residuals[i]) > far)];

    /// <summary>A value that carries its own standard deviation is as good as that says.</summary>
    private IEnumerable<int> Doubtable() => FarValues.Doubtable(_observations);

    /// <summary>Whether the others can tell what the value should be.</summary>
    private bool IsTold(GaussianProcess model, int i)
    {
        double[] trusted = [.. Trusted(model).Select(j => _observations[j].Value!.Value)];
        var (least, most, value) = (trusted.Min(), trusted.Max(), _observations[i].Value!.Value);
        // Where nothing else varies, the one that does may be the only one that worked.
        return most > least && (Math.Max(value - most, least - value) > Absurd * (most - least) || HasNeighbours(model, i));
    }

    /// <summary>
    /// A peak that stands alone in an empty part of the space may be one, whatever a model of flat land around it says: it is wrong only
    /// if others near by, by the length scale that is most probable before any data, say so.
    /// </summary>
    private bool HasNeighbours(GaussianProcess model, int i)
    {
        var cube = model.Cube;
        var theta = new HyperPrior(cube.Dimensions.Length).Mode();
        var lengths = model.Posterior.Hyper.LengthScales.Select((length, d) => Math.Min(length, Math.Exp(theta[d]))).ToArray();
        double[] rows = model.Encode([.. Trusted(model).Select(j => _observations[j].Point).Distinct()]);
        var count = rows.Length / cube.Width;
        var posterior = Posterior.Of(cube, new Hyperparameters(Kernel.Matern52, lengths, 1, 0.01), rows, new double[count], [.. Enumerable.Repeat(0.01, count)]);
        var variance = new double[1];
        posterior.Predict(model.Encode([_observations[i].Point]), new double[1], variance);
        return variance[0] <= LeftByNeighbours;
    }

    /// <summary>Whether another doubted value, as near as the nearest that is not, says the same: what was measured twice is not wrong.</summary>
    private bool IsConfirmed(GaussianProcess model, int i)
    {
        var residual = _observations[i].Value!.Value - model.Predict(_observations[i].Point).Mean;
        var nearest = Trusted(model).Min(j => Distance(model, i, j));
        return model.Doubts.Any(j => j != i && Distance(model, i, j) <= nearest && Math.Abs(_observations[j].Value!.Value - _observations[i].Value!.Value) <= 0.5 * Math.Abs(residual));
    }

    /// <summary>Whether the other measurements of the very point, the trusted ones if there are two, scatter so much that the value is one more like them.</summary>
    private bool IsScattered(GaussianProcess model, int i)
    {
        int[] others = [.. Doubtable().Where(j => j != i && _observations[j].Point.Equals(_observations[i].Point))];
        if (others.Length < 2) return false;
        int[] trusted = [.. others.Where(j => !model.Doubts.Contains(j))];
        double[] siblings = [.. (trusted.Length < 2 ? others : trusted).Select(j => _observations[j].Value!.Value)];
        var mean = siblings.Average();
        var variance = siblings.Sum(value => (value - mean) * (value - mean)) / (siblings.Length - 1);
        return Math.Abs(_observations[i].Value!.Value - mean) <= Contradiction * Math.Sqrt(variance * (1 + 1.0 / siblings.Length));
    }

    private IEnumerable<int> Trusted(GaussianProcess model) => Enumerable.Range(0, _observations.Length).Where(i => !model.Doubts.Contains(i));

    private double Distance(GaussianProcess model, int i, int j)
    {
        double[] rows = model.Encode([_observations[i].Point, _observations[j].Point]);
        return Enumerable.Range(0, rows.Length / 2).Sum(c => (rows[c] - rows[c + rows.Length / 2]) * (rows[c] - rows[c + rows.Length / 2]));
    }

    private static double Evidence(GaussianProcess model) => model.LeftOutDensities().Sum();
}
