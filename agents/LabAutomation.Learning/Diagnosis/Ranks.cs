namespace LabAutomation.Learning.Diagnosis;

/// <summary>Correlations of two columns.</summary>
internal static class Ranks
{
    /// <summary>Spearman's rank correlation, ties sharing their mean rank; null where a column does not differ.</summary>
    public static double? Correlation(double[] a, double[] b) => Linear(Of(a), Of(b));

    /// <summary>Pearson's correlation; null where a column does not differ.</summary>
    public static double? Linear(double[] a, double[] b)
    {
        if (a.Length < 2) return null;
        var (meanA, meanB) = (a.Average(), b.Average());
        var (aa, bb, ab) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (a[i] - meanA, b[i] - meanB);
            (aa, bb, ab) = (aa + x * x, bb + y * y, ab + x * y);
        }
        return aa > 1e-24 * meanA * meanA && bb > 1e-24 * meanB * meanB ? ab / Math.Sqrt(aa * bb) : null;
    }

    private static double[] Of(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            while (end + 1 < order.Length && values[order[end + 1]] == values[order[start]]) end++;
            for (var k = start; k <= end; k++) ranks[order[k]] = 0.5 * (start + end);
            start = end + 1;
        }
        return ranks;
    }
}
