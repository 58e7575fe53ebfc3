using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LabAutomation.Agents.Records;

/// <summary>
/// The append-only, hash-chained record of everything that happened. An entry is on disk (WAL, synchronous=FULL) when
/// <see cref="Append(string, IReadOnlyList{LabEvent}, IReadOnlyList{BulkData})"/> returns, and all that was noted before it. One writer per file; any number of readers, in this process and in others.
/// </summary>
public sealed class Ledger : IDisposable
{
    /// <summary>In place of a campaign's name, which never begins so: what is the lab's own, such as its stock.</summary>
    public const string OfTheLab = "@lab";

    /// <summary>Seconds for which another program may keep the file.</summary>
    private const int Patience = 5;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _clock;

    /// <summary>By their text: SQLite takes longer to read a statement than to carry it out.</summary>
    private readonly Dictionary<string, SqlStatement> _statements = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _work = new(1024);
    private readonly string _name;
    private readonly WrittenMark? _mark;
    private readonly SoundEntries _entries;
    private readonly long _epoch;
    private readonly bool _isForced;

    /// <summary>Whether the next commit would wait for the disk, as the connection is set now.</summary>
    private bool _waits = true;

    /// <param name="name">Of the file, for people.</param>
    /// <param name="mark">Raised with every entry; null for a reader, and where nothing outlives the computer's power.</param>
    /// <param name="epoch">Of a writer.</param>
    /// <param name="isForced">Whether entries are forced out to the disk.</param>
    private Ledger(SqliteConnection connection, TimeProvider clock, string name, SoundEntries entries, WrittenMark? mark, long epoch, bool isForced) =>
        (_connection, _clock, _name, _entries, _mark, _epoch, _isForced) = (connection, clock, name, entries, mark, epoch, isForced);

    /// <summary>Called before (false) and after (true) every write, where a test takes the disk or the power away. What it throws counts as the disk's answer.</summary>
    internal Action<bool>? Boundary { get; set; }

    /// <summary>Hash of the last entry, 64 zeros when there is none.</summary>
    public string Head => Reading(() =>
    {
        _entries.ReadOn();
        return _entries.Head;
    });

