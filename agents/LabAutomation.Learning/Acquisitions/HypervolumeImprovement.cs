namespace LabAutomation.Learning;

/// <summary>
/// Logarithm of the expected hypervolume improvement for independent normal objectives, exact: over each box of what is not dominated the
/// expectation is a product over objectives of E[(u − y)⁺] − E[(l − y)⁺]. K. Yang et al., "Efficient computation of expected hypervolume
/// improvement using box decomposition algorithms", J. Global Optimization 75 (2019), section 4.
/// </summary>
internal sealed class HypervolumeImprovement : IAcquisition
{
    private readonly Posterior[] _posteriors;
    private readonly double[][] _levels;
    private readonly (int[] Low, int[] High)[] _boxes;

    /// <param name="posteriors">One per objective, all over the same columns.</param>
    /// <param name="front">Costs of the trades known, in standardised outputs, a number per objective.</param>
    /// <param name="reference">In the same.</param>
    public HypervolumeImprovement(Posterior[] posteriors, IReadOnlyList<double[]> front, double[] reference)
    {
        _posteriors = posteriors;
        var boxes = Hypervolume.Undominated(front, reference);
        _levels = [.. Enumerable.Range(0, reference.Length).Select(m => boxes.SelectMany(box => new[] { box.Low[m], box.High[m] })
            .Where(level => !double.IsNegativeInfinity(level)).Distinct().Order().ToArray())];
        _boxes = [.. boxes.Select(box => (Places(box.Low), Places(box.High)))];

        int[] Places(double[] corner) => [.. corner.Select((level, m) => double.IsNegativeInfinity(level) ? -1 : Array.BinarySearch(_levels[m], level))];
    }

    public int Width => _posteriors[0].Width;

    public void Score(ReadOnlySpan<double> rows, Span<double> scores)
    {
        var marginals = _posteriors.Select(_ => (Means: new double[1], Variances: new double[1])).ToArray();
        for (var m = 0; m < _posteriors.Length; m++)
        {
            marginals[m] = (new double[scores.Length], new double[scores.Length]);
            _posteriors[m].Predict(rows, marginals[m].Means, marginals[m].Variances);
        }
        var terms = _levels.Select(levels => new Level[levels.Length]).ToArray();
        for (var i = 0; i < scores.Length; i++)
        {
            for (var m = 0; m < terms.Length; m++) Fill(m, marginals[m].Means[i], marginals[m].Variances[i], terms[m]);
            scores[i] = double.NegativeInfinity;
            foreach (var (low, high) in _boxes)
            {
                var log = 0.0;
                for (var m = 0; m < terms.Length && !double.IsNegativeInfinity(log); m++) log += Extent(terms[m], low[m], high[m]);
                scores[i] = LogSpace.Sum(scores[i], log);
            }
        }
    }

    public double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope)
    {
        var count = _posteriors.Length;
        var (byMean, byVariance) = (new double[count][], new double[count][]);
        var terms = _levels.Select(levels => new Level[levels.Length]).ToArray();
        for (var m = 0; m < count; m++)
        {
            (byMean[m], byVariance[m]) = (new double[row.Length], new double[row.Length]);
            var (mean, variance) = _posteriors[m].PredictWithSlopes(row, byMean[m], byVariance[m]);
            Fill(m, mean, variance, terms[m]);
        }

        var logs = new double[_boxes.Length];
        var sum = double.NegativeInfinity;
        for (var b = 0; b < logs.Length; b++)
        {
            for (var m = 0; m < count; m++) logs[b] += Extent(terms[m], _boxes[b].Low[m], _boxes[b].High[m]);
            sum = LogSpace.Sum(sum, logs[b]);
        }

        slope.Clear();
        if (double.IsNegativeInfinity(sum)) return sum;
        var (meanFactors, varianceFactors) = (new double[count], new double[count]);
        for (var b = 0; b < logs.Length; b++)
        {
            var share = Math.Exp(logs[b] - sum);
            if (share == 0) continue;
            for (var m = 0; m < count; m++)
            {
                var (mean, variance) = Slopes(terms[m], _boxes[b].Low[m], _boxes[b].High[m]);
                meanFactors[m] += share * mean;
                varianceFactors[m] += share * variance;
            }
        }
        for (var m = 0; m < count; m++)
            for (var c = 0; c < slope.Length; c++) slope[c] += meanFactors[m] * byMean[m][c] + varianceFactors[m] * byVariance[m][c];
        return sum;
    }

    private void Fill(int objective, double mean, double variance, Level[] terms)
    {
        for (var k = 0; k < terms.Length; k++)
        {
            var (value, byMean, byVariance) = LogExpectedImprovement.WithSlopes(mean, variance, _levels[objective][k]);
            terms[k] = new Level(value, byMean, byVariance);
        }
    }

    /// <summary>ln of E[(u − y)⁺] − E[(l − y)⁺].</summary>
    private static double Extent(Level[] terms, int low, int high) => low < 0 ? terms[high].Log : LogSpace.Difference(terms[high].Log, terms[low].Log);

    private static (double ByMean, double ByVariance) Slopes(Level[] terms, int low, int high)
    {
        if (low < 0) return (terms[high].ByMean, terms[high].ByVariance);
        var w = Math.Exp(terms[low].Log - terms[high].Log);
        return ((terms[high].ByMean - w * terms[low].ByMean) / (1 - w), (terms[high].ByVariance - w * terms[low].ByVariance) / (1 - w));
    }

    /// <summary>ln E[(level − y)⁺] with its slopes.</summary>
    private readonly record struct Level(double Log, double ByMean, double ByVariance);
}
