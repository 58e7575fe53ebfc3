using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Learning.Backtesting;

/// <summary>Reads a data set from comma-separated values.</summary>
internal static class CsvDataSet
{
    public static DataSet Load(string path, string objective, bool maximise, IReadOnlyCollection<string> ignore)
    {
        var table = CsvTable.Read(path);
        var names = string.Join(", ", table.Header);
        foreach (var name in ignore.Append(objective))
            if (!table.Header.Contains(name)) throw new DataSetException(path, 1, name, $"there is no such column; the columns are {names}");
        if (ignore.Contains(objective)) throw new DataSetException(path, 1, objective, "the objective cannot be ignored");
        if (table.Rows.IsEmpty)
            throw new DataSetException(path, null, null, "the file has a header and no rows; it needs at least one measured design");

        var notes = new List<string>();
        if (ignore.Count > 0) notes.Add($"ignored as asked: {string.Join(", ", ignore)}");
        var values = Numbers(table, table.Header.IndexOf(objective)) is var (numbers, wrong) && wrong is null
            ? numbers
            : throw new DataSetException(path, wrong!.Line, objective,
                $"'{Cell(table, wrong, objective)}' is not a number; every row needs a measured value");
        var columns = table.Header.Where(name => name != objective && !ignore.Contains(name)).Select(name => Column(table, name, notes)).ToList();
        var designs = MeasuredDesigns.Of(path, columns, [.. values.Select(value => maximise ? -value : value)], notes);
        return new DataSet(Path.GetFileNameWithoutExtension(path), objective, maximise, designs);
    }

    private static DesignColumn Column(CsvTable table, string name, List<string> notes)
    {
        var at = table.Header.IndexOf(name);
        ImmutableArray<string> texts = [.. table.Rows.Select(row => row.Cells[at].Trim())];
        var (numbers, wrong) = Numbers(table, at);
        if (wrong is null) return new DesignColumn(name, texts, numbers);
        // A column that was meant as numbers and has one bad cell would otherwise silently become hundreds of categories.
        var readable = texts.Count(text => Number(text) is not null);
        if (2 * readable > texts.Length)
            throw new DataSetException(table.File, wrong.Line, name,
                $"'{wrong.Cells[at]}' is not a number, as most cells of the column are; write a number, or ignore the column");
        if (readable > 0) notes.Add($"column '{name}' is taken as categories: {readable} of its {texts.Length} cells are numbers");
        return new DesignColumn(name, texts, null);
    }

    /// <summary>The numbers of a column up to the first row that has none. A missing or infinite cell is refused whatever the column is.</summary>
    private static (ImmutableArray<double> Numbers, CsvRow? Wrong) Numbers(CsvTable table, int at)
    {
        var numbers = ImmutableArray.CreateBuilder<double>(table.Rows.Length);
        CsvRow? wrong = null;
        foreach (var row in table.Rows)
        {
            var text = row.Cells[at].Trim();
            if (text.Length == 0)
                throw new DataSetException(table.File, row.Line, table.Header[at], "the cell is empty; give a value or leave the row out");
            if (Number(text) is not { } number)
            {
                wrong ??= row;
                continue;
            }
            if (!double.IsFinite(number))
                throw new DataSetException(table.File, row.Line, table.Header[at],
                    $"'{text}' is no measured value; give a finite number or leave the row out");
            numbers.Add(number);
        }
        return (numbers.ToImmutable(), wrong);
    }

    private static double? Number(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Cell(CsvTable table, CsvRow row, string column) => row.Cells[table.Header.IndexOf(column)];
}
