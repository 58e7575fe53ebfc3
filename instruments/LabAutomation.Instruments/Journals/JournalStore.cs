using LabAutomation.Protocol;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Instruments;

/// <summary>The SQLite file under the journal: one connection, one writer at a time, every transaction on the disk when it returns.</summary>
internal sealed class JournalStore : IDisposable
{
    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS instruments (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, clean INTEGER NOT NULL, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS actions (
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            action TEXT NOT NULL UNIQUE,
            instrument TEXT NOT NULL,
            command TEXT NOT NULL,
            hash TEXT NOT NULL,
            frame BLOB NOT NULL,
            reply BLOB NOT NULL,
            epoch INTEGER NOT NULL,
            phase INTEGER NOT NULL,
            attempt INTEGER NOT NULL DEFAULT 0,
            accepted_at TEXT NOT NULL,
            started_at TEXT,
            ended_at TEXT,
            acknowledged_at TEXT,
            result BLOB,
            progress REAL,
            checked BLOB) STRICT;
        CREATE INDEX IF NOT EXISTS open_actions ON actions (instrument, n) WHERE phase IN (1, 2, 3);
        CREATE INDEX IF NOT EXISTS closed_actions ON actions (instrument, json_extract(CAST(frame AS TEXT), '$.deadline')) WHERE phase IN (0, 4);
        CREATE TABLE IF NOT EXISTS marks (
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            action TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            at TEXT NOT NULL,
            checked BLOB) STRICT;
        CREATE INDEX IF NOT EXISTS marks_of_action ON marks (action, attempt);
        CREATE TABLE IF NOT EXISTS unresolved (action TEXT PRIMARY KEY, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS tokens (action TEXT PRIMARY KEY, token INTEGER NOT NULL, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS locks (instrument TEXT PRIMARY KEY, token INTEGER NOT NULL, holder TEXT NOT NULL, until TEXT NOT NULL, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS stops (instrument TEXT PRIMARY KEY, why TEXT NOT NULL, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS births (instrument TEXT PRIMARY KEY, epoch INTEGER NOT NULL, at TEXT NOT NULL, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS memories (instrument TEXT PRIMARY KEY, since TEXT NOT NULL, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS kinds (instrument TEXT PRIMARY KEY, simulated INTEGER NOT NULL, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS forgotten (instrument TEXT PRIMARY KEY, until TEXT NOT NULL, checked BLOB) STRICT;
        CREATE TABLE IF NOT EXISTS data (action TEXT NOT NULL, name TEXT NOT NULL, payload BLOB NOT NULL, checked BLOB, PRIMARY KEY (action, name)) STRICT;
        CREATE TABLE IF NOT EXISTS written (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL) STRICT;
        INSERT OR IGNORE INTO written (id, n) VALUES (1, 0);
        """;

    /// <summary>Seconds for which another program may keep the file, such as one that copies it.</summary>
    private const int Patience = 5;

    private const string Rollback = "ROLLBACK";

    private readonly string _path;

    /// <summary>Nobody else can change what is in the file: its rows need no checksums before it is closed, and its writes no count.</summary>
    private readonly bool _isAlone;

    /// <summary>Null of a file that no computer has, or that ends with the program.</summary>
    private readonly JournalPlace? _place;
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();
    private readonly List<JournalWrite> _waiting = [];

    /// <summary>By their text: SQLite takes longer to read a statement than to carry it out.</summary>
    private readonly Dictionary<string, SqlStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>Those whose rows are read.</summary>
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly WrittenMark? _mark;
    private JournalException? _loss;
    private bool _isLossTold;

    /// <param name="disk">By which SQLite reaches a simulated disk, to which writes are forced out as to a real one; null where there is none.</param>
    /// <param name="isAlone">Whether nobody else opens the file while it is open here, and nobody needs it where the program does not come to its end.</param>
    public JournalStore(string path, bool isDurable = true, string? disk = null, bool isAlone = false)
    {
        // What is told of a simulated lab does not depend on where its files happen to lie.
        (_path, _isAlone) = (isDurable ? path : Path.GetFileName(path), isAlone);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Vfs = disk, Pooling = false, DefaultTimeout = Patience }.ToString());
        try
        {
            _connection.Open();
            SQLitePCL.raw.sqlite3_busy_timeout(_connection.Handle, Patience * 1000);
            using var command = _connection.CreateCommand();
            command.CommandText = $"{(isAlone ? "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY" : "PRAGMA journal_mode = WAL")}; PRAGMA synchronous = {(isDurable || disk is not null ? "FULL" : "OFF")}; {Schema}";
            command.ExecuteNonQuery();
            JournalChecks.Install(_connection, atEnd: isAlone);
            if (JournalChecks.Find(_connection) is { } damage) throw Damaged(damage);
            if (isDurable) CheckEnd(path);
            _mark = isDurable ? WrittenMark.Open(path) : null;
            _place = isDurable && disk is null ? new JournalPlace(_connection, path) : null;
        }
        catch (Exception error)
        {
            _connection.Dispose();
            if (error is SqliteException sqlite) throw Explain(sqlite);
            throw;
        }
    }

    /// <summary>Called before (false) and after (true) every write, where a conformance harness takes the power or the disk away. What it throws passes on.</summary>
    public Action<bool>? Boundary { get; set; }

    /// <summary>Told once, by the first write that finds the file gone from its place; from then on no write is taken. Whoever hears it returns at once.</summary>
    public event Action<JournalException>? Lost;

    /// <summary>All of it is durable on return, or nothing of it happened. What several instruments write while the disk is busy goes to it in one transaction.</summary>
    /// <exception cref="JournalException">The disk does not take it.</exception>
    public T Write<T>(Func<JournalStore, T> work)
    {
        var mine = new JournalWrite<T>(work);
        lock (_waiting) _waiting.Add(mine);
        bool isNews;
        lock (_gate)
        {
            if (!mine.IsOver) CommitWaiting();      // else somebody who had the file before has written it along
            isNews = _loss is not null && !_isLossTold;
            _isLossTold |= isNews;
        }

        if (isNews) Lost?.Invoke(_loss!);
        return mine.Result;
    }

    /// <exception cref="JournalException">The file cannot be read.</exception>
    public T Read<T>(Func<JournalStore, T> work)
    {
        lock (_gate)
        {
            try
            {
                return work(this);
            }
            catch (SqliteException error)
            {
                throw Explain(error);
            }
        }
    }

    /// <returns>How many rows it has changed, where it changes any.</returns>
    public int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Statement(sql, values).Run(values);

    /// <summary>The whole number in the first column of the only row; null where there is no row.</summary>
    public long? Number(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Statement(sql, values).Number(values);

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Command(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Waits for a write that is under way; closing the file beneath it is not safe.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var statement in _statements.Values) statement.Dispose();
            _statements.Clear();
            if (_isAlone && _connection.State == System.Data.ConnectionState.Open) JournalChecks.Settle(_connection);
            _connection.Dispose();
        }

        _mark?.Dispose();
    }

    private void CommitWaiting()
    {
        JournalWrite[] batch;
        lock (_waiting)
        {
            batch = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var write in batch) write.Try(() => Boundary?.Invoke(false));
        try
        {
            // SQLite goes on in a file that was deleted, and nobody would find again what it writes there. A copy in its place knows nothing of what was done since.
            if (_loss is null && _place is { IsLost: true }) _loss = Gone();
            if (_loss is not null) throw _loss;
            Run("BEGIN IMMEDIATE");
            foreach (var write in batch) write.Run(this, isAlone: batch.Length == 1);
            if (Array.TrueForAll(batch, write => write.HasFailed))
            {
                Run(Rollback);
            }
            else
            {
                var written = _isAlone ? 0 : Number("UPDATE written SET n = n + 1 RETURNING n")!.Value;
                Run("COMMIT");
                _mark?.Raise(written);
            }
        }
        catch (Exception error)
        {
            // Nobody may believe that it is there, nor that it is not: the disk may have taken it before it failed.
            foreach (var write in batch) write.Fail(error is SqliteException sqlite ? Explain(sqlite) : error);
            GiveUp();
        }

        foreach (var write in batch)
        {
            write.Try(() => Boundary?.Invoke(true));
            write.End();
        }
    }

    private void GiveUp()
    {
        try
        {
            Run(Rollback);
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            // It had not begun, SQLite has taken it back by itself, or the file is closed.
        }
    }

    /// <exception cref="InvalidOperationException">The file is closed.</exception>
    private SqlStatement Statement(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (_connection.State != System.Data.ConnectionState.Open) throw new InvalidOperationException("the journal is closed");
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = new SqlStatement(_connection, sql, values);
        return statement;
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands[sql] = command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in values) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        for (var k = 0; k < values.Length; k++) command.Parameters[k].Value = values[k].Value ?? DBNull.Value;
        return command;
    }

    internal JournalException Damaged(string action, Exception error) => new($"the journal {_path} is damaged at action {action}: {error.Message}; put it aside and restore it from a copy", error);

    private JournalException Gone() =>
        new($"the journal {_path} was deleted, moved away or replaced while it was in use, and nothing more is begun on it: end this program first, then put the file itself back, with its '-wal', and start the program again; a copy from before does not know what was done since") { IsLost = true };

    private JournalException Damaged(string how, string way = "") => new($"the journal {_path} is damaged: {how}; put it aside and restore it from a copy{way}");

    /// <exception cref="JournalException">What was written last is not there.</exception>
    private void CheckEnd(string path)
    {
        var (marked, written) = (WrittenMark.Read(path), Query("SELECT n FROM written", row => row.GetInt64(0)).Single());
        if (written < marked)
            throw Damaged($"of {marked} writes the last {marked - written} are missing, and what they say was done could be done again", $", or look what became of the actions under way and delete '{WrittenMark.Of(path)}'");
    }

    /// <remarks>Result codes: sqlite.org/rescode.html.</remarks>
    internal JournalException Explain(SqliteException error) => new(
        error.SqliteErrorCode switch
        {
            5 or 6 => $"the journal {_path} is in use by another program; only one lab may run on a data directory",
            8 => $"the journal {_path} is read-only; make it and its folder writable",
            1 => $"the journal {_path} is damaged or of another version ({error.Message}); put it aside and restore it from a copy",
            11 or 26 => $"the journal {_path} is damaged; put it aside and restore it from a copy",
            13 => $"the disk that holds the journal {_path} is full; free some space",
            14 => $"the journal {_path} cannot be opened; its folder must exist and be writable",
            _ => $"the journal {_path} cannot be written: {error.Message}",
        },
        error);
}
