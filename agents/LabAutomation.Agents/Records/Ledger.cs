using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Agents.Records;

/// <summary>
/// The append-only, hash-chained record of everything that happened. An entry is on disk (WAL, synchronous=FULL) when
/// <see cref="Append"/> returns. One writer per file; any number of readers, in this process and in others.
/// </summary>
public sealed class Ledger : IDisposable
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _clock;

    /// <summary>By their text: SQLite takes longer to read a statement than to carry it out.</summary>
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private long _seq;
    private string _head;

    private Ledger(SqliteConnection connection, TimeProvider clock)
    {
        _connection = connection;
        _clock = clock;
        (_seq, _head) = ReadHead();
    }

    /// <summary>Called before (false) and after (true) every write, where a test takes the disk or the power away. What it throws counts as the disk's answer.</summary>
    internal Action<bool>? Boundary { get; set; }

    /// <summary>Hash of the last entry, 64 zeros when there is none.</summary>
    public string Head
    {
        get
        {
            lock (_lock) return _head;
        }
    }

    /// <summary>Lab time of the last entry.</summary>
    public DateTimeOffset? LastAt => Guard("the ledger cannot be read", () =>
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT at FROM ledger ORDER BY seq DESC LIMIT 1";
            return command.ExecuteScalar() is string at ? Time(at) : (DateTimeOffset?)null;
        }
    });

    /// <summary>Opens for writing and creates what is missing.</summary>
    /// <param name="isDurable">Whether an entry must outlive the computer's power; a simulated lab's ends with the program.</param>
    /// <exception cref="LedgerException">The file cannot be opened or is not a ledger.</exception>
    public static Ledger Open(string path, TimeProvider clock, bool isDurable = true) => Guard($"ledger '{path}' cannot be opened", () =>
    {
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, isDurable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
        Execute(connection, LedgerSchema.Create);
        return new Ledger(connection, clock);
    });

    /// <summary>Whether there is a ledger at the path. A file that was made and never written, as by a program killed while it started, is none.</summary>
    /// <exception cref="LedgerException">There is a file, and it is something else.</exception>
    public static bool Exists(string path) => File.Exists(path) && Guard($"ledger '{path}' cannot be read", () =>
    {
        using var connection = Connect(path, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger')";
        return command.ExecuteScalar() is 1L;
    });

    /// <summary>Opens for reading; another program may be writing.</summary>
    /// <exception cref="LedgerException">There is no such file, or it is not a ledger.</exception>
    public static Ledger OpenForReading(string path)
    {
        if (!Exists(path)) throw new LedgerException($"there is no ledger at '{path}'; 'lab run' makes one");
        return Guard($"ledger '{path}' cannot be read", () => new Ledger(Connect(path, SqliteOpenMode.ReadOnly), TimeProvider.System));
    }

    /// <summary>Records events and the bulk data they refer to, all or nothing.</summary>
    /// <exception cref="LedgerException">They could not be made durable; none of them is on record.</exception>
    public IReadOnlyList<LedgerEntry> Append(string campaign, IReadOnlyList<LabEvent> events, params IReadOnlyList<BulkData> data)
    {
        if (events.Count == 0) return [];
        lock (_lock)
        {
            try
            {
                var entries = Guard("the ledger cannot be written", () => Write(campaign, events, data));
                (_seq, _head) = (entries[^1].Seq, entries[^1].Hash);
                return entries;
            }
            catch (LedgerException)
            {
                LookAgain();
                throw;
            }
        }
    }

    /// <summary>All entries of a campaign, or of all campaigns, in order.</summary>
    public IReadOnlyList<LedgerEntry> Read(string? campaign = null) => [.. Rows(campaign).Select(Parse)];

    /// <summary>The campaigns on record, in the order in which they began.</summary>
    public IReadOnlyList<string> Campaigns() => Guard("the ledger cannot be read", () =>
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT campaign FROM ledger GROUP BY campaign ORDER BY MIN(seq)";
            using var reader = command.ExecuteReader();
            var names = new List<string>();
            while (reader.Read()) names.Add(reader.GetString(0));
            return names;
        }
    });

    /// <summary>Bulk data by its reference.</summary>
    /// <exception cref="LedgerException">It is not on record.</exception>
    public BulkData ReadData(DataReference reference) => Guard("the ledger cannot be read", () =>
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT bytes FROM data WHERE sha256 = $sha256";
            command.Parameters.AddWithValue("$sha256", reference.Sha256);
            return command.ExecuteScalar() is byte[] bytes
                ? BulkData.Read(reference, bytes)
                : throw new LedgerException($"data '{reference.Name}' with SHA-256 {reference.Sha256} is not on record");
        }
    });

    /// <summary>Whether the end of an action is on record.</summary>
    public bool HasEnded(ActionId action) => Guard("the ledger cannot be read", () =>
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT EXISTS (SELECT 1 FROM ledger WHERE kind = 'action-ended/1' AND json_extract(body, '$.action') = $action)";
            command.Parameters.AddWithValue("$action", action.ToString());
            return command.ExecuteScalar() is 1L;
        }
    });

    /// <summary>Recomputes the chain from the first entry on.</summary>
    public LedgerVerdict Verify()
    {
        var (entries, head) = (0L, LedgerChain.Origin);
        foreach (var row in Rows(null))
        {
            if (row.Seq != entries + 1) return new LedgerVerdict(entries, head, $"entry {entries + 1} is missing: entry {row.Seq} follows entry {entries}");
            if (LedgerChain.Next(head, row.Seq, row.Campaign, row.At, row.Kind, row.Body) != row.Hash)
                return new LedgerVerdict(entries, head, $"entry {row.Seq} ({row.Kind}, campaign {row.Campaign}) was changed after it was written");
            (entries, head) = (row.Seq, row.Hash);
        }

        return new LedgerVerdict(entries, head, MissingData());
    }

    public void Dispose() => _connection.Dispose();

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());
        connection.Open();
        return connection;
    }

    private static T Guard<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException error)
        {
            throw new LedgerException($"{what}: {Explain(error)}", error);
        }
    }

    private static string Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        13 => "the disk is full",
        8 or 14 => "the file or its folder cannot be written (permission, or a missing folder)",
        10 => "the disk reports an input/output error",
        11 or 26 => "the file is damaged or not a ledger",
        5 or 6 => "another program holds it",
        _ => error.Message,
    };

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static LedgerEntry Parse(LedgerRow row) => new(
        row.Seq,
        row.Campaign,
        Time(row.At),
        LabEvents.Read(row.Kind, row.Body),
        row.Hash);

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private List<LedgerEntry> Write(string campaign, IReadOnlyList<LabEvent> events, IReadOnlyList<BulkData> data)
    {
        Boundary?.Invoke(false);
        List<LedgerEntry> entries;
        try
        {
            Run("BEGIN IMMEDIATE");
            entries = WriteRows(campaign, events, data);
            Run("COMMIT");
        }
        catch
        {
            GiveUp();
            throw;
        }

        Boundary?.Invoke(true);
        return entries;
    }

    private List<LedgerEntry> WriteRows(string campaign, IReadOnlyList<LabEvent> events, IReadOnlyList<BulkData> data)
    {
        foreach (var one in data) Run("INSERT OR IGNORE INTO data (sha256, bytes) VALUES ($sha256, $bytes)", ("$sha256", one.Refer("", "").Sha256), ("$bytes", one.ToBytes()));

        var entries = new List<LedgerEntry>(events.Count);
        var (seq, head) = (_seq, _head);
        foreach (var happened in events)
        {
            var at = _clock.GetUtcNow();
            var row = new LedgerRow(++seq, campaign, at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), LabEvents.ManifestOf(happened), LabEvents.Write(happened), "");
            head = LedgerChain.Next(head, row.Seq, row.Campaign, row.At, row.Kind, row.Body);
            Run(
                "INSERT INTO ledger (seq, campaign, at, kind, body, hash) VALUES ($seq, $campaign, $at, $kind, $body, $hash)",
                ("$seq", row.Seq), ("$campaign", row.Campaign), ("$at", row.At), ("$kind", row.Kind), ("$body", row.Body), ("$hash", head));
            entries.Add(new LedgerEntry(seq, campaign, at, happened, head));
        }

        return entries;
    }

    private void GiveUp()
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // It had not begun, or SQLite has taken it back by itself.
        }
    }

    private void Run(string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands[sql] = command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in values) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        for (var k = 0; k < values.Length; k++) command.Parameters[k].Value = values[k].Value;
        command.ExecuteNonQuery();
    }

    /// <summary>The disk may have taken what it said that it had not.</summary>
    private void LookAgain()
    {
        try
        {
            (_seq, _head) = ReadHead();
        }
        catch (SqliteException)
        {
            // It cannot be read either, and the next write will say so.
        }
    }

    private ImmutableArray<LedgerRow> Rows(string? campaign) => Guard("the ledger cannot be read", () =>
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT seq, campaign, at, kind, body, hash FROM ledger WHERE $campaign IS NULL OR campaign = $campaign ORDER BY seq";
            command.Parameters.AddWithValue("$campaign", (object?)campaign ?? DBNull.Value);
            using var reader = command.ExecuteReader();
            var rows = ImmutableArray.CreateBuilder<LedgerRow>();
            while (reader.Read())
                rows.Add(new LedgerRow(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5)));
            return rows.ToImmutable();
        }
    });

    private string? MissingData()
    {
        try
        {
            foreach (var reference in Read().Select(entry => entry.Event).OfType<ActionEnded>().SelectMany(ended => ended.Result.Data)) ReadData(reference);
            return null;
        }
        catch (Exception error) when (error is LedgerException or FrameException)
        {
            return error.Message;
        }
    }

    private (long Seq, string Head) ReadHead()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1";
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetString(1)) : (0, LedgerChain.Origin);
    }
}
