using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Instruments;

/// <summary>
/// A checksum in each row of the journal, kept by triggers, so that no statement can forget it, and compared when the file is opened. Without it a bit that
/// a disk has changed in a volume, an epoch or a phase would be another volume, epoch or phase. Rows that are missing are found by the
/// indexes, since every table has one.
/// </summary>
internal static class JournalChecks
{
    /// <summary>Of SQL.</summary>
    private const string Function = "row_check";

    private static readonly (string Table, string[] Columns)[] Tables =
    [
        ("instruments", ["name", "epoch", "clean"]),
        ("actions", ["n", "action", "instrument", "command", "hash", "frame", "reply", "epoch", "phase", "attempt", "accepted_at", "started_at", "ended_at", "acknowledged_at", "result", "progress"]),
        ("marks", ["n", "action", "attempt", "key", "value", "at"]),
        ("unresolved", ["action"]),
        ("tokens", ["action", "token"]),
        ("locks", ["instrument", "token", "holder", "until"]),
        ("stops", ["instrument", "why"]),
        ("births", ["instrument", "epoch", "at"]),
        ("memories", ["instrument", "since"]),
        ("kinds", ["instrument", "simulated"]),
        ("forgotten", ["instrument", "until"]),
        ("data", ["action", "name", "payload"]),
    ];

    /// <summary>Makes the triggers, and the checksums of a journal from before they were.</summary>
    /// <param name="atEnd">Whether checksums are made by <see cref="Settle"/> alone.</param>
    public static void Install(SqliteConnection connection, bool atEnd = false)
    {
        var work = new ArrayBufferWriter<byte>(1024);       // a connection carries out one statement at a time
        connection.CreateFunction<byte[]>(Function, columns => Check(columns, work), isDeterministic: true);
        foreach (var (table, columns) in Tables)
        {
            if (Scalar(connection, $"SELECT 1 FROM pragma_table_info('{table}') WHERE name = 'checked'") is null)
                Run(connection, $"BEGIN IMMEDIATE; ALTER TABLE {table} ADD COLUMN checked BLOB; UPDATE {table} SET checked = {Function}({string.Join(", ", columns)}); COMMIT");

            if (atEnd) continue;
            var check = $"BEGIN UPDATE {table} SET checked = {Function}({string.Join(", ", columns.Select(column => $"NEW.{column}"))}) WHERE rowid = NEW.rowid; END";
            Run(connection, $"CREATE TRIGGER IF NOT EXISTS {table}_inserted AFTER INSERT ON {table} {check}; CREATE TRIGGER IF NOT EXISTS {table}_updated AFTER UPDATE ON {table} {check}");
        }
    }

    /// <summary>Makes the checksums of all rows, for a file in which nobody else could have changed anything since it was opened.</summary>
    public static void Settle(SqliteConnection connection) =>
        Run(connection, $"BEGIN IMMEDIATE; {string.Join("; ", Tables.Select(table => $"UPDATE {table.Table} SET checked = {Function}({string.Join(", ", table.Columns)}) WHERE checked IS NOT {Function}({string.Join(", ", table.Columns)})"))}; COMMIT");

    /// <summary>What is wrong in the file; null where nothing is.</summary>
    public static string? Find(SqliteConnection connection)
    {
        if (Scalar(connection, "PRAGMA integrity_check(1)") is not "ok" and var answer) return $"SQLite finds '{$"{answer}".Split('\n')[^1]}'";
        foreach (var (table, columns) in Tables)
        {
            if (Scalar(connection, $"SELECT rowid FROM {table} WHERE checked IS NOT {Function}({string.Join(", ", columns)}) LIMIT 1") is { } row)
                return $"row {row} of its table '{table}' was changed after it was written";
        }

        return null;
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first 8 bytes of a SHA-256 over all columns, each with its type and length.</summary>
    /// <param name="work">Overwritten.</param>
    private static byte[] Check(object?[] columns, ArrayBufferWriter<byte> work)
    {
        work.ResetWrittenCount();
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var column in columns)
        {
            switch (column)
            {
                case long whole:
                    BitConverter.TryWriteBytes(number, whole);
                    Put(1, number, work);
                    break;
                case double real:
                    BitConverter.TryWriteBytes(number, real);
                    Put(2, number, work);
                    break;
                case string text:
                    PutHead(3, Encoding.UTF8.GetByteCount(text), work);
                    Encoding.UTF8.GetBytes(text, work);
                    break;
                case byte[] blob:
                    Put(4, blob, work);
                    break;
                default:
                    PutHead(0, 0, work);
                    break;
            }
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(work.WrittenSpan, digest);
        return digest[..8].ToArray();
    }

    private static void Put(byte kind, ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> work)
    {
        PutHead(kind, bytes.Length, work);
        work.Write(bytes);
    }

    private static void PutHead(byte kind, int length, ArrayBufferWriter<byte> work)
    {
        var head = work.GetSpan(1 + sizeof(long));
        head[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], length);
        work.Advance(1 + sizeof(long));
    }
}
