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

    /// <summary>Of the largest value of a descriptor: what differs by less is equal.</summary>
    private const double Rounding = 1e-12;

    /// <summary>A row for each choice.</summary>
    public static double[][] Of(CategoricalDimension dimension)
    {
        var (rows, count) = (dimension.Descriptors, dimension.Choices.Length);
        // Nothing tells a choice from no other: a column that never changes, as any parameter of one value has.
        if (count == 1) return [[0]];
        var columns = new List<double[]>();
        for (var c = 0; c < rows[0].Length; c++)
        {
            // In units of the largest, so that nothing depends on the unit in which a descriptor is written.
            var largest = rows.Max(row => Math.Abs(row[c]));
            if (largest == 0) continue;
            double[] column = [.. rows.Select(row => row[c] / largest)];
            var mean = column.Average();
            var sd = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
            if (sd > Rounding) columns.Add([.. column.Select(value => (value - mean) / sd)]);
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
