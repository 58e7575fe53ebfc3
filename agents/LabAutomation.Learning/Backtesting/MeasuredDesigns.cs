using System.Collections.Immutable;

namespace LabAutomation.Learning.Backtesting;

/// <summary>A column of a data set: numbers, or texts to choose from.</summary>
/// <param name="Numbers">Null where the column is categorical.</param>
internal sealed record DesignColumn(string Name, ImmutableArray<string> Texts, ImmutableArray<double>? Numbers);

/// <summary>Columns and values turned into different points with one value each.</summary>
internal sealed record MeasuredDesigns(
    ImmutableArray<SearchDimension> Dimensions, ImmutableArray<Point> Points, ImmutableArray<double> Values, ImmutableArray<int> PointOfRow,
    ImmutableArray<string> Notes)
{
    /// <exception cref="DataSetException">No column changes.</exception>
    public static MeasuredDesigns Of(string file, IEnumerable<DesignColumn> columns, IReadOnlyList<double> values, IEnumerable<string> notes)
    {
        var (dimensions, coordinates, remarks) = (new List<SearchDimension>(), new List<double[]>(), notes.ToList());
        foreach (var column in columns)
        {
            if (Dimension(column) is not var (dimension, places))
            {
                remarks.Add($"column '{column.Name}' is '{column.Texts[0]}' in every row and was dropped");
                continue;
            }
            dimensions.Add(dimension);
            coordinates.Add(places);
        }
        if (dimensions.Count == 0) throw new DataSetException(file, null, null, "no column but the objective changes; at least one parameter must");

        var (numbers, points, sums, counts) = (new Dictionary<Point, int>(), new List<Point>(), new List<double>(), new List<int>());
        var pointOfRow = ImmutableArray.CreateBuilder<int>(values.Count);
        for (var row = 0; row < values.Count; row++)
        {
            var point = new Point([.. coordinates.Select(column => column[row])]);
            if (!numbers.TryGetValue(point, out var number))
            {
                numbers[point] = number = points.Count;
                points.Add(point);
                sums.Add(0);
                counts.Add(0);
            }
            sums[number] += values[row];
            counts[number]++;
            pointOfRow.Add(number);
        }
        if (points.Count < values.Count)
            remarks.Add($"{values.Count} rows are {points.Count} designs; what was measured more than once was averaged");
        return new MeasuredDesigns([.. dimensions], [.. points], [.. sums.Zip(counts, (sum, count) => sum / count)], pointOfRow.MoveToImmutable(),
            [.. remarks]);
    }

    /// <summary>Null for a column that does not change.</summary>
    private static (SearchDimension Dimension, double[] Coordinates)? Dimension(DesignColumn column)
    {
        if (column.Numbers is { } numbers)
        {
            var (least, most) = (numbers.Min(), numbers.Max());
            return least < most ? (new RealDimension(column.Name, least, most), [.. numbers]) : null;
        }
        var choices = column.Texts.Distinct().Order(StringComparer.Ordinal).ToImmutableArray();
        var places = choices.Select((choice, place) => (choice, place)).ToDictionary(pair => pair.choice, pair => (double)pair.place);
        return choices.Length > 1 ? (new CategoricalDimension(column.Name, choices), [.. column.Texts.Select(text => places[text])]) : null;
    }
}
