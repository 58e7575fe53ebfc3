using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>The best value so far after some trials, as one in ten, half and nine in ten searches would have reached at least.</summary>
/// <param name="Low">One search in ten is at this value or better.</param>
/// <param name="High">Nine searches in ten are at this value or better.</param>
public readonly record struct BestSoFarBand(int Trials, double Low, double Median, double High);

/// <summary>How many random trials a threshold would take on average; infinite where the model sees no chance.</summary>
/// <param name="Expected">With the uncertainty of the model and the noise of a measurement: a chance hit counts.</param>
/// <param name="ExpectedAtMean">As if the model's mean were the truth and measurements had no noise.</param>
public readonly record struct ThresholdForecast(double Threshold, double Expected, double ExpectedAtMean);

/// <summary>
/// What random search would have done on the surface that a model describes. It assumes that the model is right about the whole
/// feasible space, also where nothing was measured; that random trials are drawn uniformly over the feasible space (from a finite
/// space without replacement) and independently of what the campaign did; and that the model's errors at two random points are
/// independent, which makes the band a little too narrow. It is a comparison drawn from the campaign's own data, not an experiment.
/// </summary>
public sealed class RandomSearchForecast
{
    private readonly GaussianProcess _model;
    private readonly SurfaceSample _sample;

    private RandomSearchForecast(GaussianProcess model, SurfaceSample sample) => (_model, _sample) = (model, sample);

    /// <param name="seed">Of the points at which the model is asked.</param>
    /// <exception cref="SpaceExhaustedException">No feasible point was found.</exception>
    public static RandomSearchForecast Of(GaussianProcess model, int seed) => new(model, SurfaceSample.Of(model, seed));

    /// <summary>The band after 1 to <paramref name="trials"/> trials.</summary>
    public ImmutableArray<BestSoFarBand> BestSoFar(int trials)
        => [.. Enumerable.Range(1, trials).Select(n => new BestSoFarBand(n, Quantile(n, 0.1), Quantile(n, 0.5), Quantile(n, 0.9)))];

    /// <summary>Trials until the first value at or below <paramref name="threshold"/>.</summary>
    public ThresholdForecast TrialsTo(double threshold)
    {
        var output = _model.Scale.Output(threshold);
        return new ThresholdForecast(threshold, ExpectedTrials(_sample.Fraction(output, _model.Noise)), ExpectedTrials(_sample.FractionOfMeans(output)));
    }

    private double ExpectedTrials(double fraction)
        => fraction <= 0 ? double.PositiveInfinity
            : _sample.Points is { } count ? (count + 1.0) / (fraction * count + 1)
            : 1 / fraction;

    /// <summary>The value that the best of <paramref name="trials"/> random trials reaches with the given probability.</summary>
    private double Quantile(int trials, double probability)
    {
        var (low, high) = _sample.Range(_model.Noise);
        for (var step = 0; step < 60; step++)
        {
            var middle = 0.5 * (low + high);
            if (ChanceOfHit(_sample.Fraction(middle, _model.Noise), trials) < probability) low = middle; else high = middle;
        }
        return _model.Scale.Value(0.5 * (low + high));
    }

    private double ChanceOfHit(double fraction, int trials)
    {
        if (_sample.Points is not { } count) return 1 - Math.Exp(trials * Math.Log(Math.Max(0, 1 - fraction)));
        var miss = 1.0;
        for (var k = 0; k < Math.Min(trials, count) && miss > 0; k++) miss *= Math.Max(0, 1 - fraction * count / (count - k));
        return 1 - miss;
    }
}
