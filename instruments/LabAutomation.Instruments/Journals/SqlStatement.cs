using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LabAutomation.Instruments;

/// <summary>
/// A statement that SQLite has read once, to be carried out often: a journal writes dozens for each action, and around short ones a command of ADO.NET takes as long as they themselves.
/// </summary>
internal sealed class SqlStatement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Of each value in the statement, from 1; 0 where the statement has none of that name.</summary>
    private readonly int[] _places;

    /// <param name="names">Of the values, in the order in which they are given.</param>
    /// <exception cref="SqliteException">SQLite does not read it.</exception>
    public SqlStatement(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> names)
    {
        _connection = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), _connection);
        _places = new int[names.Length];
        for (var k = 0; k < names.Length; k++) _places[k] = raw.sqlite3_bind_parameter_index(_statement, names[k].Name);
    }

    /// <returns>How many rows the last statement that changed any has changed, this one or an earlier one.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Run(ReadOnlySpan<(string Name, object? Value)> values)
    {
        Step(values, raw.sqlite3_column_type, out _);
        return raw.sqlite3_changes(_connection);
    }

    /// <returns>The whole number in the first column of its only row; null where there is no row.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public long? Number(ReadOnlySpan<(string Name, object? Value)> values) => Step(values, raw.sqlite3_column_int64, out var number) ? number : null;

    /// <returns>The bytes in the first column of its only row; null where there is no row.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public byte[]? Bytes(ReadOnlySpan<(string Name, object? Value)> values) => Step(values, (statement, column) => raw.sqlite3_column_blob(statement, column).ToArray(), out var bytes) ? bytes : null;

    public void Dispose() => _statement.Dispose();

    /// <summary>To the end, since what returns rows has done all only then.</summary>
    /// <param name="column">Reads a column of the row that the statement is at.</param>
    /// <returns>Whether there was a row.</returns>
    private bool Step<T>(ReadOnlySpan<(string Name, object? Value)> values, Func<sqlite3_stmt, int, T> column, out T first)
    {
        (first, var isRead) = (default!, false);
        try
        {
            for (var k = 0; k < values.Length; k++)
                if (_places[k] > 0) Bind(_places[k], values[k].Value);
            int answer;
            while ((answer = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW)
            {
                if (!isRead) first = column(_statement, 0);
                isRead = true;
            }

            if (answer != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(answer, _connection);
            return isRead;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    private void Bind(int place, object? value)
    {
        var answer = value switch
        {
            null => raw.sqlite3_bind_null(_statement, place),
            string text => raw.sqlite3_bind_text(_statement, place, text),
            byte[] blob => raw.sqlite3_bind_blob(_statement, place, blob),
            long number => raw.sqlite3_bind_int64(_statement, place, number),
            int number => raw.sqlite3_bind_int64(_statement, place, number),
            double number => raw.sqlite3_bind_double(_statement, place, number),
            _ => throw new ArgumentException($"no journal keeps a {value.GetType().Name}"),
        };
        SqliteException.ThrowExceptionForRC(answer, _connection);
    }
}
