namespace LabAutomation.Learning;

/// <summary>
/// The different rows among encoded observations. Replicates of a row become one row with a count: exact, because the mean of n
/// equal measurements and their scatter are sufficient, and without the singular matrices that repeated rows bring.
/// </summary>
internal sealed class Designs
{
    private readonly int[] _rowOf;

    private Designs(int[] rowOf, double[] columns, int width, int[] counts)
        => (_rowOf, Columns, Width, Counts) = (rowOf, columns, width, counts);

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

    public static Designs Of(UnitCube cube, IReadOnlyList<Point> points)
    {
        var rows = new Dictionary<Point, int>();
        var (rowOf, columns, counts) = (new int[points.Count], new List<double>(), new List<int>());
        var row = new double[cube.Width];
        for (var i = 0; i < points.Count; i++)
        {
            if (!rows.TryGetValue(points[i], out rowOf[i]))
            {
                rows[points[i]] = rowOf[i] = counts.Count;
                cube.Encode(points[i], row);
                columns.AddRange(row);
                counts.Add(0);
            }
            counts[rowOf[i]]++;
        }
        return new Designs(rowOf, [.. columns], cube.Width, [.. counts]);
    }

    /// <summary>Mean of each row, and the sum of squares of all measurements about the means of their rows.</summary>
    public (double[] Means, double Scatter) Merge(ReadOnlySpan<double> values)
    {
        var means = new double[Count];
        for (var i = 0; i < values.Length; i++) means[_rowOf[i]] += values[i] / Counts[_rowOf[i]];
        var scatter = 0.0;
        for (var i = 0; i < values.Length; i++) scatter += (values[i] - means[_rowOf[i]]) * (values[i] - means[_rowOf[i]]);
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
