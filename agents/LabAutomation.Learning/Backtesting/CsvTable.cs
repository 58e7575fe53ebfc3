using System.Collections.Immutable;
using System.Text;

namespace LabAutomation.Learning.Backtesting;

/// <summary>
/// Comma-separated values after RFC 4180: a header, then rows of the same length; quotes around a cell may hold commas, line ends and
/// doubled quotes.
/// </summary>
internal sealed record CsvTable(string File, ImmutableArray<string> Header, ImmutableArray<CsvRow> Rows)
{
    /// <exception cref="DataSetException">It cannot be read, or is no such table.</exception>
    public static CsvTable Read(string file)
    {
        try
        {
            return Parse(file, System.IO.File.ReadAllText(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(file, null, null, $"the file cannot be read: {failure.Message}", failure);
        }
    }

    /// <param name="file">Name of the file, for messages.</param>
    /// <exception cref="DataSetException">There is no header, a name is missing or comes twice, a row is ragged or a quote is not closed.</exception>
    public static CsvTable Parse(string file, string text)
    {
        var records = Records(file, text);
        if (records.Count == 0) throw new DataSetException(file, null, null, "the file is empty; its first line must name the columns");
        ImmutableArray<string> header = [.. records[0].Cells.Select(name => name.Trim())];
        for (var c = 0; c < header.Length; c++)
        {
            if (header[c].Length == 0)
                throw new DataSetException(file, records[0].Line, null, $"column {c + 1} has no name; the first line must name every column");
            if (header.IndexOf(header[c]) < c)
                throw new DataSetException(file, records[0].Line, header[c], "the name stands twice in the header; every column needs its own");
        }
        foreach (var row in records.Skip(1))
            if (row.Cells.Length != header.Length)
                throw new DataSetException(file, row.Line, null, $"the row has {row.Cells.Length} cells; the header names {header.Length} columns");
        return new CsvTable(file, header, [.. records.Skip(1)]);
    }

    private static List<CsvRow> Records(string file, string text)
    {
        var (records, cells, cell) = (new List<CsvRow>(), new List<string>(), new StringBuilder());
        var (line, start, quoted, wasQuoted) = (1, 1, false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n') line++;
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else quoted = false;
            }
            else if (c == '"' && cell.Length == 0 && !wasQuoted) (quoted, wasQuoted) = (true, true);
            else if (c == '"')
                throw new DataSetException(file, line, null,
                    "a quote stands inside a cell; a cell with quotes must be quoted as a whole, its quotes doubled");
            else if (c == ',') EndCell();
            else if (c == '\n') EndRow();
            else if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n') continue;
            else if (wasQuoted) throw new DataSetException(file, line, null, $"'{c}' follows a closing quote; a comma or the end of the line must");
            else cell.Append(c);
        }
        if (quoted) throw new DataSetException(file, start, null, "a quote is opened in this row and never closed");
        if (cells.Count > 0 || cell.Length > 0 || wasQuoted) EndRow();
        return records;

        void EndCell()
        {
            cells.Add(cell.ToString());
            cell.Clear();
            wasQuoted = false;
        }

        void EndRow()
        {
            var isBlank = cells.Count == 0 && cell.Length == 0 && !wasQuoted;
            EndCell();
            if (!isBlank) records.Add(new CsvRow(start, [.. cells]));
            cells.Clear();
            start = line;
        }
    }
}

/// <param name="Line">Where the row begins, from 1.</param>
internal sealed record CsvRow(int Line, ImmutableArray<string> Cells);
