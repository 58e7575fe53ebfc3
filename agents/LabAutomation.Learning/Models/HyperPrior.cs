namespace LabAutomation.Learning;

/// <summary>
/// Log-normal priors on length scales, signal and noise. That of the length scales moves with the square root of the number of
/// dimensions, so that what is near stays near: C. Hvarfner, E. O. Hellsten and L. Nardi, "Vanilla Bayesian optimization performs
/// great in high dimensions", ICML 2024. A dimension of a few values has no places in between that a short length scale could tell apart;
/// there the prior is narrower and keeps to its middle, so that what one trial says of a choice counts wherever the choice is made.
/// Order: ln ℓ of each dimension, ln(a/(1 − a)) of the additive share a where there is one, ln signal, ln noise.
/// </summary>
internal sealed class HyperPrior
{
    private readonly double[] _centres;
    private readonly double[] _spreads;

    /// <summary>1 for a density over the parameter itself, whose mode lies below its median; 0 for one over its logarithm.</summary>
    private readonly double[] _tilts;

    /// <param name="noise">Variance of a standardised measurement where it is known.</param>
    public HyperPrior(int dimensions, double? noise = null) : this([.. Enumerable.Repeat(false, dimensions)], noise)
    {
    }

    /// <param name="isCoarse">Of each dimension, whether it has a few values only.</param>
    /// <param name="noise">Variance of a standardised measurement where it is known.</param>
    /// <param name="isAdditive">Whether most of the signal is a sum of functions of one dimension each.</param>
    public HyperPrior(IReadOnlyList<bool> isCoarse, double? noise = null, bool isAdditive = false)
    {
        var dimensions = isCoarse.Count;
        IsAdditive = isAdditive;
        double[] Share(double value) => isAdditive ? [value] : [];
        var length = Math.Sqrt(2) + 0.5 * Math.Log(dimensions);
        _centres = [.. Enumerable.Repeat(length, dimensions), .. Share(ShareCentre), SignalCentre, NoiseCentre];
        _spreads = [.. isCoarse.Select(coarse => coarse ? CoarseSpread : Math.Sqrt(3)), .. Share(ShareSpread), SignalSpread, NoiseSpread];
        _tilts = [.. isCoarse.Select(coarse => coarse ? 0.0 : 1), .. Share(0), 1, 1];
        Low = [.. Enumerable.Repeat(Math.Log(0.025), dimensions), .. Share(LeastShare), Math.Log(1e-3), Math.Log(LeastNoise)];
        High = [.. Enumerable.Repeat(Math.Log(100), dimensions), .. Share(MostShare), Math.Log(1e3), Math.Log(4)];
        if (noise is { } known) Low[^1] = High[^1] = Math.Log(Math.Clamp(known, LeastNoise, 4));
    }

    /// <summary>Keeps the covariance of close rows apart from a singular one.</summary>
    internal const double LeastNoise = 1e-7;

    /// <summary>Of the logarithm of the odds: about 73 % to 99.8 %, so that the model is another one than that without a share.</summary>
    private const double LeastShare = 1, ShareCentre = 3, MostShare = 6, ShareSpread = 2;

    private const double CoarseSpread = 0.7;
    private const double SignalCentre = 1, SignalSpread = 1.5;
    private const double NoiseCentre = -4, NoiseSpread = 2;

    /// <summary>Whether there is an additive share.</summary>
    public bool IsAdditive { get; }

    public double[] Low { get; }

    public double[] High { get; }

    /// <summary>Where the density is highest.</summary>
    public double[] Mode() => Clamped(i => _centres[i] - _tilts[i] * _spreads[i] * _spreads[i]);

    /// <summary>The value at the given probability of each parameter.</summary>
    public double[] Quantile(ReadOnlySpan<double> probabilities)
    {
        var place = probabilities.ToArray();
        return Clamped(i => _centres[i] + _spreads[i] * SpecialFunctions.NormalQuantile(place[i]));
    }

    /// <summary>Minus the log density up to a constant; its slope is added to <paramref name="gradient"/>.</summary>
    public double Penalty(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var sum = 0.0;
        for (var i = 0; i < theta.Length; i++)
        {
            var z = (theta[i] - _centres[i]) / _spreads[i];
            sum += 0.5 * z * z + _tilts[i] * theta[i];
            gradient[i] += z / _spreads[i] + _tilts[i];
        }
        return sum;
    }

    private double[] Clamped(Func<int, double> value)
        => [.. Enumerable.Range(0, Low.Length).Select(i => Math.Clamp(value(i), Low[i], High[i]))];
}
