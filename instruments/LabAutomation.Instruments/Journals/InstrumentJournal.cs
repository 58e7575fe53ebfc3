using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Instruments;

/// <summary>The journal of one instrument in one epoch. Everything written is durable on return or a <see cref="JournalException"/> says why not.</summary>
internal sealed class InstrumentJournal(JournalStore store, string instrument, long epoch, bool stoppedCleanly)
{
    /// <summary>Lab time for which an action is known after it was acknowledged or refused, and after its deadline.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    /// <summary>More than one is forgotten for each that comes, so that the file of a busy week shrinks afterwards.</summary>
    private const int ForgottenAtOnce = 4;

    private const string Columns = "action, instrument, command, hash, frame, reply, phase, started_at, attempt, result, progress, (SELECT token FROM tokens WHERE tokens.action = actions.action)";

    public string Instrument => instrument;

    public long Epoch { get; } = epoch;

    /// <summary>Whether the epoch before this one ended with the device made safe, or there was none.</summary>
    public bool StoppedCleanly { get; } = stoppedCleanly;

    /// <summary>The epoch before this one and when it began; nothing where there was none.</summary>
    public (long Epoch, DateTimeOffset At) BornBefore { get; init; }

    /// <summary>When it knew the instrument first, in lab time; null in a file from before that was written down.</summary>
    public DateTimeOffset? RemembersSince { get; init; }

    /// <summary>
    /// The latest deadline among the actions that were forgotten. A copy of one of them has it too, or an earlier one: whatever has such a deadline and is not known may have been done, and is not to be done again, whichever
    /// way the clock was put since.
    /// </summary>
    public DateTimeOffset ForgottenUntil => store.Read(s => s.Number("SELECT 1 FROM forgotten WHERE instrument = $instrument", ("$instrument", instrument)) is null
        ? default
        : s.Query("SELECT until FROM forgotten WHERE instrument = $instrument", row => Time(row.GetString(0)), ("$instrument", instrument)).Single());

    /// <summary>The entry of an action, also where it belongs to another instrument of the host.</summary>
    public JournalEntry? Find(ActionId action) => store.Read(s => s.Number("SELECT n FROM actions WHERE action = $action", ("$action", action.ToString())) is null
        ? null
        : s.Query($"SELECT {Columns} FROM actions WHERE action = $action", row => Entry(s, row), ("$action", action.ToString())).Single());

    /// <summary>Accepted or started, without an end, in the order of their acceptance.</summary>
    public IReadOnlyList<JournalEntry> Outstanding() => List("phase IN (1, 2)");

    /// <summary>Ended, and the caller has not said that it knows.</summary>
    public IReadOnlyList<JournalEntry> Unacknowledged() => List("phase = 3");

    /// <summary>Ended, and nobody has said yet what became of them.</summary>
    public IReadOnlyList<JournalEntry> Unresolved() => List("phase IN (3, 4) AND action IN (SELECT action FROM unresolved)");

    /// <summary>The answer to a command, durable before it is given.</summary>
    /// <remarks>What is over for long is forgotten with it, so that the file does not grow without end.</remarks>
    /// <param name="lockToken">That it came with, by which the lock is judged again before it starts.</param>
    public JournalEntry Answer(ActionId action, string command, CommandFrame frame, ReplyFrame reply, long? lockToken = null) => Write(s =>
    {
        var (hash, phase) = (PayloadHash.Of(instrument, command, frame), reply.Status == ActionStatus.Accepted ? JournalPhase.Accepted : JournalPhase.Refused);
        s.Run(
            """
            INSERT INTO actions (action, instrument, command, hash, frame, reply, epoch, phase, accepted_at)
            VALUES ($action, $instrument, $command, $hash, $frame, $reply, $epoch, $phase, $at)
            """,
            ("$action", action.ToString()),
            ("$instrument", instrument),
            ("$command", command),
            ("$hash", hash),
            ("$frame", FrameCodec.Encode(frame)),
            ("$reply", FrameCodec.Encode(reply)),
            ("$epoch", Epoch),
            ("$phase", (int)phase),
            ("$at", Text(reply.At)));
        if (lockToken is not null) s.Run("INSERT INTO tokens (action, token) VALUES ($action, $token)", ("$action", action.ToString()), ("$token", lockToken));
        Forget(s, reply.At - Remembered);
        return new JournalEntry(action, instrument, command, hash, frame, reply, phase, null, [], null, 0, lockToken);
    });

    /// <summary>Before the first byte to the device; once more where the device said that nothing had happened. Earlier marks no longer count.</summary>
    public void Start(ActionId action, DateTimeOffset at) => Write(s => One(action, s.Run(
        "UPDATE actions SET phase = 2, attempt = attempt + 1, started_at = $at WHERE action = $action AND phase IN (1, 2)",
        ("$action", action.ToString()),
        ("$at", Text(at)))));

