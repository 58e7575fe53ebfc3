namespace LabAutomation.Learning;

/// <summary>
/// The different rows among encoded observations. Replicates of a row become one row with a count: exact, because the mean of n
/// equal measurements and their scatter are sufficient, and without the singular matrices that repeated rows bring. Measurements of one
/// point whose standard deviations are known are a row of their own, in which each counts by its inverse variance.
/// </summary>
internal sealed class Designs
{
    /// <summary>Variance from which on a measurement says nothing, in standardised outputs.</summary>
    private const double MostNoise = 1e12;

    /// <summary>Of a measurement that is exact, in the unit of the values.</summary>
    private const double LeastVariance = 1e-300;

    private readonly int[] _rowOf;

    /// <summary>Of each observation in the mean of its row; they sum to 1.</summary>
    private readonly double[] _shares;

    private readonly double?[] _ownSds;

    private Designs(int[] rowOf, double[] shares, double?[] ownSds, double[] columns, int width, int[] counts, double?[] noiseSds, (int, int)[] twins)
        => (_rowOf, _shares, _ownSds, Columns, Width, Counts, NoiseSds, Twins) = (rowOf, shares, ownSds, columns, width, counts, noiseSds, twins);

    /// <summary>Pairs of rows that are one point, of which some measurements have a standard deviation of their own and some have not.</summary>
    public IReadOnlyList<(int One, int Other)> Twins { get; }

    /// <summary>Standard deviation of the mean of each row whose measurements have their own, in the unit of the values.</summary>
    public double?[] NoiseSds { get; }

    /// <summary>Observations whose noise is that of all.</summary>
    public int Common => Counts.Where((_, row) => NoiseSds[row] is null).Sum();

    /// <summary>Row by row.</summary>
    public double[] Columns { get; }

    public int Width { get; }

    /// <summary>Measurements of each row.</summary>
    public int[] Counts { get; }

    public int Count => Counts.Length;

    public int Observations => _rowOf.Length;

    public ReadOnlySpan<double> Row(int design) => Columns.AsSpan(design * Width, Width);

    /// <summary>The row an observation belongs to.</summary>
    public int RowOf(int observation) => _rowOf[observation];

    public static Designs Of(UnitCube cube, IReadOnlyList<Observation> observations)
    {
        var rows = new Dictionary<(Point, bool), int>();
        var (precisions, weights) = (new List<double>(), new double[observations.Count]);
        var (rowOf, columns, counts, noiseSds) = (new int[observations.Count], new List<double>(), new List<int>(), new List<double?>());
        var row = new double[cube.Width];
        for (var i = 0; i < rowOf.Length; i++)
        {
            var (point, sd) = (observations[i].Point, observations[i].NoiseSd);
            if (!rows.TryGetValue((point, sd is not null), out rowOf[i]))
            {
                rows[(point, sd is not null)] = rowOf[i] = counts.Count;
                cube.Encode(point, row);
                columns.AddRange(row);
                counts.Add(0);
                precisions.Add(0);
                noiseSds.Add(sd);
            }
            counts[rowOf[i]]++;
            // By inverse variance, which is exact for normal errors; an exact value outweighs all others.
            weights[i] = sd is { } known ? 1 / Math.Max(known * known, LeastVariance) : 1;
            precisions[rowOf[i]] += weights[i];
        }
        for (var i = 0; i < weights.Length; i++) weights[i] /= precisions[rowOf[i]];
        for (var r = 0; r < noiseSds.Count; r++) noiseSds[r] = noiseSds[r] is null ? null : Math.Sqrt(1 / precisions[r]);
        (int, int)[] twins = [.. rows.Where(row => row.Key.Item2 && rows.ContainsKey((row.Key.Item1, false))).Select(row => (rows[(row.Key.Item1, false)], row.Value)).Order()];
        return new Designs(rowOf, weights, [.. observations.Select(one => one.NoiseSd)], [.. columns], cube.Width, [.. counts], [.. noiseSds], twins);
    }

    /// <summary>Variance of the mean of each row about the surface, in standardised outputs; NaN where it is that of all.</summary>
    public double[] KnownNoises(Standardisation scale, IReadOnlyList<double> values)
    {
        var noises = new double[Count];
        var middles = Merge([.. values]).Means;
        for (var row = 0; row < noises.Length; row++) noises[row] = Known(NoiseSds[row], scale, middles[row]);
        return noises;
    }

    /// <summary>The same of each observation alone, whatever the others of its row.</summary>
    public double[] KnownNoisesOfEach(Standardisation scale, IReadOnlyList<double> values)
    {
        var middles = Merge([.. values]).Means;
        return [.. _rowOf.Select((row, i) => Known(_ownSds[i], scale, middles[row]))];
    }

    private static double Known(double? noiseSd, Standardisation scale, double middle)
    {
        var sd = noiseSd * Math.Exp(scale.LogSlope(middle));
        return sd is { } known ? Math.Clamp(known * known, HyperPrior.LeastNoise, MostNoise) : double.NaN;
    }

    /// <summary>Mean of each row, and the sum of squares about them of the measurements whose noise is that of all.</summary>
    public (double[] Means, double Scatter) Merge(ReadOnlySpan<double> values)
    {
        var means = new double[Count];
        for (var i = 0; i < values.Length; i++) means[_rowOf[i]] += _shares[i] * values[i];
        var scatter = 0.0;
        for (var i = 0; i < values.Length; i++)
            if (NoiseSds[_rowOf[i]] is null) scatter += (values[i] - means[_rowOf[i]]) * (values[i] - means[_rowOf[i]]);
        return (means, scatter);
    }

    /// <summary>
    /// Per dimension the squared distance of every pair of rows: (1,0), (2,0), (2,1), (3,0) … A category counts 1 where it differs.
    /// </summary>
    public double[][] PairDistances(UnitCube cube)
    {
        var distances = new double[cube.Dimensions.Length][];
        for (var d = 0; d < distances.Length; d++)
        {
            var pairs = distances[d] = new double[Count * (Count - 1) / 2];
            var (first, columns, at) = (cube.FirstColumnOf(d), cube.ColumnsOf(d), 0);
            for (var i = 0; i < Count; i++)
                for (var j = 0; j < i; j++, at++)
                    for (var c = first; c < first + columns; c++)
                    {
                        var difference = Columns[i * Width + c] - Columns[j * Width + c];
                        pairs[at] += difference * difference;
                    }
        }
        return distances;
    }
}
