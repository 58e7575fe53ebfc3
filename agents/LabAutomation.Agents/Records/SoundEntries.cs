using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using LabAutomation.Protocol;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LabAutomation.Agents.Records;

/// <summary>
/// The entries of a ledger whose chain holds. Each is held against the chain whenever it is read, so that one that a disk has damaged is an
/// error that names it, never another value. The table is read in its own order: an index that is damaged leaves entries out and says nothing.
/// </summary>
/// <param name="name">Of the file, for people.</param>
/// <param name="marked">As many entries are known to have been written.</param>
internal sealed class SoundEntries(SqliteConnection connection, string name, long marked)
{
    private readonly Dictionary<string, (long First, long Last)> _campaigns = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private bool _isCutOff;

    private delegate void Visit(in StoredEntry entry);

    /// <summary>The last entry of those that were read, 0 before the first.</summary>
    public long Seq { get; private set; }

    /// <summary>Its hash.</summary>
    public string Head { get; private set; } = LedgerChain.Origin;

    /// <summary>What is wrong with the entry after it; null where nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>In the order in which they began.</summary>
    public IReadOnlyList<string> Campaigns => _names;

    /// <summary>An entry that this program has written itself.</summary>
    public void Add(string campaign, long seq, string hash)
    {
        (Seq, Head) = (seq, hash);
        Note(campaign, seq);
    }

    /// <summary>Reads what was written since, up to the end or to the first entry that is not sound.</summary>
    public void ReadOn()
    {
        if (Problem is not null) return;
        var campaign = "";
        Span<byte> head = stackalloc byte[LedgerChain.HashLength];
        Encoding.ASCII.GetBytes(Head, head);
        Problem = Walk(Seq, null, head, (in StoredEntry entry) =>
        {
            if (!Same(entry.Campaign, campaign)) campaign = Text(entry.Campaign);
            Seq = entry.Seq;
            Note(campaign, entry.Seq);
        });
        Head = Encoding.ASCII.GetString(head);
        _isCutOff = Problem is null && Seq < marked;
        if (_isCutOff) Problem = $"it ends with entry {Seq}, and {marked} were written";
    }

    /// <summary>To be read from the first entry on.</summary>
    public SoundEntries Anew() => new(connection, name, marked);

    /// <summary>Those of a campaign, or of all; of one kind, or of all.</summary>
    /// <exception cref="LedgerException">One is damaged.</exception>
    public ImmutableArray<LedgerRow> Rows(string? campaign, string? kind = null)
    {
        ReadOn();
        Demand();
        return Rows(campaign is null ? (1, Seq) : _campaigns.GetValueOrDefault(campaign, (1, 0)), campaign, kind);
    }

    /// <summary>Those of all campaigns from the first of one to its last.</summary>
    /// <exception cref="LedgerException">One is damaged.</exception>
    public ImmutableArray<LedgerRow> RowsDuring(string campaign)
    {
        ReadOn();
        Demand();
        return Rows(_campaigns.GetValueOrDefault(campaign, (1, 0)), null, null);
    }

    private ImmutableArray<LedgerRow> Rows((long First, long Last) range, string? campaign, string? kind)
    {
        var (first, last) = range;
        if (last < first) return [];

        var rows = ImmutableArray.CreateBuilder<LedgerRow>();
        Span<byte> head = stackalloc byte[LedgerChain.HashLength];
        Encoding.ASCII.GetBytes(HashOf(first - 1), head);
        Problem = Walk(first - 1, last, head, (in StoredEntry entry) =>
        {
            if ((campaign is not null && !Same(entry.Campaign, campaign)) || (kind is not null && !Same(entry.Kind, kind))) return;
            rows.Add(new LedgerRow(entry.Seq, campaign ?? Text(entry.Campaign), Text(entry.At), Text(entry.Kind), Text(entry.Body), Text(entry.Hash)));
        });
        Demand();
        return rows.ToImmutable();
    }

    /// <exception cref="LedgerException">An entry is damaged.</exception>
    public void Demand()
    {
        if (Problem is null) return;
        var way = _isCutOff ? $", or delete '{WrittenMark.Of(name)}' to go on without what is missing" : "";
        throw new LedgerException($"the ledger '{name}' is broken: {Problem}; put it aside and restore it from a copy{way}") { IsBroken = true };
    }

    /// <param name="after">The entry before the first.</param>
    /// <param name="last">Null for all that there are.</param>
    /// <param name="head">Hash of the entry before the first, and in the end of the last that is sound.</param>
    /// <returns>What is wrong with the next one; null where nothing is.</returns>
    private string? Walk(long after, long? last, Span<byte> head, Visit visit)
    {
        var work = new ArrayBufferWriter<byte>(4096);
        Span<byte> hash = stackalloc byte[LedgerChain.HashLength];
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, campaign, at, kind, body, hash FROM ledger WHERE seq > $after AND seq <= $last ORDER BY seq";
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$last", last ?? long.MaxValue);
        using var reader = command.ExecuteReader();
        var row = reader.Handle!;
        var seq = after;
        while (reader.Read())
        {
            var entry = new StoredEntry(
                raw.sqlite3_column_int64(row, 0), raw.sqlite3_column_blob(row, 1), raw.sqlite3_column_blob(row, 2), raw.sqlite3_column_blob(row, 3), raw.sqlite3_column_blob(row, 4), raw.sqlite3_column_blob(row, 5));
            if (entry.Seq != seq + 1) return $"entry {seq + 1} is missing: entry {entry.Seq} follows entry {seq}";
            head.CopyTo(hash);
            LedgerChain.Next(hash, entry, work);
            if (!hash.SequenceEqual(entry.Hash)) return $"entry {entry.Seq} ({Printable(entry.Kind)}, campaign {Printable(entry.Campaign)}) was changed after it was written";
            hash.CopyTo(head);
            seq = entry.Seq;
            visit(entry);
        }

        return last is null || seq == last ? null : $"entry {seq + 1} is missing";
    }

    private string HashOf(long seq)
    {
        if (seq == 0) return LedgerChain.Origin;
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hash FROM ledger WHERE seq = $seq";
        command.Parameters.AddWithValue("$seq", seq);
        return command.ExecuteScalar() is string { Length: LedgerChain.HashLength } hash ? hash : LedgerChain.Origin;
    }

    private void Note(string campaign, long seq)
    {
        if (_campaigns.TryGetValue(campaign, out var known))
        {
            _campaigns[campaign] = known with { Last = seq };
            return;
        }

        _names.Add(campaign);
        _campaigns[campaign] = (seq, seq);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static bool Same(ReadOnlySpan<byte> bytes, string text)
    {
        Span<byte> of = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(text, of, out var length) ? bytes.SequenceEqual(of[..length]) : Text(bytes) == text;
    }

    private static string Printable(ReadOnlySpan<byte> bytes) => new([.. Text(bytes[..Math.Min(bytes.Length, 100)]).Select(c => char.IsControl(c) ? '?' : c)]);
}
