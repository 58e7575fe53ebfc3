using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;

namespace LabAutomation.Learning;

/// <summary>
/// Columns for choices with descriptors, in which distances are those of the standardised descriptors: classical scaling, so that hundreds of
/// descriptors of twelve choices become eleven columns (W. Torgerson, "Multidimensional scaling", Psychometrika 17, 1952). Two different
/// choices are at a mean squared distance of 1, of which a tenth is for being different at all: descriptors never tell everything.
/// </summary>
internal static class DescriptorTable
{
    private const double Identity = 0.1;

    /// <summary>A row for each choice.</summary>
    public static double[][] Of(CategoricalDimension dimension)
    {
        var (rows, count) = (dimension.Descriptors, dimension.Choices.Length);
        var columns = new List<double[]>();
        for (var c = 0; c < rows[0].Length; c++)
        {
            double[] column = [.. rows.Select(row => row[c])];
            var mean = column.Average();
            var sd = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
            if (sd > 1e-12 * Math.Max(1, Math.Abs(mean))) columns.Add([.. column.Select(value => (value - mean) / sd)]);
        }

        // Each standardised column has a mean squared difference of 2 over all pairs, 2·count/(count − 1) over different ones.
        var told = columns.Count == 0 ? 0 : Math.Sqrt((1 - Identity) * (count - 1) / (2.0 * count * columns.Count));
        var hot = Math.Sqrt((columns.Count == 0 ? 1 : Identity) / 2);
        var all = Matrix<double>.Build.Dense(count, columns.Count + count, (i, c) => c < columns.Count ? told * columns[c][i] : hot * ((c - columns.Count == i ? 1.0 : 0) - 1.0 / count));
        var parts = all.Svd();
        var kept = parts.S.Count(value => value > 1e-9);
        return [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, kept).Select(c => parts.U[i, c] * parts.S[c]).ToArray())];
    }
}