    /// <summary>Lab time of the last entry.</summary>
    public DateTimeOffset? LastAt => Reading(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT at FROM ledger ORDER BY seq DESC LIMIT 1";
        return command.ExecuteScalar() is string at ? Time(at) : (DateTimeOffset?)null;
    });

    /// <summary>Opens for writing and creates what is missing. All that is there is held against the chain: nothing is added to a record that is not sound.</summary>
    /// <param name="isDurable">Whether an entry must outlive the computer's power; a simulated lab's ends with the program.</param>
    /// <param name="disk">By which SQLite reaches a simulated disk, to which entries are forced out as to a real one; null where there is none.</param>
    /// <param name="isAlone">Whether nobody else opens the file while it is open here, and nobody needs it where the program does not come to its end.</param>
    /// <exception cref="LedgerException">The file cannot be opened, is not a ledger, or is damaged.</exception>
    public static Ledger Open(string path, TimeProvider clock, bool isDurable = true, string? disk = null, bool isAlone = false) => Guard($"ledger '{path}' cannot be opened", () =>
    {
        var (connection, isForced) = (Connect(path, SqliteOpenMode.ReadWriteCreate, disk), isDurable || disk is not null);
        try
        {
            Execute(connection, isAlone ? "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY" : "PRAGMA journal_mode=WAL");
            Execute(connection, isForced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
            Execute(connection, LedgerSchema.Create);
            // What is told of a simulated lab does not depend on where its files happen to lie.
            var (name, marked) = (isDurable ? path : Path.GetFileName(path), isForced ? WrittenMark.Read(path) : 0);
            var entries = new SoundEntries(connection, name, marked);
            entries.ReadOn();
            entries.Demand();
            var epoch = NextEpoch(connection);
            return new Ledger(connection, clock, name, entries, isForced ? WrittenMark.Open(path) : null, epoch, isForced);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Whether there is a ledger at the path. A file that was made and never written, as by a program killed while it started, is none.</summary>
    /// <exception cref="LedgerException">There is a file, and it is something else.</exception>
    public static bool Exists(string path) => File.Exists(path) && Guard($"ledger '{path}' cannot be read", () =>
    {
        if (WrittenMark.Read(path) > 0) return true;
        using var connection = Connect(path, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger')";
        return command.ExecuteScalar() is 1L;
    });

    /// <summary>Opens for reading; another program may be writing. What is read is held against the chain when it is read.</summary>
    /// <exception cref="LedgerException">There is no such file, or it is not a ledger.</exception>
    public static Ledger OpenForReading(string path)
    {
        if (!Exists(path)) throw new LedgerException($"there is no ledger at '{path}'; 'lab run' makes one");
        return Guard($"ledger '{path}' cannot be read", () =>
        {
            var (marked, connection) = (WrittenMark.Read(path), Connect(path, SqliteOpenMode.ReadOnly));
            return new Ledger(connection, TimeProvider.System, path, new SoundEntries(connection, path, marked), null, epoch: 0, isForced: false);
        });
    }

    /// <summary>Records events and the bulk data they refer to, all or nothing.</summary>
    /// <exception cref="LedgerException">They could not be made durable; none of them is on record.</exception>
    public IReadOnlyList<LedgerEntry> Append(string campaign, IReadOnlyList<LabEvent> events, params IReadOnlyList<BulkData> data) =>
        Append([.. events.Select(happened => (campaign, happened))], data);

    /// <summary>
    /// Records an event after which nothing happens that must not be forgotten. It is in the chain, and outlives the program, when this returns; it outlives the computer's power
    /// once anything is appended after it, or the system has written it by itself.
    /// </summary>
    /// <exception cref="LedgerException">It could not be written, and is not on record.</exception>
    public LedgerEntry Note(string campaign, LabEvent happened) => Append([(campaign, happened)], [], waits: false)[0];

    /// <summary>Records events of several campaigns, all or nothing.</summary>
    /// <inheritdoc cref="Append(string, IReadOnlyList{LabEvent}, IReadOnlyList{BulkData})"/>
    public IReadOnlyList<LedgerEntry> Append(IReadOnlyList<(string Campaign, LabEvent Event)> events, params IReadOnlyList<BulkData> data) => Append(events, data, waits: true);

    private IReadOnlyList<LedgerEntry> Append(IReadOnlyList<(string Campaign, LabEvent Event)> events, IReadOnlyList<BulkData> data, bool waits)
    {
        if (events.Count == 0) return [];
        lock (_lock)
        {
            try
            {
                _entries.Demand();
                var entries = Guard($"the ledger '{_name}' cannot be written", () => Write(events, data, waits));
                foreach (var entry in entries) _entries.Add(entry.Campaign, entry.Seq, entry.Hash);
                if (waits) _mark?.Raise(_entries.Seq);
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
    /// <exception cref="LedgerException">They cannot be read, or one of them was changed after it was written.</exception>
    public IReadOnlyList<LedgerEntry> Read(string? campaign = null) => [.. Reading(() => _entries.Rows(campaign)).Select(Parse)];

    /// <summary>All events of one kind, of all campaigns, in order.</summary>
    /// <exception cref="LedgerException">They cannot be read, or one of them was changed after it was written.</exception>
    public IReadOnlyList<T> Events<T>() where T : LabEvent => [.. Entries<T>().Select(entry => (T)entry.Event)];

    /// <summary>The entries of one kind of all campaigns since a time, in order.</summary>
    /// <param name="since">Lab time; all of them unless given.</param>
    /// <exception cref="LedgerException">They cannot be read, or one of them was changed after it was written.</exception>
    public IReadOnlyList<LedgerEntry> Entries<T>(DateTimeOffset since = default) where T : LabEvent => [.. Reading(() => _entries.Rows(null, LabEvents.ManifestOf<T>())).Where(row => Time(row.At) >= since).Select(Parse)];

    /// <summary>All entries from the first of a campaign to its last, others' too.</summary>
    /// <exception cref="LedgerException">They cannot be read, or one of them was changed after it was written.</exception>
    public IReadOnlyList<LedgerEntry> ReadDuring(string campaign) => [.. Reading(() => _entries.RowsDuring(campaign)).Select(Parse)];

    /// <summary>The campaigns on record, in the order in which they began; what is the lab's own is none of them.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read, or an entry was changed after it was written.</exception>
    public IReadOnlyList<string> Campaigns() => Reading(() =>
    {
        _entries.ReadOn();
        _entries.Demand();
        return _entries.Campaigns.Where(campaign => campaign != OfTheLab).ToArray();
    });

    /// <summary>Bulk data by its reference.</summary>
    /// <exception cref="LedgerException">It is not on record, or is not what was recorded.</exception>
    public BulkData ReadData(DataReference reference) => Reading(() =>
    {
        return Statement("SELECT bytes FROM data WHERE sha256 = $sha256", [("$sha256", reference.Sha256)]).Bytes([("$sha256", reference.Sha256)]) is { } bytes
            ? Sound(reference, bytes)
            : throw new LedgerException($"data '{reference.Name}' with SHA-256 {reference.Sha256} is not on record in '{_name}'") { IsBroken = true };
    });

    /// <summary>Whether it is on record how an action ended. That nobody knew is no end, but where nobody knows still.</summary>
    /// <param name="told">How it ended by what is told now.</param>
    public bool HasEnded(ActionId action, ActionStatus told) => Reading(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT EXISTS (SELECT 1 FROM ledger WHERE kind = 'action-ended/1' AND json_extract(body, '$.action') = $action AND ($unknown OR json_extract(body, '$.result.status') <> 'unknown_outcome'))";
        command.Parameters.AddWithValue("$action", action.ToString());
        command.Parameters.AddWithValue("$unknown", told == ActionStatus.UnknownOutcome);
        return command.ExecuteScalar() is 1L;
    });

    /// <summary>Recomputes the chain from the first entry on.</summary>
    public LedgerVerdict Verify() => Reading(() =>
    {
        var entries = _entries.Anew();
        entries.ReadOn();
        return new LedgerVerdict(entries.Seq, entries.Head, entries.Problem ?? MissingData(entries));
    });

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var statement in _statements.Values) statement.Dispose();
            _statements.Clear();
            _connection.Dispose();
        }

        _mark?.Dispose();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode, string? disk = null)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Vfs = disk, Pooling = false, DefaultTimeout = Patience }.ToString());
        connection.Open();
        raw.sqlite3_busy_timeout(connection.Handle, Patience * 1000);
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
            throw new LedgerException($"{what}: {Explain(error)}", error) { IsBroken = error.SqliteErrorCode is 1 or 11 or 26 };
        }
    }

    private static string Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        13 => "the disk is full",
        8 or 14 => "the file or its folder cannot be written (permission, or a missing folder)",
        10 => "the disk reports an input/output error",
        1 => $"the file is damaged or not a ledger ({error.Message})",
        11 or 26 => "the file is damaged or not a ledger",
        5 or 6 => "another program holds it",
        19 => "another program has written to it",
        _ => error.Message,
    };

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Whoever had the file open for writing before, and was stopped perhaps and goes on, is shut out from now on.</summary>
    private static long NextEpoch(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO writer (id, epoch) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET epoch = epoch + 1 RETURNING epoch";
        return (long)command.ExecuteScalar()!;
    }

    private static LedgerEntry Parse(LedgerRow row) => new(
        row.Seq,
        row.Campaign,
        Time(row.At),
        LabEvents.Read(row.Kind, row.Body),
        row.Hash);

    /// <exception cref="LedgerException">It is no time.</exception>
    private static DateTimeOffset Time(string text) => DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        ? at
        : throw new LedgerException("the ledger is broken: its last entry has no time") { IsBroken = true };

    private List<LedgerEntry> Write(IReadOnlyList<(string Campaign, LabEvent Event)> events, IReadOnlyList<BulkData> data, bool waits)
    {
        Boundary?.Invoke(false);
        List<LedgerEntry> entries;
        try
        {
            if (_isForced && waits != _waits)
            {
                Run(waits ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
                _waits = waits;
            }

            Run("BEGIN IMMEDIATE");
            if (Statement("SELECT epoch FROM writer", []).Number([]) != _epoch)
                throw new LedgerException($"another program has opened the ledger '{_name}' for writing since; this one may not write any more");
            entries = WriteRows(events, data);
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

    private List<LedgerEntry> WriteRows(IReadOnlyList<(string Campaign, LabEvent Event)> events, IReadOnlyList<BulkData> data)
    {
        foreach (var one in data) Run("INSERT OR IGNORE INTO data (sha256, bytes) VALUES ($sha256, $bytes)", ("$sha256", one.Refer("", "").Sha256), ("$bytes", one.ToBytes()));

        var entries = new List<LedgerEntry>(events.Count);
        var (seq, head) = (_entries.Seq, _entries.Head);
        foreach (var (campaign, happened) in events)
        {
            var at = _clock.GetUtcNow();
            var row = new LedgerRow(++seq, campaign, at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), LabEvents.ManifestOf(happened), LabEvents.Write(happened), "");
            head = LedgerChain.Next(head, row.Seq, row.Campaign, row.At, row.Kind, row.Body, _work);
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

    private void Run(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Statement(sql, values).Run(values);

    /// <exception cref="ObjectDisposedException">The ledger was closed.</exception>
    private SqlStatement Statement(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        ObjectDisposedException.ThrowIf(_connection.State != System.Data.ConnectionState.Open, this);
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = new SqlStatement(_connection, sql, values);
        return statement;
    }

    /// <summary>The disk may have taken what it said that it had not.</summary>
    private void LookAgain()
    {
        try
        {
            _entries.ReadOn();
        }
        catch (SqliteException)
        {
            // It cannot be read either, and the next write will say so.
        }
    }

    private T Reading<T>(Func<T> work)
    {
        lock (_lock) return Guard($"the ledger '{_name}' cannot be read", work);
    }

    private BulkData Sound(DataReference reference, byte[] bytes)
    {
        try
        {
            return BulkData.Read(reference, bytes);
        }
        catch (FrameException error)
        {
            throw new LedgerException($"the ledger '{_name}' is broken: {error.Message}", error) { IsBroken = true };
        }
    }

    private string? MissingData(SoundEntries entries)
    {
        try
        {
            foreach (var reference in entries.Rows(null, LabEvents.ManifestOf<ActionEnded>()).Select(row => Parse(row).Event).OfType<ActionEnded>().SelectMany(ended => ended.Result.Data)) ReadData(reference);
            return null;
        }
        catch (LedgerException error)
        {
            return error.Message;
        }
    }
}
