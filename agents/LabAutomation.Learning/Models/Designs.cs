namespace LabAutomation.Learning;

/// <summary>
/// The different rows among encoded observations. Replicates of a row become one row with a count: exact, because the mean of n
/// equal measurements and their scatter are sufficient, and without the singular matrices that repeated rows bring. Measurements of one
/// point that are known to be differently good are rows of their own.
/// </summary>
internal sealed class Designs
{
    /// <summary>Variance from which on a measurement says nothing, in standardised outputs.</summary>
    private const double MostNoise = 1e12;

    private readonly int[] _rowOf;

    private Designs(int[] rowOf, double[] columns, int width, int[] counts, double?[] noiseSds)
        => (_rowOf, Columns, Width, Counts, NoiseSds) = (rowOf, columns, width, counts, noiseSds);

    /// <summary>Standard deviations of one measurement, in the unit of the values, of the rows where it is known by itself.</summary>
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
        var rows = new Dictionary<(Point, double?), int>();
        var (rowOf, columns, counts, noiseSds) = (new int[observations.Count], new List<double>(), new List<int>(), new List<double?>());
        var row = new double[cube.Width];
        for (var i = 0; i < rowOf.Length; i++)
        {
            var (point, sd) = (observations[i].Point, observations[i].NoiseSd);
            if (!rows.TryGetValue((point, sd), out rowOf[i]))
            {
                rows[(point, sd)] = rowOf[i] = counts.Count;
                cube.Encode(point, row);
                columns.AddRange(row);
                counts.Add(0);
                noiseSds.Add(sd);
            }
            counts[rowOf[i]]++;
        }
        return new Designs(rowOf, [.. columns], cube.Width, [.. counts], [.. noiseSds]);
    }

    /// <summary>Variance of the mean of each row about the surface, in standardised outputs; NaN where it is that of all.</summary>
    public double[] KnownNoises(Standardisation scale, IReadOnlyList<double> values)
    {
        var noises = new double[Count];
        var middles = Merge([.. values]).Means;
        for (var row = 0; row < noises.Length; row++)
        {
            var sd = NoiseSds[row] * Math.Exp(scale.LogSlope(middles[row]));
            noises[row] = sd is { } known ? Math.Clamp(known * known, HyperPrior.LeastNoise, MostNoise) / Counts[row] : double.NaN;
        }
        return noises;
    }

    /// <summary>Mean of each row, and the sum of squares about them of the measurements whose noise is that of all.</summary>
    public (double[] Means, double Scatter) Merge(ReadOnlySpan<double> values)
    {
        var means = new double[Count];
        for (var i = 0; i < values.Length; i++) means[_rowOf[i]] += values[i] / Counts[_rowOf[i]];
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
