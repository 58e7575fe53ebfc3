using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis;

/// <summary>A column of a measured series.</summary>
internal static class SeriesColumn
{
    /// <summary>Its values, in a unit.</summary>
    /// <param name="of">What the series is, as whoever reads an error knows it.</param>
    /// <exception cref="AnalysisException">The series has no such column.</exception>
    /// <exception cref="FrameException">The column measures something else than the unit.</exception>
    public static double[] Read(Series series, string of, string name, Unit unit)
    {
        for (var at = 0; at < series.Columns.Length; at++)
        {
            if (series.Columns[at].Name == name) return [.. series.Values[at].Select(value => series.Columns[at].Unit.Convert(value, unit))];
        }

        throw new AnalysisException($"{of} has no column '{name}'; it has {string.Join(", ", series.Columns.Select(column => column.Name))}");
    }
}
