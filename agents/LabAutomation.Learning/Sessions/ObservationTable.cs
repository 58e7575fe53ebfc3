using System.Collections.Immutable;
using LabAutomation.Learning.Backtesting;

namespace LabAutomation.Learning.Sessions;

/// <summary>Comma-separated values as texts, with where they stand.</summary>
/// <param name="Header">The names of the columns, each once.</param>
public sealed record ObservationTable(string File, ImmutableArray<string> Header, ImmutableArray<ObservationRow> Rows)
{
    /// <summary>Reads RFC 4180: a header, then rows of the same length.</summary>
    /// <exception cref="DataSetException">The file cannot be read, or is not such a table; the message says where.</exception>
    public static ObservationTable Read(string file)
    {
        if (!System.IO.File.Exists(file)) throw new DataSetException(file, null, null, "there is no such file");
        try
        {
            return Of(file, System.IO.File.ReadAllText(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(file, null, null, $"the file cannot be read: {failure.Message}", failure);
        }
    }

    /// <param name="file">Name of the file, for messages.</param>
    /// <exception cref="DataSetException">The text is not such a table; the message says where.</exception>
    public static ObservationTable Of(string file, string text)
    {
        if (!text.Contains('\n', StringComparison.Ordinal) && text.TrimEnd('\r').Contains('\r', StringComparison.Ordinal))
            throw new DataSetException(file, 1, null, "its lines end with carriage returns alone, as those of old Macs did; save it with line feeds");
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new DataSetException(file, 1, null, "it has characters of no text, as UTF-16 without its mark has; save it as UTF-8");
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var names = end < 0 ? text : text.AsSpan(0, end);
        if (names.Contains(';') && !names.Contains(','))
            throw new DataSetException(file, 1, null, "its columns are separated by semicolons; save it with commas, and points in the numbers");
        if (names.Contains('\t') && !names.Contains(','))
            throw new DataSetException(file, 1, null, "its columns are separated by tabs; save it with commas");
        var table = CsvTable.Parse(file, text);
        return new ObservationTable(file, table.Header, [.. table.Rows.Select(row => new ObservationRow(row.Line, [.. row.Cells.Select(cell => cell.Trim())]))]);
    }
}

/// <param name="Line">Where the row begins, from 1.</param>
/// <param name="Cells">One per column, without space around.</param>
public sealed record ObservationRow(int Line, ImmutableArray<string> Cells);