    public void Mark(ActionId action, ActionMark mark) => Write(s => One(action, s.Run(
        "INSERT INTO marks (action, attempt, key, value, at) SELECT action, attempt, $key, $value, $at FROM actions WHERE action = $action AND phase = 2",
        ("$action", action.ToString()),
        ("$key", mark.Key),
        ("$value", mark.Value),
        ("$at", Text(mark.At)))));

    /// <summary>The end with its result and data, before they are published. Once more where the disk had failed: it may have taken the first.</summary>
    public void End(ResultFrame result, ImmutableSortedDictionary<string, byte[]> data, double progress) => Write(s =>
    {
        foreach (var (name, payload) in data)
            s.Run("INSERT OR REPLACE INTO data (action, name, payload) VALUES ($action, $name, $payload)", ("$action", result.Action.ToString()), ("$name", name), ("$payload", payload));
        s.Run(
            result.Status == ActionStatus.UnknownOutcome ? "INSERT OR IGNORE INTO unresolved (action) VALUES ($action)" : "DELETE FROM unresolved WHERE action = $action",
            ("$action", result.Action.ToString()));
        return One(result.Action, s.Run(
            "UPDATE actions SET phase = 3, ended_at = $at, result = $result, progress = $progress WHERE action = $action AND phase IN (1, 2, 3)",
            ("$action", result.Action.ToString()),
            ("$at", Text(result.EndedAt)),
            ("$result", FrameCodec.Encode(result)),
            ("$progress", progress)));
    });

    /// <summary>An action of unknown outcome counts as started again, so that its device is asked once more. It keeps its marks and its attempt.</summary>
    public void Reopen(ActionId action) => Write(s => One(action, s.Run("UPDATE actions SET phase = 2 WHERE action = $action AND phase IN (2, 3, 4)", ("$action", action.ToString()))));

    /// <summary>A person's finding in place of the unknown outcome; the result is told again until it is acknowledged again.</summary>
    public void Reconcile(ResultFrame result) => Write(s =>
    {
        s.Run("DELETE FROM unresolved WHERE action = $action", ("$action", result.Action.ToString()));
        return One(result.Action, s.Run(
            "UPDATE actions SET phase = 3, result = $result WHERE action = $action AND phase IN (3, 4)",
            ("$action", result.Action.ToString()),
            ("$result", FrameCodec.Encode(result))));
    });

    /// <summary>The lock that was given last, also where it has ended.</summary>
    public GrantedLock? Lock() => store.Read(s => s
        .Query("SELECT token, holder, until FROM locks WHERE instrument = $instrument", row => new GrantedLock(row.GetInt64(0), row.GetString(1), Time(row.GetString(2))), ("$instrument", instrument))
        .SingleOrDefault());

    public void Lock(GrantedLock granted) => Write(s => s.Run(
        "INSERT INTO locks (instrument, token, holder, until) VALUES ($instrument, $token, $holder, $until) ON CONFLICT (instrument) DO UPDATE SET token = $token, holder = $holder, until = $until",
        ("$instrument", instrument),
        ("$token", granted.Token),
        ("$holder", granted.By),
        ("$until", Text(granted.Until))));

    /// <summary>The caller has the result; its data may go.</summary>
    /// <returns>The names of its data, in their order; null where there is nothing to acknowledge.</returns>
    public IReadOnlyList<string>? Acknowledge(ActionId action, DateTimeOffset at) => Write(s =>
    {
        var changed = s.Run(
            "UPDATE actions SET phase = 4, acknowledged_at = $at WHERE action = $action AND instrument = $instrument AND phase = 3",
            ("$action", action.ToString()),
            ("$instrument", instrument),
            ("$at", Text(at)));
        if (changed == 0) return null;
        var names = s.Query("DELETE FROM data WHERE action = $action RETURNING name", row => row.GetString(0), ("$action", action.ToString()));
        names.Sort(StringComparer.Ordinal);
        return names;
    });

    /// <summary>The emergency stop that nobody has cleared yet, or null.</summary>
    public string? Stopped() => store.Read(s => s.Query("SELECT why FROM stops WHERE instrument = $instrument", row => row.GetString(0), ("$instrument", instrument)).SingleOrDefault());

    /// <param name="why">Null where it was cleared.</param>
    public void Stop(string? why) => Write(s => why is null
        ? s.Run("DELETE FROM stops WHERE instrument = $instrument", ("$instrument", instrument))
        : s.Run("INSERT INTO stops (instrument, why) VALUES ($instrument, $why) ON CONFLICT (instrument) DO UPDATE SET why = $why", ("$instrument", instrument), ("$why", why)));

