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
        if (FirstLine(file) is { } names && names.Contains(';', StringComparison.Ordinal) && !names.Contains(',', StringComparison.Ordinal))
            throw new DataSetException(file, 1, null, "its columns are separated by semicolons; save it with commas, and points in the numbers");
        var table = CsvTable.Read(file);
        return new ObservationTable(file, table.Header, [.. table.Rows.Select(row => new ObservationRow(row.Line, [.. row.Cells.Select(cell => cell.Trim())]))]);
    }

    private static string? FirstLine(string file)
    {
        try
        {
            return System.IO.File.ReadLines(file).FirstOrDefault();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException(file, null, null, $"the file cannot be read: {failure.Message}", failure);
        }
    }
}

/// <param name="Line">Where the row begins, from 1.</param>
/// <param name="Cells">One per column, without space around.</param>
public sealed record ObservationRow(int Line, ImmutableArray<string> Cells);
