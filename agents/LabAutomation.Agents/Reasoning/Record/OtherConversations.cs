using System.Collections.Immutable;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// What the records of other conversations of a lab hold, of those too that go on beside this one: a draft has a number of its own in the whole lab, and a text the worst label under
/// which it was ever written down.
/// </summary>
public sealed class OtherConversations
{
    private readonly Dictionary<string, (string Stamp, ImmutableArray<DraftWritten> Drafts)> _read = new(StringComparer.Ordinal);
    private readonly Func<IReadOnlyList<string>> _paths;
    private readonly FileTurn? _turn;

    /// <param name="paths">Of the other ledgers that there are by then.</param>
    /// <param name="turn">File that is held while a number is given out.</param>
    /// <param name="clock">The wall clock.</param>
    public OtherConversations(Func<IReadOnlyList<string>> paths, string turn, TimeProvider clock) : this(paths, new FileTurn(turn, "the drafts of the lab", clock))
    {
    }

    private OtherConversations(Func<IReadOnlyList<string>> paths, FileTurn? turn) => (_paths, _turn) = (paths, turn);

    /// <summary>Where there is one record alone.</summary>
    public static OtherConversations None => new(() => [], turn: null);

    /// <summary>While it is held nobody else writes a draft down.</summary>
    /// <exception cref="LedgerException">Somebody has held it too long.</exception>
    internal async Task<IDisposable?> TurnAsync(CancellationToken cancellation) => _turn is null ? null : await _turn.TakeAsync(cancellation);

    /// <summary>As they are by now. Not thread-safe: the record that asks holds its lock.</summary>
    /// <exception cref="LedgerException">One of the ledgers cannot be read, or was changed.</exception>
    internal IEnumerable<DraftWritten> Drafts() => _paths().SelectMany(path => Of(path));

    /// <summary>A record is read again when its files have changed.</summary>
    private ImmutableArray<DraftWritten> Of(string path)
    {
        var stamp = string.Concat(new[] { path, path + "-wal" }.Select(name => new FileInfo(name)).Select(file => file.Exists ? FormattableString.Invariant($"{file.Length}/{file.LastWriteTimeUtc.Ticks};") : ";"));
        if (_read.TryGetValue(path, out var known) && known.Stamp == stamp) return known.Drafts;
        if (!Ledger.Exists(path)) return [];
        using var ledger = Ledger.OpenForReading(path);
        ImmutableArray<DraftWritten> drafts = [.. ledger.Events<DraftWritten>()];
        _read[path] = (stamp, drafts);
        return drafts;
    }
}