    /// <summary>The bulk data of an ended action that is not acknowledged yet.</summary>
    public ImmutableSortedDictionary<string, byte[]> Data(ActionId action) => store.Read(s => s
        .Query("SELECT name, payload FROM data WHERE action = $action", row => (Name: row.GetString(0), Payload: (byte[])row[1]), ("$action", action.ToString()))
        .ToImmutableSortedDictionary(row => row.Name, row => row.Payload, StringComparer.Ordinal));

    /// <summary>This epoch ends with the device made safe.</summary>
    public void CloseCleanly() => Write(s => s.Run("UPDATE instruments SET clean = 1 WHERE name = $name", ("$name", instrument)));

    /// <exception cref="FencedException">Somebody else has the instrument since.</exception>
    public void Demand() => store.Read(s =>
    {
        Demand(s);
        return true;
    });

    /// <summary>Refused or acknowledged, and both this and its deadline before a time. What nobody knows the outcome of stays.</summary>
    private void Forget(JournalStore s, DateTimeOffset before)
    {
        const string Old =
            """
            FROM actions
            WHERE instrument = $instrument AND phase IN (0, 4) AND json_extract(CAST(frame AS TEXT), '$.deadline') < $before
                AND coalesce(acknowledged_at, accepted_at) < $before AND action NOT IN (SELECT action FROM unresolved)
            """;
        if (s.Number($"SELECT 1 {Old} LIMIT 1", ("$instrument", instrument), ("$before", Text(before))) is null) return;
        var old = s.Query(
            $"""
            SELECT action, frame {Old}
            ORDER BY json_extract(CAST(frame AS TEXT), '$.deadline') LIMIT $most
            """,
            row => (Action: row.GetString(0), FrameCodec.Decode<CommandFrame>((byte[])row[1]).Deadline),
            ("$instrument", instrument),
            ("$before", Text(before)),
            ("$most", ForgottenAtOnce));
        foreach (var (action, deadline) in old)
        {
            s.Run(
                "INSERT INTO forgotten (instrument, until) VALUES ($instrument, $until) ON CONFLICT (instrument) DO UPDATE SET until = max(until, $until)",
                ("$instrument", instrument),
                ("$until", Text(deadline)));
            foreach (var table in (string[])["marks", "data", "tokens", "actions"]) s.Run($"DELETE FROM {table} WHERE action = $action", ("$action", action));
        }
    }

    private T Write<T>(Func<JournalStore, T> work) => store.Write(s =>
    {
        Demand(s);
        return work(s);
    });

    private void Demand(JournalStore s)
    {
        var newest = s.Number("SELECT epoch FROM instruments WHERE name = $name", ("$name", instrument));
        if (newest != Epoch) throw new FencedException($"another driver has taken over '{instrument}' with epoch {newest}; this one has {Epoch} and may not act any more");
    }

    private static int One(ActionId action, int changed) => changed == 1
        ? changed
        : throw new InvalidOperationException($"action {action} is not where the journal expects it");

    private IReadOnlyList<JournalEntry> List(string condition) =>
        store.Read(s => s.Query($"SELECT {Columns} FROM actions WHERE instrument = $instrument AND {condition} ORDER BY n", row => Entry(s, row), ("$instrument", instrument)));

    private static JournalEntry Entry(JournalStore s, SqliteDataReader row)
    {
        var action = row.GetString(0);
        try
        {
            return Entry(s, row, action);
        }
        catch (Exception error) when (error is FrameException or FormatException)
        {
            throw s.Damaged(action, error);
        }
    }

    private static JournalEntry Entry(JournalStore s, SqliteDataReader row, string action)
    {
        var marks = s.Query(
            "SELECT key, value, at FROM marks WHERE action = $action AND attempt = $attempt ORDER BY n",
            mark => new ActionMark(mark.GetString(0), mark.GetString(1), Time(mark.GetString(2))),
            ("$action", action),
            ("$attempt", row.GetInt64(8)));
        return new JournalEntry(
            ActionId.Parse(action),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            FrameCodec.Decode<CommandFrame>((byte[])row[4]),
            FrameCodec.Decode<ReplyFrame>((byte[])row[5]),
            (JournalPhase)row.GetInt32(6),
            row.IsDBNull(7) ? null : Time(row.GetString(7)),
            [.. marks],
            row.IsDBNull(9) ? null : FrameCodec.Decode<ResultFrame>((byte[])row[9]),
            row.IsDBNull(10) ? 0 : row.GetDouble(10),
            row.IsDBNull(11) ? null : row.GetInt64(11));
    }

    internal static string Text(DateTimeOffset at) => at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    internal static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
