using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <param name="Unit">Null where the header does not say; it is then the campaign's own.</param>
internal sealed record NamedColumn(string Name, Unit? Unit, int Place);

/// <summary>Columns of a table that are called as parameters and quantities of a campaign are, with or without their unit in parentheses.</summary>
/// <param name="known">The names that are looked for.</param>
internal sealed class TableColumns(ObservationTable table, IReadOnlyCollection<string> known)
{
    private readonly NamedColumn[] _columns = [.. table.Header.Select((header, place) => Named(table, header, place, known))];

    /// <summary>Null where there is none.</summary>
    /// <exception cref="DataSetException">It stands there twice, or in a unit that does not measure the same.</exception>
    public NamedColumn? Find(string name, Unit unit)
    {
        NamedColumn[] found = [.. _columns.Where(column => column.Name == name)];
        if (found.Length == 0) return null;
        if (found.Length > 1) throw new DataSetException(table.File, 1, table.Header[found[1].Place], $"'{name}' stands in two columns; leave one out");
        if (found[0].Unit is { } given && !given.Fits(unit))
            throw new DataSetException(table.File, 1, table.Header[found[0].Place], $"'{name}' is given in {given.Symbol}, which is not what {unit.Symbol} measures");
        return found[0];
    }

    /// <exception cref="DataSetException">It is not there, or wrong.</exception>
    public NamedColumn Needed(string name, Unit unit, string needed) => Find(name, unit)
        ?? throw new DataSetException(table.File, 1, name, $"there is no such column; needed are {needed}, and the file has {string.Join(", ", table.Header)}");

    /// <summary>A row as a point; what does not count there may be empty.</summary>
    /// <param name="columns">One for each parameter.</param>
    /// <exception cref="DataSetException">A parameter cannot have the value, or has none.</exception>
    public Point Point(ObservationRow row, ImmutableArray<ParameterPlan> parameters, SearchSpace space, IReadOnlyList<NamedColumn> columns) => SettledPoint.Of(space,
        [.. columns.Select((column, d) => Coordinate(row, column, space.Dimensions[d], parameters[d].Unit))],
        d => Wrong(row, columns[d], "the cell is empty; every row has a value for every parameter that counts there"));

    public DataSetException Wrong(ObservationRow row, NamedColumn column, string problem) => new(table.File, row.Line, table.Header[column.Place], problem);

    /// <summary>The number of a text without a unit; null where it is none.</summary>
    public static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private double? Coordinate(ObservationRow row, NamedColumn column, SearchDimension dimension, Unit unit)
    {
        var cell = row.Cells[column.Place];
        if (cell.Length == 0) return null;
        try
        {
            if (Admission.ChoicesOf(dimension) is not null) return Admission.OfChoice(dimension, cell);
            return Number(cell) is { } number
                ? Admission.OfNumber(dimension, column.Unit is { } other ? other.Convert(number, unit) : number)
                : throw Wrong(row, column, $"'{Admission.Shortened(cell)}' is not a number; the unit stands in the header, as in '{dimension.Name} ({unit.Symbol})'");
        }
        catch (Exception refused) when (refused is StudyException or FrameException)
        {
            throw Wrong(row, column, refused.Message);
        }
    }

    /// <summary>A unit in parentheses counts where the name before it is known.</summary>
    private static NamedColumn Named(ObservationTable table, string header, int place, IReadOnlyCollection<string> known)
    {
        var open = header.LastIndexOf('(');
        if (!header.EndsWith(')') || open < 1 || !known.Contains(header[..open].Trim())) return new NamedColumn(header, null, place);
        return Unit.TryParse(header[(open + 1)..^1], out var unit)
            ? new NamedColumn(header[..open].Trim(), unit, place)
            : throw new DataSetException(table.File, 1, header, $"'{header[(open + 1)..^1]}' is not a unit");
    }
}
