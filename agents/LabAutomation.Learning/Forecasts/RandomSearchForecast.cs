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

    /// <summary>What trials drawn at random would reach on the surface that a model expects.</summary>
    /// <param name="seed">Of the points at which the model is asked.</param>
    /// <exception cref="SpaceExhaustedException">No feasible point was found.</exception>
    public static RandomSearchForecast Of(GaussianProcess model, int seed) => new(model, SurfaceSample.Of(model, seed));

    /// <summary>The band after 1 to <paramref name="trials"/> trials.</summary>
    public ImmutableArray<BestSoFarBand> BestSoFar(int trials)
    {
        if (trials < 1) return [];
        var values = new ValueTable(this, FractionFor(trials, 0.1), FractionFor(1, 0.9));
        return [.. Enumerable.Range(1, trials).Select(n => new BestSoFarBand(n, Quantile(n, 0.1), Quantile(n, 0.5), Quantile(n, 0.9)))];

        double Quantile(int n, double probability) => values.At(FractionFor(n, probability));
    }

    /// <summary>Trials until the first value at or below <paramref name="threshold"/>.</summary>
    public ThresholdForecast TrialsTo(double threshold)
    {
        var output = _model.Scale.Output(threshold);
        return new ThresholdForecast(threshold, ExpectedTrials(_sample.Fraction(output, _model.Noise)),
            ExpectedTrials(_sample.FractionOfMeans(output)));
    }

    private double ExpectedTrials(double fraction)
        => fraction <= 0 ? double.PositiveInfinity
            : _sample.Points is { } count ? (count + 1.0) / (fraction * count + 1)
            : 1 / fraction;

    /// <summary>
    /// The share of the space of which a random trial must hit one point, so that <paramref name="trials"/> do with the given
    /// probability.
    /// </summary>
    private double FractionFor(int trials, double probability)
    {
        if (_sample.Points is not { } count) return 1 - Math.Pow(1 - probability, 1.0 / trials);
        var (low, high) = (0.0, 1.0);
        for (var step = 0; step < 50; step++)
        {
            var middle = 0.5 * (low + high);
            if (ChanceOfHit(middle, trials, count) < probability) low = middle; else high = middle;
        }
        return high;
    }

    /// <summary>
    /// For <paramref name="fraction"/> times <paramref name="count"/> points drawn for without replacement; between whole numbers of
    /// points by the same formula.
    /// </summary>
    private static double ChanceOfHit(double fraction, int trials, int count)
    {
        var miss = 1.0;
        for (var k = 0; k < Math.Min(trials, count) && miss > 0; k++) miss *= Math.Max(0, 1 - fraction * count / (count - k));
        return 1 - miss;
    }

    /// <summary>The value below which a share of the space lies, tabulated at shares of even steps in log odds because each takes a search.</summary>
    private sealed class ValueTable
    {
        private const int Entries = 41;
        private readonly double _least, _most;
        private readonly double[] _outputs = new double[Entries];
        private readonly Standardisation _scale;

        public ValueTable(RandomSearchForecast forecast, double least, double most)
        {
            (_least, _most, _scale) = (LogOdds(least), LogOdds(most), forecast._model.Scale);
            var noise = forecast._model.Noise;
            var (low, high) = forecast._sample.Range(noise);
            for (var entry = 0; entry < Entries; entry++)
            {
                var share = 1 / (1 + Math.Exp(-_least - (_most - _least) * entry / (Entries - 1)));
                var above = high;
                for (var step = 0; step < 30; step++)
                {
                    var middle = 0.5 * (low + above);
                    if (forecast._sample.Fraction(middle, noise) < share) low = middle; else above = middle;
                }
                _outputs[entry] = low;
            }
        }

        public double At(double share)
        {
            var place = Math.Clamp((LogOdds(share) - _least) / (_most - _least) * (Entries - 1), 0, Entries - 1);
            var below = Math.Min((int)place, Entries - 2);
            return _scale.Value(_outputs[below] + (place - below) * (_outputs[below + 1] - _outputs[below]));
        }

        private static double LogOdds(double share) => Math.Log(share / Math.Max(1e-12, 1 - share));
    }
}
